//! The hook that follows the number of unfinished tasks.

use yew::prelude::*;

use super::use_task_selector;

/// How many tasks have not ended. Re-renders when the number changes.
#[hook]
pub fn use_unfinished_tasks() -> usize {
    *use_task_selector((), |tasks, ()| tasks.unfinished())
}
