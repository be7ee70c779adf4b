//! The server over real sockets, in the process of the tests.

#![allow(
    clippy::indexing_slicing,
    reason = "a test that looks at an answer it did not get should fail"
)]

mod client;
mod control;
mod faults;
mod files;
mod interrupted;
mod jobs;
mod resumable;
mod tus;
mod uploads;
mod worlds;
