//! Toasts without tasks: the toaster for all components below.

use yew::prelude::*;

use super::{Toaster, ToasterSettings, ToasterView};

/// Properties of [`ToasterProvider`].
#[derive(PartialEq, Properties)]
pub struct ToasterProviderProps {
    /// The toaster; none for the [page's](Toaster::page).
    #[prop_or_default]
    pub toaster: Option<Toaster>,
    /// Its settings, followed when they change; none leaves them.
    #[prop_or_default]
    pub settings: Option<ToasterSettings>,
    /// The app.
    #[prop_or_default]
    pub children: Html,
}

/// Shows toasts, and gives the toaster to all components below it. An app with a
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider) has one already.
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
    use_effect_with((toaster.clone(), props.settings.clone()), |changed| {
        if let (toaster, Some(settings)) = changed {
            toaster.configure("", settings.clone());
        }
    });
    html! {
        <ContextProvider<Toaster> context={toaster}>
            { props.children.clone() }
            <ToasterView />
        </ContextProvider<Toaster>>
    }
}
