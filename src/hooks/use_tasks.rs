//! A hook for all tasks.

use std::rc::Rc;

use background_tasks_core::Task;
use yew::prelude::*;

use super::use_task_selector;

/// All tasks, newest first. Re-renders the component on each change of any task: for each
/// percent of each, so prefer [`use_task`](crate::use_task) in a row of a list.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::use_tasks;
///
/// #[component]
/// fn Titles() -> Html {
///     let tasks = use_tasks();
///     html! { <ul>{ for tasks.iter().map(|task| html! { <li>{ &*task.title }</li> }) }</ul> }
/// }
/// ```
#[hook]
pub fn use_tasks() -> Rc<Vec<Rc<Task>>> {
    use_task_selector((), |tasks, ()| tasks.newest_first())
}
