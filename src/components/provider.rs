//! The provider of tasks, and the views that it renders itself.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::Context;

use super::leave_warning::LeaveWarning;
use super::tab_title::TabTitle;
use super::task_panel::use_open_task_panel;
use crate::background_tasks::BackgroundTasks;
use crate::client::Clients;
use crate::hooks::use_background_tasks;
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
    use_guard(is_ready, {
        let tasks = tasks.clone();
        move |_| ShutDown(tasks)
    });
    let Some(tasks) = &*tasks else {
        return html! {};
    };
    html! {
        <ContextProvider<BackgroundTasks> context={tasks.clone()}>
            <ContextProvider<Toaster> context={tasks.toaster().clone()}>
                { props.children.clone() }
                <TaskViews toasts={props.toasts} />
            </ContextProvider<Toaster>>
        </ContextProvider<BackgroundTasks>>
    }
}

/// Shuts tasks down when it is dropped.
struct ShutDown(Rc<Option<BackgroundTasks>>);

impl Drop for ShutDown {
    fn drop(&mut self) {
        if let Some(tasks) = &*self.0 {
            tasks.shut_down();
        }
    }
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
    let on_more = use_open_task_panel(&tasks.context());
    use_guard(tasks.clone(), |tasks| {
        let title = tasks.settings().tab_title;
        let title = title.then(|| TabTitle::new(&tasks.context()));
        (title, LeaveWarning::new(tasks))
    });
    if props.toasts {
        let toaster = tasks.toaster().clone();
        html! { <ToasterView {toaster} root={props.root.clone()} {on_more} /> }
    } else {
        html! {}
    }
}
