//! A hook that returns the handle.

use yew::prelude::*;

use crate::background_tasks::BackgroundTasks;

/// The handle to the tasks of the closest
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider). It does not re-render its
/// component when a task changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::use_background_tasks;
///
/// #[component]
/// fn Analyse() -> Html {
///     let tasks = use_background_tasks();
///     let onclick = move |_| {
///         tasks.start_video_processing_task(7_u32, "talk.mp4", "q-81f3");
///     };
///     html! { <button {onclick}>{ "Analyse" }</button> }
/// }
/// ```
///
/// # Panics
///
/// If the component is not inside of a provider, which the first render shows.
#[hook]
pub fn use_background_tasks() -> BackgroundTasks {
    #[allow(clippy::expect_used, reason = "only the app's own code can cause it")]
    use_context().expect("use_background_tasks needs a BackgroundTasksProvider above it")
}
