//! The elements of one instance: a shadow tree with toasts and indicator.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node, ShadowRoot};
use yew::prelude::*;
use yewdux::Dispatch;

use super::app_root::AppRoot;
use super::attached::Attached;
use super::document::{body, document};
use super::shown::Shown;
use crate::background_tasks::BackgroundTasks;
use crate::components::{COMPONENT_STYLES, TaskViews, TasksIndicator};
use crate::shadow;
use crate::toast::{self, ToasterRoot, Toasts};

/// The place of an instance.
pub(super) enum Place {
    /// A new element inside of this node.
    In(Node),
    /// An element of the page, whose shadow tree is created here.
    At(Element),
}

/// The elements of one instance, removed when it is dropped.
pub(super) struct Instance {
    /// `None` if it is not in the body, or the page decides where it is.
    _attached: Option<Attached>,
    _button: Option<Button>,
    toasts: AppRoot,
    _shown: Shown,
}

impl Instance {
    /// # Errors
    ///
    /// The exception of the browser if the element cannot be inserted.
    pub(super) fn show(
        place: Place,
        tasks: &BackgroundTasks,
        indicator: bool,
    ) -> Result<Self, JsValue> {
        let document = document()?;
        let home = document.create_element("div")?;
        home.set_class_name("ybt-root");
        let mut in_body = None;
        let shown = match place {
            Place::In(node) => {
                let host = document.create_element("div")?;
                host.set_attribute("data-background-tasks", "")?;
                tree_of(&host)?.append_child(&home)?;
                node.append_child(&host)?;
                in_body = body().is_ok_and(|body| body == node).then(|| host.clone());
                host
            }
            Place::At(host) => {
                tree_of(&host)?.append_child(&home)?;
                home.clone()
            }
        };
        let shown = Shown::new(shown);
        let button = indicator.then(|| Button::new(tasks, &home)).transpose()?;
        let toasts = AppRoot::new(tasks.clone(), |element| {
            let element = element.clone();
            let root = ToasterRoot { home, element };
            html! { <TaskViews {root} /> }
        })?;
        let attached = in_body.map(|host| {
            let element = toasts.element().cloned();
            Attached::new(host, move || show_popover(element.as_ref()))
        });
        Ok(Self {
            _attached: attached.transpose()?,
            _button: button,
            toasts,
            _shown: shown,
        })
    }

    /// The element that contains the toasts.
    pub(super) fn toasts(&self) -> Option<Element> {
        self.toasts.element().cloned()
    }
}

/// Shows the toasts again, after the browser has closed their popover since it was removed
/// from the page.
pub(super) fn show_popover(element: Option<&Element>) {
    let element: Option<&HtmlElement> = element.and_then(JsCast::dyn_ref);
    if let Some(element) = element.filter(|element| element.has_attribute("popover")) {
        // Fails if it is shown.
        let _ = element.show_popover();
    }
}

/// The shadow tree of an element, created if there is none.
fn tree_of(host: &Element) -> Result<ShadowRoot, JsValue> {
    match host.shadow_root() {
        Some(tree) => Ok(tree),
        None => shadow::attach(host, &[toast::STYLES, COMPONENT_STYLES]),
    }
}

/// The button that opens the list of tasks, with the theme of the toasts.
struct Button {
    _theme: Dispatch<Toasts>,
    _root: AppRoot,
}

impl Button {
    fn new(tasks: &BackgroundTasks, home: &Element) -> Result<Self, JsValue> {
        let root = AppRoot::new(tasks.clone(), |element| {
            element.set_class_name("ybt-root");
            html! { <TasksIndicator /> }
        })?;
        let element = root.element().cloned();
        if let Some(element) = &element {
            home.append_child(element)?;
        }
        let toasts = Dispatch::<Toasts>::new(&tasks.context());
        let shown = Cell::new(None);
        let set_theme = move |toasts: Rc<Toasts>| {
            let theme = toasts.theme();
            if let Some(element) = &element
                && shown.replace(Some(theme)) != Some(theme)
            {
                // Fails only for an invalid name.
                let _ = element.set_attribute("data-theme", theme.as_str());
            }
        };
        Ok(Self {
            _theme: toasts.subscribe(set_theme),
            _root: root,
        })
    }
}
