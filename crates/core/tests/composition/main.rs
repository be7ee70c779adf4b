//! How tasks share requests, connections, the event stream, the list and the storage, and how
//! tabs share them: the core in virtual time, with a server that responds as a test says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod batches;
mod budget;
mod connections;
mod damage;
mod finished;
mod fixture;
mod forget;
mod kept_files;
mod offline;
mod records;
mod server;
mod stopped;
mod storage;
mod stream;
mod tab;
mod tabs;
mod upload_requests;
mod uploads;
