//! Background tasks for web pages.

pub mod client;
pub mod clock;
pub mod task;
mod time;

pub use client::*;
pub use clock::{BrowserClock, Clock, VirtualClock};
pub use task::*;
pub use time::Timestamp;
