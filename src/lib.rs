//! Background tasks for web pages: uploads, video processing and embedding
//! generation go on while the person works, and a toast per task tells how far
//! it is, that it is done, or why it failed, with a Retry.
//!
//! Wrap the app in a [`BackgroundTasksProvider`] and start tasks from any
//! component with [`use_background_tasks`]:
//!
//! ```
//! use std::rc::Rc;
//! use yew::prelude::*;
//! use yew_background_tasks::{
//!     BackgroundTasksProvider, Clients, HttpStatusClient, use_background_tasks,
//! };
//!
//! #[component]
//! fn App() -> Html {
//!     let clients = use_memo((), |()| Clients::new(Rc::new(HttpStatusClient::new("/api"))));
//!     html! {
//!         <BackgroundTasksProvider clients={(*clients).clone()}>
//!             <Analyse />
//!         </BackgroundTasksProvider>
//!     }
//! }
//!
//! #[component]
//! fn Analyse() -> Html {
//!     let tasks = use_background_tasks();
//!     let onclick = move |_| {
//!         tasks.start_video_processing_task(7_u32, "talk.mp4", "q-81f3");
//!     };
//!     html! { <button {onclick}>{ "Analyse" }</button> }
//! }
//! ```
//!
//! | to | look at |
//! | --- | --- |
//! | start, retry, cancel, dismiss | [`BackgroundTasks`] |
//! | follow tasks in components | [`use_task`], [`use_unfinished_tasks`], [`use_task_selector`] |
//! | reach another server | [`StatusClient`], [`StorageClient`] |
//! | try it with no server | [`SimulatedStatusClient`] |
//! | define a kind of one's own | [`JobKind`], [`Policy`] |
//! | say it in other words | [`Messages`] |
//! | show toasts of one's own | [`toast`] |
//! | show the whole thing | [`StorageDialog`], [`TasksIndicator`], [`TaskList`] |
//! | log and measure what happens | [`BackgroundTasks::events`] |
//! | tell a person who is elsewhere | [`NotificationsToggle`], [`Settings::with_tab_title`] |
//!
//! Sections such as «CONTRACT §2» are those of the project's contract, whose
//! rules the documentation of each item repeats.

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
#[cfg(feature = "embed")]
pub mod embed;
mod engine;
mod hooks;
mod intl;
mod page_visibility;
mod percent;
mod persistence;
mod retention;
mod settings;
pub mod shadow;
mod sorted;
mod spawned;
pub mod store;
mod system_notifications;
mod tabs;
pub mod task;
mod task_event;
mod task_toasts;
mod time;
pub mod toast;
mod use_guard;
mod use_selection;

pub use background_tasks::BackgroundTasks;
pub use client::*;
pub use clock::{BrowserClock, Clock, VirtualClock};
pub use components::*;
pub use engine::Subscription;
pub use hooks::*;
pub use settings::Settings;
pub use store::{Change, Tasks};
pub use system_notifications::{NotificationsState, SystemNotifications};
pub use task::messages::Messages;
pub use task::monitor::FollowUp;
pub use task::policy::{Policy, RetryPolicy};
pub use task::*;
pub use task_event::TaskEvent;
pub use time::Timestamp;
