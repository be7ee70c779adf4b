//! The elements of one instance: a shadow tree with toasts and indicator.

use wasm_bindgen::JsValue;
use web_sys::{Element, Node, ShadowRoot};
use yew::prelude::*;
use yewdux::prelude::use_dispatch;

use super::app_root::AppRoot;
use super::document::document;
use super::shown::Shown;
use super::store_name::StoreName;
use crate::background_tasks::BackgroundTasks;
use crate::components::{COMPONENT_STYLES, TaskViews, TasksIndicator, with_tasks};
use crate::shadow;
use crate::toast::{self, ToasterRoot, Toasts};
use crate::use_selection::use_selection;

/// The place of an instance.
pub(super) enum Place {
    /// A new element inside of this node.
    In(Node),
    /// An element of the page, whose shadow tree is created here.
    At(Element),
}

/// The elements of one instance, removed when it is dropped.
pub(super) struct Instance {
    _button: Option<AppRoot>,
    _toasts: AppRoot,
    _shown: Shown,
    _store: StoreName,
}

impl Instance {
    /// # Errors
    ///
    /// The exception of the browser if the element cannot be inserted.
    pub(super) fn show(
        place: Place,
        tasks: &BackgroundTasks,
        indicator: bool,
        store: StoreName,
    ) -> Result<Self, JsValue> {
        let document = document()?;
        let home = document.create_element("div")?;
        home.set_class_name("ybt-root");
        let shown = match place {
            Place::In(node) => {
                let host = document.create_element("div")?;
                host.set_attribute("data-background-tasks", "")?;
                tree_of(&host)?.append_child(&home)?;
                node.append_child(&host)?;
                host
            }
            Place::At(host) => {
                tree_of(&host)?.append_child(&home)?;
                home.clone()
            }
        };
        let shown = Shown::new(shown);
        let context = tasks.toaster().context();
        let button = indicator.then(|| {
            let content = html! { <Themed><TasksIndicator /></Themed> };
            AppRoot::new(context.clone(), |_| with_tasks(tasks, content))
        });
        let button = button.transpose()?;
        if let Some(element) = button.as_ref().and_then(AppRoot::element) {
            home.append_child(element)?;
        }
        let toasts = AppRoot::new(context, |element| {
            let element = element.clone();
            let root = ToasterRoot { home, element };
            with_tasks(tasks, html! { <TaskViews {root} /> })
        })?;
        Ok(Self {
            _button: button,
            _toasts: toasts,
            _shown: shown,
            _store: store,
        })
    }
}

/// The shadow tree of an element, created if there is none.
fn tree_of(host: &Element) -> Result<ShadowRoot, JsValue> {
    match host.shadow_root() {
        Some(tree) => Ok(tree),
        None => shadow::attach(host, &[toast::STYLES, COMPONENT_STYLES]),
    }
}

#[derive(PartialEq, Properties)]
struct ThemedProps {
    children: Html,
}

/// Content with the theme of the toasts.
#[component]
fn Themed(props: &ThemedProps) -> Html {
    let toasts = use_dispatch();
    let theme = use_selection(toasts, Toasts::theme);
    html! { <div class="ybt-root" data-theme={theme.as_str()}>{ props.children.clone() }</div> }
}
