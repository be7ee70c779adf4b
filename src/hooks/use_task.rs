//! A hook for one task.

use std::rc::Rc;

use background_tasks_core::{Task, TaskId};
use yew::prelude::*;

use super::use_task_selector;

/// The task with this id, if any. Re-renders the component when the task changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::{TaskId, use_task};
///
/// #[derive(PartialEq, Properties)]
/// struct Props {
///     id: TaskId,
/// }
///
/// #[component]
/// fn State(props: &Props) -> Html {
///     let task = use_task(&props.id);
///     html! { <p>{ task.map_or("unknown", |task| task.state.as_str()) }</p> }
/// }
/// ```
#[hook]
pub fn use_task(id: &TaskId) -> Option<Rc<Task>> {
    let task = use_task_selector(id.clone(), |tasks, id| tasks.get(id));
    (*task).clone()
}
