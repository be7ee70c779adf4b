//! The provider: gives tasks to all components below it.

use yew::prelude::*;
use yew_hooks::use_unmount;
use yewdux::prelude::use_dispatch;

use crate::background_tasks::BackgroundTasks;
use crate::client::Clients;
use crate::settings::Settings;
use crate::store::Tasks;

/// Properties of [`BackgroundTasksProvider`].
#[derive(PartialEq, Properties)]
pub struct BackgroundTasksProviderProps {
    /// How the server is reached. Read once: give the provider another `key`
    /// to begin anew with others.
    pub clients: Clients,
    /// Settings, read once as well.
    #[prop_or_default]
    pub settings: Settings,
    /// The app.
    #[prop_or_default]
    pub children: Html,
}

/// Gives tasks to all components below it.
///
/// Tasks live in the Yewdux store of the surrounding context, and are worked on
/// as long as the provider is mounted, whatever mounts or unmounts below it.
#[component]
pub fn BackgroundTasksProvider(props: &BackgroundTasksProviderProps) -> Html {
    let dispatch = use_dispatch::<Tasks>();
    let tasks = use_memo((), |()| {
        BackgroundTasks::new(
            dispatch.context(),
            props.clients.clone(),
            props.settings.clone(),
        )
    });
    use_unmount({
        let tasks = tasks.clone();
        move || tasks.shut_down()
    });
    html! {
        <ContextProvider<BackgroundTasks> context={(*tasks).clone()}>
            { props.children.clone() }
        </ContextProvider<BackgroundTasks>>
    }
}
