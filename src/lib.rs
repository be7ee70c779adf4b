//! Background tasks for web pages.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod client;
pub mod clock;
pub mod task;
mod time;

pub use client::*;
pub use clock::{BrowserClock, Clock, VirtualClock};
pub use task::*;
pub use time::Timestamp;
