//! Background tasks for web pages.

pub mod clock;
pub mod task;
mod time;

pub use clock::{BrowserClock, Clock, VirtualClock};
pub use task::Percent;
pub use time::Timestamp;
