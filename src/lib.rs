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

mod background_tasks;
pub mod client;
pub mod clock;
mod components;
pub mod embed;
mod engine;
mod hooks;
mod settings;
mod spawned;
pub mod store;
pub mod task;
mod task_toasts;
mod time;
pub mod toast;

pub use background_tasks::BackgroundTasks;
pub use client::*;
pub use clock::{BrowserClock, Clock, VirtualClock};
pub use components::*;
pub use engine::Subscription;
pub use hooks::*;
pub use settings::Settings;
pub use store::{Change, Tasks};
pub use task::messages::Messages;
pub use task::monitor::FollowUp;
pub use task::policy::Policy;
pub use task::*;
pub use time::Timestamp;
