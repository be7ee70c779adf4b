//! A hook that selects from the store.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::use_dispatch;

use crate::store::Tasks;
use crate::use_selection::use_selection;

/// The result of `select` for the tasks and `deps`. Re-renders the component when it
/// changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::{TaskState, use_task_selector};
///
/// #[component]
/// fn Failures() -> Html {
///     let failed = use_task_selector((), |tasks, ()| {
///         let tasks = tasks.newest_first();
///         tasks.iter().filter(|task| matches!(task.state, TaskState::Failed(_))).count()
///     });
///     html! { <p>{ format!("{failed} failed") }</p> }
/// }
/// ```
#[hook]
pub fn use_task_selector<D, R>(deps: D, select: impl Fn(&Tasks, &D) -> R + 'static) -> Rc<R>
where
    D: 'static,
    R: PartialEq + 'static,
{
    let tasks = use_dispatch::<Tasks>();
    use_selection(tasks.context(), move |tasks| select(tasks, &deps))
}
