//! Hooks: one returns the handle, the others select state.
//!
//! [`use_background_tasks`] returns the handle and does not re-render its component when
//! a task changes. The others re-render it when what they select changes.

mod use_attachments;
mod use_background_tasks;
mod use_system_notifications;
mod use_task;
mod use_task_selector;
mod use_tasks;
mod use_unfinished_tasks;

pub use use_attachments::{AttachmentList, UseAttachmentsHandle, use_attachments};
pub use use_background_tasks::use_background_tasks;
pub use use_system_notifications::use_system_notifications;
pub use use_task::use_task;
pub use use_task_selector::use_task_selector;
pub use use_tasks::use_tasks;
pub use use_unfinished_tasks::use_unfinished_tasks;
