//! The provider: gives tasks to all components below it.

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

/// What is read once is not compared: it changes nothing.
impl PartialEq for BackgroundTasksProviderProps {
    fn eq(&self, other: &Self) -> bool {
        self.toasts == other.toasts && self.children == other.children
    }
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
    let content = html! {
        <>
            { props.children.clone() }
            <TaskSigns toasts={props.toasts} />
        </>
    };
    with_tasks(&tasks, content)
}

/// Gives tasks to all components in `content`. They are in the Yewdux store of the
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
pub(crate) struct TaskSignsProps {
    /// Whether toasts are among them.
    #[prop_or(true)]
    pub(crate) toasts: bool,
    /// Where toasts are rendered, if not where this component is.
    #[prop_or_default]
    pub(crate) root: Option<ToasterRoot>,
}

/// What tasks show by themselves: toasts, whose line for those without a place
/// opens the list of tasks; their number in the page's title; and a question
/// before the page is left.
#[component]
pub(crate) fn TaskSigns(props: &TaskSignsProps) -> Html {
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

/// Asks before the page is left while bytes are under way, and has no listener
/// else: it alone keeps some browsers from caching the page.
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
