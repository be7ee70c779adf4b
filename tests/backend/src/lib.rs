//! The reference backend: a small real server with the HTTP API of `yew-background-tasks`. Its jobs
//! run by the clock, and it misbehaves on request.
//!
//! What the server does is decided by the crate `background-tasks-server-model`. This crate adds
//! sockets, HTTP, JSON and the request log.
//!
//! State is kept per *world*, so that tests can run side by side: `/api/…` is the world `default`,
//! `/w/{world}/api/…` the one of that name. Under `/control/…` and `/w/{world}/control/…` a test
//! sets the plan and the faults of the world and reads its request log. `README.md` lists every
//! call.

pub mod arguments;
pub mod connections;
pub mod error;
pub mod faults;
pub mod files;
pub mod ids;
pub mod listener;
pub mod operation;
pub mod plan;
pub mod request_log;
pub mod routes;
pub mod server;
pub mod status;
pub mod upload_metadata;
pub mod world;
pub mod worlds;
