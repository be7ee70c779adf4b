//! Components: the provider, and views of the store.

mod leave_warning;
mod notifications_toggle;
mod provider;
mod storage_dialog;
mod tab_title;
mod task_list;
mod task_panel;
mod task_row;
mod tasks_indicator;
mod use_ids;

pub use notifications_toggle::NotificationsToggle;
#[cfg(feature = "embed")]
pub(crate) use provider::TaskViews;
pub use provider::{BackgroundTasksProvider, BackgroundTasksProviderProps};
pub use storage_dialog::{StorageDialog, StorageDialogProps};
pub use task_list::TaskList;
pub use tasks_indicator::TasksIndicator;

/// The style sheet of the dialog, the indicator and the list (`assets/components.css`). In a
/// shadow tree, adopt it or add it as a `style` element.
pub const COMPONENT_STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/components.css"));
