//! A hook for the number of unfinished tasks.

use yew::prelude::*;

use super::use_task_selector;

/// The number of tasks that have not ended. Re-renders the component when it changes.
#[hook]
pub fn use_unfinished_tasks() -> usize {
    *use_task_selector((), |tasks, ()| tasks.unfinished())
}
