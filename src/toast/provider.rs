//! The provider of a toaster, for apps that show toasts without tasks.

use yew::prelude::*;

use super::{Toaster, ToasterSettings, ToasterView};
use crate::use_guard::use_guard;

/// Properties of [`ToasterProvider`].
#[derive(PartialEq, Properties)]
#[non_exhaustive]
pub struct ToasterProviderProps {
    /// The toaster; by default that of the [page](Toaster::page).
    #[prop_or_default]
    pub toaster: Option<Toaster>,
    /// Its settings, applied whenever they change; `None` leaves them as they are.
    #[prop_or_default]
    pub settings: Option<ToasterSettings>,
    /// Whether the page was rendered on a server and is hydrated.
    #[prop_or_default]
    pub hydrated: bool,
    /// The components that use the toaster.
    #[prop_or_default]
    pub children: Html,
}

/// Shows toasts and provides the toaster to its children. Not needed inside of a
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider), which provides one too. A
/// server renders the children without toasts.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::toast::{Toaster, ToasterProvider};
///
/// #[component]
/// fn App() -> Html {
///     let onclick = |_| {
///         Toaster::page().success("Saved");
///     };
///     html! {
///         <ToasterProvider>
///             <button {onclick}>{ "Save" }</button>
///         </ToasterProvider>
///     }
/// }
/// ```
#[component]
pub fn ToasterProvider(props: &ToasterProviderProps) -> Html {
    let toaster = props.toaster.clone().unwrap_or_else(Toaster::page);
    use_guard((toaster.clone(), props.settings.clone()), |changed| {
        if let (toaster, Some(settings)) = changed {
            toaster.configure("", settings.clone());
        }
    });
    html! {
        <ContextProvider<Toaster> context={toaster}>
            { props.children.clone() }
            <ToasterView hydrated={props.hydrated} />
        </ContextProvider<Toaster>>
    }
}
