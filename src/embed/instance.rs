//! What one instance has on the page: a shadow tree, and in it the toasts.

use wasm_bindgen::JsValue;
use web_sys::{Element, Node, ShadowRoot};
use yew::prelude::*;
use yewdux::prelude::use_dispatch;

use super::app_root::AppRoot;
use super::document::document;
use super::shown::Shown;
use super::store_name::StoreName;
use crate::background_tasks::BackgroundTasks;
use crate::components::{COMPONENT_STYLES, TaskSigns, TasksIndicator, with_tasks};
use crate::shadow;
use crate::toast::{self, ToasterRoot, Toasts};
use crate::use_selection::use_selection;

/// Where an instance is.
pub(super) enum Place {
    /// In an element of its own, which is put into this node.
    In(Node),
    /// In an element of the host's, which has no shadow tree but ours.
    At(Element),
}

/// The toasts of one instance on the page. They are gone when it is dropped.
pub(super) struct Instance {
    _button: Option<AppRoot>,
    _toasts: AppRoot,
    _shown: Shown,
    _store: StoreName,
}

impl Instance {
    /// # Errors
    ///
    /// What the browser throws where it does not take the element.
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
            with_tasks(tasks, html! { <TaskSigns {root} /> })
        })?;
        Ok(Self {
            _button: button,
            _toasts: toasts,
            _shown: shown,
            _store: store,
        })
    }
}

/// The shadow tree of an element, which keeps the one that it was given before.
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

/// Light or dark as the toasts are.
#[component]
fn Themed(props: &ThemedProps) -> Html {
    let toasts = use_dispatch();
    let theme = use_selection(toasts, Toasts::theme);
    html! { <div class="ybt-root" data-theme={theme.as_str()}>{ props.children.clone() }</div> }
}
