//! The hook that follows a selection of the store.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::use_selector_with_deps;

use crate::store::Tasks;

/// What `select` makes of the tasks and `deps`. Re-renders when the result changes.
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
    D: Clone + PartialEq + 'static,
    R: PartialEq + 'static,
{
    use_selector_with_deps(select, deps)
}
