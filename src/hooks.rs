//! Hooks: one to act, and others to follow what happens.
//!
//! [`use_background_tasks`] gives the handle and renders nothing again when a
//! task moves. The others re-render their component when what they select changes.

mod use_attachments;
mod use_background_tasks;
mod use_guard;
mod use_page_visible;
mod use_selection;
mod use_system_notifications;
mod use_task;
mod use_task_selector;
mod use_tasks;
mod use_unfinished_tasks;

pub use use_attachments::{AttachmentList, UseAttachmentsHandle, use_attachments};
pub use use_background_tasks::use_background_tasks;
pub(crate) use use_guard::use_guard;
pub(crate) use use_page_visible::use_page_visible;
pub(crate) use use_selection::use_selection;
pub use use_system_notifications::use_system_notifications;
pub use use_task::use_task;
pub use use_task_selector::use_task_selector;
pub use use_tasks::use_tasks;
pub use use_unfinished_tasks::use_unfinished_tasks;
