//! Components: the provider, and views of the store.

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
pub use provider::{BackgroundTasksProvider, BackgroundTasksProviderProps};
#[cfg(feature = "embed")]
pub(crate) use provider::{TaskSigns, with_tasks};
pub use storage_dialog::{StorageDialog, StorageDialogProps};
pub use task_list::TaskList;
pub use tasks_indicator::TasksIndicator;

/// The style sheet of dialog, indicator and list, `assets/components.css`: adopt it in a
/// shadow tree, or put it into a `style` element there.
pub const COMPONENT_STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/components.css"));
