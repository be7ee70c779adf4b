//! The provider of tasks, and the views that it renders itself.

use background_tasks_core::messages::Label;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{BeforeUnloadEvent, Event};
use yew::prelude::*;
use yew_hooks::use_unmount;
use yewdux::Context;

use super::tab_title::use_tab_title;
use super::task_panel::use_open_task_panel;
use crate::background_tasks::BackgroundTasks;
use crate::client::Clients;
use crate::hooks::{use_background_tasks, use_task_selector};
use crate::settings::Settings;
use crate::toast::{Toaster, ToasterRoot, ToasterView};
use crate::use_browser::use_browser;
use crate::use_guard::use_guard;

/// Properties of [`BackgroundTasksProvider`].
#[derive(Properties)]
#[non_exhaustive]
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
    /// Whether the page was rendered on a server and is hydrated. Then nothing is rendered in
    /// the first render, as on the server; another follows in the same frame.
    #[prop_or_default]
    pub hydrated: bool,
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
///
/// Tasks run in a browser. Under Yew's server renderer the provider renders nothing, its
/// children included, and calls no browser API; what a server is to render belongs around it.
/// A page that is [hydrated](yew::Renderer) sets `hydrated`.
#[component]
pub fn BackgroundTasksProvider(props: &BackgroundTasksProviderProps) -> Html {
    let is_ready = use_browser(props.hydrated);
    let context = use_context::<Context>().or_else(global_context);
    let tasks = use_memo(is_ready, |is_ready| {
        let context = context.filter(|_| *is_ready)?;
        let (clients, settings) = (props.clients.clone(), props.settings.clone());
        Some(BackgroundTasks::new(&context, clients, settings))
    });
    use_unmount({
        let tasks = tasks.clone();
        move || {
            if let Some(tasks) = &*tasks {
                tasks.shut_down();
            }
        }
    });
    let Some(tasks) = &*tasks else {
        return html! {};
    };
    let content = html! {
        <>
            { props.children.clone() }
            <TaskViews toasts={props.toasts} />
        </>
    };
    with_tasks(tasks, content)
}

/// The context of the page. On a server there is none, since its thread renders many pages.
#[cfg(target_arch = "wasm32")]
fn global_context() -> Option<Context> {
    Some(Context::global())
}

#[cfg(not(target_arch = "wasm32"))]
fn global_context() -> Option<Context> {
    None
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
                event.set_return_value(tasks.messages().text(Label::LeaveWarning));
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
