//! The provider: gives tasks to all components below it.

use yew::prelude::*;
use yew_hooks::{use_before_unload, use_unmount};
use yewdux::prelude::use_dispatch;

use super::tab_title::TabTitle;
use super::task_panel::use_open_task_panel;
use crate::background_tasks::BackgroundTasks;
use crate::client::Clients;
use crate::hooks::{use_background_tasks, use_task_selector};
use crate::settings::Settings;
use crate::store::Tasks;
use crate::toast::{Toaster, ToasterRoot, ToasterView};

/// Properties of [`BackgroundTasksProvider`].
#[derive(PartialEq, Properties)]
pub struct BackgroundTasksProviderProps {
    /// How the server is reached. Read once: give the provider another `key`
    /// to begin anew with others.
    pub clients: Clients,
    /// Settings, read once as well.
    #[prop_or_default]
    pub settings: Settings,
    /// Whether toasts are shown here. Without, put a [`ToasterView`] where they belong.
    #[prop_or(true)]
    pub toasts: bool,
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
        <TasksScope tasks={(*tasks).clone()}>
            { props.children.clone() }
            if props.toasts {
                <TaskToasts />
            }
            <PageSigns />
        </TasksScope>
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct TasksScopeProps {
    pub(crate) tasks: BackgroundTasks,
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Gives tasks that are worked on elsewhere to all components below it. They are
/// in the Yewdux store of the surrounding context.
#[component]
pub(crate) fn TasksScope(props: &TasksScopeProps) -> Html {
    html! {
        <ContextProvider<BackgroundTasks> context={props.tasks.clone()}>
            <ContextProvider<Toaster> context={props.tasks.toaster().clone()}>
                { props.children.clone() }
            </ContextProvider<Toaster>>
        </ContextProvider<BackgroundTasks>>
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct TaskToastsProps {
    /// Where they are rendered, if not where this component is.
    #[prop_or_default]
    pub(crate) root: Option<ToasterRoot>,
}

/// The toasts, whose line for those without a place opens the list of tasks.
#[component]
pub(crate) fn TaskToasts(props: &TaskToastsProps) -> Html {
    let on_more = use_open_task_panel();
    html! { <ToasterView root={props.root.clone()} {on_more} /> }
}

/// What the tasks do to the page itself: its title, and a question before it is left.
#[component]
pub(crate) fn PageSigns() -> Html {
    let tasks = use_background_tasks();
    let uploading = use_task_selector((), |tasks, ()| tasks.is_uploading());
    html! {
        <>
            if tasks.settings().tab_title {
                <TabTitle />
            }
            if *uploading {
                <LeaveWarning text={tasks.messages().labels.leave_warning.clone().into_owned()} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct LeaveWarningProps {
    text: String,
}

/// Asks before the page is left. It is mounted only while bytes are under way:
/// the listener alone keeps some browsers from caching the page.
#[component]
fn LeaveWarning(props: &LeaveWarningProps) -> Html {
    use_before_unload(true, props.text.clone());
    html! {}
}
