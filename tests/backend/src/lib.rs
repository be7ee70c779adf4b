//! The reference backend: a small real server that speaks the HTTP API of `yew-background-tasks`,
//! goes through its jobs by the clock, and misbehaves on request.
//!
//! State is kept per *world*, so that tests may run side by side: `/api/…` is the world `default`,
//! `/w/{world}/api/…` the one of that name. Under `/control/…` and `/w/{world}/control/…` a test
//! sets the world's plan and faults and reads what was asked. `README.md` has every call.

pub mod arguments;
pub mod attachments;
pub mod connections;
pub mod error;
pub mod faults;
pub mod files;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod listener;
pub mod operation;
pub mod plan;
pub mod request_log;
pub mod resumable;
pub mod routes;
pub mod server;
pub mod upload_metadata;
pub mod world;
pub mod worlds;
