//! The server as its clients see it: started in process, asked over real sockets.

#![allow(
    clippy::indexing_slicing,
    reason = "a test that looks at an answer it did not get should fail"
)]

mod client;
mod control;
mod faults;
mod files;
mod jobs;
mod uploads;
mod worlds;
