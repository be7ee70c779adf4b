//! A hook for all tasks.

use std::rc::Rc;

use background_tasks_core::Task;
use yew::prelude::*;

use super::use_task_selector;

/// All tasks, newest first. Re-renders the component on each change of any task.
#[hook]
pub fn use_tasks() -> Rc<Vec<Rc<Task>>> {
    use_task_selector((), |tasks, ()| tasks.newest_first())
}
