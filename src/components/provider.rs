//! The provider of tasks, and the views that it renders itself.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{BeforeUnloadEvent, Event};
use yew::prelude::*;
use yew_hooks::use_unmount;
use yewdux::prelude::use_dispatch;

use super::tab_title::use_tab_title;
use super::task_panel::use_open_task_panel;
use crate::background_tasks::BackgroundTasks;
use crate::client::Clients;
use crate::hooks::{use_background_tasks, use_task_selector};
use crate::settings::Settings;
use crate::store::Tasks;
use crate::toast::{Toaster, ToasterRoot, ToasterView};
use crate::use_guard::use_guard;

/// Properties of [`BackgroundTasksProvider`].
#[derive(Properties)]
pub struct BackgroundTasksProviderProps {
    /// The clients for the server. Read once: change the `key` of the provider to start with
    /// other clients.
    pub clients: Clients,
    /// The settings, also read once.
    #[prop_or_default]
    pub settings: Settings,
    /// Whether the provider shows toasts. If not, add a [`ToasterView`] elsewhere.
    #[prop_or(true)]
    pub toasts: bool,
    /// The components that use the tasks.
    #[prop_or_default]
    pub children: Html,
}

/// Ignores the properties that are read only once.
impl PartialEq for BackgroundTasksProviderProps {
    fn eq(&self, other: &Self) -> bool {
        self.toasts == other.toasts && self.children == other.children
    }
}

/// Provides tasks to its children.
///
/// The tasks are in the Yewdux store of the surrounding context and run as long as the
/// provider is mounted.
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
    let content = html! {
        <>
            { props.children.clone() }
            <TaskViews toasts={props.toasts} />
        </>
    };
    with_tasks(&tasks, content)
}

/// Provides tasks to the components in `content`. The tasks are in the Yewdux store of the
/// surrounding context.
pub(crate) fn with_tasks(tasks: &BackgroundTasks, content: Html) -> Html {
    html! {
        <ContextProvider<BackgroundTasks> context={tasks.clone()}>
            <ContextProvider<Toaster> context={tasks.toaster().clone()}>
                { content }
            </ContextProvider<Toaster>>
        </ContextProvider<BackgroundTasks>>
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct TaskViewsProps {
    /// Whether toasts are shown.
    #[prop_or(true)]
    pub(crate) toasts: bool,
    /// The root to render toasts into; `None` to render them in place.
    #[prop_or_default]
    pub(crate) root: Option<ToasterRoot>,
}

/// The views of tasks that need no further component: toasts, the number of tasks in the
/// page's title, and the warning before the page is left. The line for toasts that are not
/// visible opens the list of tasks.
#[component]
pub(crate) fn TaskViews(props: &TaskViewsProps) -> Html {
    let tasks = use_background_tasks();
    let on_more = use_open_task_panel();
    use_tab_title(tasks.settings().tab_title);
    use_leave_warning();
    if props.toasts {
        html! { <ToasterView root={props.root.clone()} {on_more} /> }
    } else {
        html! {}
    }
}

/// Asks before the page is left during an upload.
///
/// `use_before_unload` of yew-hooks always has a listener, which keeps some browsers from
/// storing the page in the back/forward cache.
#[hook]
fn use_leave_warning() {
    let tasks = use_background_tasks();
    let uploading = use_task_selector((), |tasks, ()| tasks.is_uploading());
    use_guard(*uploading, move |uploading| {
        let window = web_sys::window().filter(|_| *uploading)?;
        let ask = move |event: &Event| {
            event.prevent_default();
            if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                event.set_return_value(&tasks.messages().labels.leave_warning);
            }
        };
        let options = EventListenerOptions::enable_prevent_default();
        Some(EventListener::new_with_options(
            &window,
            "beforeunload",
            options,
            ask,
        ))
    });
}
