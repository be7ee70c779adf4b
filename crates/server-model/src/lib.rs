//! A model of the server that `yew-background-tasks` talks to, without I/O.
//!
//! [`Server`] holds everything the server knows: jobs, attachments, tus
//! uploads, idempotency keys, and the faults that requests encounter. It has no
//! clock and no randomness except the seed in its [`Config`]: every method that
//! depends on time takes `now`, the time since an arbitrary epoch that does not
//! change. The same seed and the same requests give the same run. What is drawn
//! for one job depends on the seed, its name and how often it was started, not
//! on the other requests.
//!
//! File contents are lengths and ranges ([`Content`]), never bytes. Sockets,
//! HTTP and JSON belong to the shell around the model. A shell first asks
//! [`Server::receive`] what happens to a request, waits for the latency, and
//! then calls the method that carries the request out, unless the fault says
//! otherwise.
//!
//! Ids are strings, because `7` and `"7"` denote the same attachment. The jobs
//! of [`EMBEDDINGS`] are identified by the id of their attachment, the jobs of
//! every other endpoint by a queue id.
//!
//! ```
//! use std::time::Duration;
//! use background_tasks_server_model::{Config, JobStatus, Server, VIDEO};
//!
//! let mut server = Server::new(Config::new().with_seed(7), Duration::ZERO);
//! let started = server.start_job(VIDEO, "7", Some("key"), Duration::ZERO)?;
//! let repeated = server.start_job(VIDEO, "7", Some("key"), Duration::from_secs(1))?;
//! assert_eq!(started, repeated);
//!
//! let queue_id = started.key.unwrap_or_default();
//! let status = server.status(VIDEO, &queue_id, Duration::from_secs(15));
//! assert_eq!(status, Some(JobStatus::Succeeded));
//! # Ok::<_, background_tasks_server_model::Refusal>(())
//! ```

mod attachments;
mod chance;
mod config;
mod events;
mod fault;
mod idempotency;
mod jobs;
mod pace;
mod plan;
mod refusal;
mod request;
mod server;
mod shares;
mod status;
mod uploads;

pub use self::attachments::{Attachment, NewAttachment};
pub use self::config::Config;
pub use self::events::{Change, Subscriber};
pub use self::fault::{Encounter, Fault, FaultRule, Response, When};
pub use self::jobs::JobView;
pub use self::pace::scale;
pub use self::plan::{JobPlan, Outcome, Plans, Progress};
pub use self::refusal::Refusal;
pub use self::request::{Operation, Request};
pub use self::server::{Delivery, QueueIds, Server, Started};
pub use self::shares::FaultShares;
pub use self::status::{JobStatus, Report};
pub use self::uploads::{Content, NewUpload, Position};

/// The endpoint of video processing; its jobs are identified by a queue id.
pub const VIDEO: &str = "video-processing";

/// The endpoint of embedding generation; its jobs are identified by the id of
/// their attachment.
pub const EMBEDDINGS: &str = "embeddings";
