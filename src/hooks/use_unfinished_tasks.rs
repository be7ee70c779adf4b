//! A hook for the number of unfinished tasks.

use yew::prelude::*;

use super::use_task_selector;

/// The number of tasks that have not ended. Re-renders the component when it changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::use_unfinished_tasks;
///
/// #[component]
/// fn Busy() -> Html {
///     let unfinished = use_unfinished_tasks();
///     html! { <p hidden={unfinished == 0}>{ "Work is going on" }</p> }
/// }
/// ```
#[hook]
pub fn use_unfinished_tasks() -> usize {
    *use_task_selector((), |tasks, ()| tasks.unfinished())
}
