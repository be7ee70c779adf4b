//! The pure core of `yew-background-tasks`.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may fail loudly"
    )
)]

mod change;
mod codec;
mod config;
mod core;
mod failure;
mod fnv;
mod id;
mod input;
mod job_status;
mod json;
mod kind;
mod legacy;
mod message;
pub mod messages;
mod meta;
mod monitor;
#[doc(hidden)]
pub mod mutation;
mod output;
mod ownership;
mod percent;
mod policy;
mod retention;
mod retry;
mod schedule;
mod scheduler;
mod snapshot;
pub mod sorted;
mod stream;
mod tab;
mod task;
mod task_event;
mod task_index;
mod texts;
mod time;
mod upload;

pub use self::change::Change;
pub use self::config::{Capabilities, Config};
pub use self::core::Core;
pub use self::failure::{Failure, RequestError, Restriction, UploadPhase};
pub use self::id::{AttachmentId, IdempotencyKey, JobKey, ResumeKey, TaskId};
pub use self::input::{
    Command, FileInfo, Input, NewJob, NewUpload, Response, StatusUpdate, StoredRecords,
    StreamEvent, Uploaded,
};
pub use self::job_status::{JobStatus, UploadEvent};
pub use self::kind::{Job, JobKind, TaskKind};
pub use self::messages::{JobText, Messages};
pub use self::meta::{InvalidMeta, Meta};
pub use self::monitor::FollowUp;
pub use self::output::{Output, Request, RequestId, ToastEffect};
pub use self::percent::Percent;
pub use self::policy::{Backoff, Policy, RetryPolicy};
pub use self::retry::Environment;
pub use self::snapshot::{KeptCopy, Saved, Snapshot};
pub use self::tab::TabId;
pub use self::task::{Rate, Task, TaskState, UploadStage};
pub use self::task_event::TaskEvent;
pub use self::time::{Now, Timestamp};
pub use self::upload::UploadPolicy;

/// State machines and the format of records, for the driver, the simulation and the
/// benchmarks of this repository only.
#[doc(hidden)]
pub mod internals {
    pub use crate::fnv::Fnv;
    pub use crate::json::{InvalidJson, Json};
    pub use crate::legacy::migrate;
    pub use crate::message::{Message, Presence, Raw, from_text, to_text};
    pub use crate::monitor::{Action, Event, Monitor, SavedFollowUp, SavedMonitor};
    pub use crate::snapshot::{from_record, record_key, to_record};
    pub use crate::upload::{SavedUpload, TusPosition, TusRequest, TusStep, TusUpload, is_video};
}
