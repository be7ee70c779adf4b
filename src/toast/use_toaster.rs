//! Hooks for the closest toaster and its toasts.

use std::rc::Rc;

use yew::prelude::*;

use super::toaster::Toasts;
use super::{Entry, Toaster};
use crate::use_selection::use_selection;

/// The toaster of the closest [`ToasterProvider`](super::ToasterProvider) or
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider). It does not re-render its
/// component when a toast changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::toast::use_toaster;
///
/// #[component]
/// fn Save() -> Html {
///     let toaster = use_toaster();
///     let onclick = move |_| {
///         toaster.success("Saved");
///     };
///     html! { <button {onclick}>{ "Save" }</button> }
/// }
/// ```
///
/// # Panics
///
/// If the component is not inside of a provider, which the first render shows.
#[hook]
pub fn use_toaster() -> Toaster {
    use_toaster_or(None)
}

/// The toaster that is given, or else the closest one.
#[hook]
pub(super) fn use_toaster_or(given: Option<Toaster>) -> Toaster {
    let closest = use_context();
    #[allow(clippy::expect_used, reason = "only the app's own code can cause it")]
    given
        .or(closest)
        .expect("use_toaster needs a ToasterProvider or a BackgroundTasksProvider above it")
}

/// All toasts of the closest toaster that are not exiting, newest first. Re-renders the
/// component when one of them changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::toast::use_toasts;
///
/// #[component]
/// fn Count() -> Html {
///     let toasts = use_toasts();
///     html! { <output>{ toasts.len() }</output> }
/// }
/// ```
///
/// # Panics
///
/// If the component is not inside of a provider, like [`use_toaster`].
#[hook]
pub fn use_toasts() -> Vec<Rc<Entry>> {
    let toaster = use_toaster();
    let select = |toasts: &Toasts| toasts.read(|all| all.toasts().cloned().collect::<Vec<_>>());
    (*use_selection(&toaster.context(), select)).clone()
}
