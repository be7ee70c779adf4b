//! The hook that acts.

use yew::prelude::*;

use crate::background_tasks::BackgroundTasks;

/// The handle to the tasks of the [`BackgroundTasksProvider`](crate::BackgroundTasksProvider)
/// above. It does not re-render its component when a task moves.
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
/// Where no provider is above: that is a mistake in the app's own code, found
/// the first time that the component is rendered.
#[hook]
pub fn use_background_tasks() -> BackgroundTasks {
    #[allow(clippy::expect_used, reason = "only the app's own code can cause it")]
    use_context().expect("use_background_tasks needs a BackgroundTasksProvider above it")
}
