//! Components: the provider, and views of the store.

mod notifications_toggle;
mod provider;
mod storage_dialog;
mod tab_title;
mod task_list;
mod task_panel;
mod task_row;
mod tasks_indicator;

pub use notifications_toggle::NotificationsToggle;
pub(crate) use provider::TasksScope;
pub use provider::{BackgroundTasksProvider, BackgroundTasksProviderProps};
pub use storage_dialog::{StorageDialog, StorageDialogProps};
pub use task_list::TaskList;
pub use tasks_indicator::TasksIndicator;

/// The style sheet of indicator, list and dialog, `assets/components.css`.
pub const STYLES: &str = include_str!("../assets/components.css");
