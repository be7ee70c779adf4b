//! The element that contains a toaster. It moves into the topmost modal dialog, since
//! everything outside of the dialog is inert.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, DocumentFragment, Element, HtmlElement, MutationObserver, MutationObserverInit, Node,
    ShadowRoot,
};
use yew::prelude::*;

use super::stand_in::StandIn;

const CLASS: &str = "ybt-host";

/// The root of a Yew app that consists of the toaster, and the place for it. Moving the
/// root moves the toaster without rendering it again.
#[derive(Clone, PartialEq)]
pub(crate) struct ToasterRoot {
    pub(crate) home: Element,
    pub(crate) element: Element,
}

/// The element that moves into the topmost modal dialog.
#[derive(Clone, PartialEq)]
pub(super) enum Host {
    /// An element that is rendered in the component at first, so that toasts are visible
    /// immediately. Its content is a [`create_portal`], so moving the element does not
    /// render it again.
    Portal {
        home: NodeRef,
        element: Option<Element>,
    },
    Root(ToasterRoot),
}

impl Host {
    /// Its place while no dialog is open, and the element.
    fn parts(&self) -> Option<(Element, Element)> {
        match self {
            Self::Portal { home, element } => Some((home.cast()?, element.clone()?)),
            Self::Root(root) => Some((root.home.clone(), root.element.clone())),
        }
    }
}

#[hook]
pub(super) fn use_host(root: Option<ToasterRoot>) -> Host {
    let home = use_node_ref();
    let host = use_memo(root, |root| match root {
        Some(root) => {
            root.element.set_class_name(CLASS);
            // The effect moves it if a dialog is open.
            let _ = root.home.append_child(&root.element);
            Host::Root(root.clone())
        }
        None => Host::Portal {
            home,
            element: new_element(),
        },
    });
    use_effect_with((*host).clone(), |host| {
        let parts = host.parts();
        let observer = parts.as_ref().and_then(|(home, element)| {
            DialogObserver::new(home.clone(), element.clone().dyn_into().ok()?)
        });
        let portal = match host {
            Host::Portal { element, .. } => element.clone(),
            // The owner of the root removes it.
            Host::Root(_) => None,
        };
        move || {
            drop(observer);
            if let Some(element) = portal {
                element.remove();
            }
        }
    });
    (*host).clone()
}

/// Observes the page's dialogs until it is dropped.
struct DialogObserver {
    observer: MutationObserver,
    _on_change: Closure<dyn Fn(JsValue, MutationObserver)>,
}

impl DialogObserver {
    fn new(home: Element, host: HtmlElement) -> Option<Self> {
        let state = HostState {
            trees: trees_around(&home),
            home,
            host,
            modals: RefCell::default(),
            stand_in: RefCell::default(),
        };
        let state = Rc::new(state);
        let on_change = Closure::<dyn Fn(_, _)>::new({
            let state = Rc::clone(&state);
            move |_, observer| state.update(&observer)
        });
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        state.update(&observer);
        Some(Self {
            observer,
            _on_change: on_change,
        })
    }
}

impl Drop for DialogObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

struct HostState {
    /// The trees that are searched for dialogs: the shadow tree of the toaster, if any, and
    /// the trees around it up to the document.
    trees: Vec<Node>,
    home: Element,
    host: HtmlElement,
    /// The open modal dialogs, in the order in which they were opened.
    modals: RefCell<Vec<Element>>,
    /// Exists while the toaster is in a dialog of another tree.
    stand_in: RefCell<Option<StandIn>>,
}

impl HostState {
    fn update(&self, observer: &MutationObserver) {
        // Removed from the page: the element may be in use elsewhere.
        if !self.home.is_connected() && self.host.parent_node().is_some() {
            return;
        }
        let open: Vec<_> = self.trees.iter().flat_map(modals_in).collect();
        let top = {
            let mut modals = self.modals.borrow_mut();
            modals.retain(|modal| open.contains(modal));
            let opened = open.into_iter().filter(|modal| !modals.contains(modal));
            let opened: Vec<_> = opened.collect();
            modals.extend(opened);
            modals.last().cloned()
        };
        self.move_to(top.as_ref());
        let what = MutationObserverInit::new();
        what.set_subtree(true);
        // A dialog sets this attribute when it opens.
        what.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        // Detects the removal of a dialog that contains the toaster.
        what.set_child_list(top.is_some());
        for tree in &self.trees {
            // Fails only for invalid options.
            let _ = observer.observe_with_options(tree, &what);
        }
    }

    fn move_to(&self, modal: Option<&Element>) {
        let target = modal.and_then(|modal| self.place_in(modal));
        // A popover is in the top layer: a dialog may clip or transform its content, and so
        // may a page that contains the shadow tree. Without support for popovers, it is
        // shown in place.
        let is_popover = target.is_some() || self.trees.len() > 1;
        let target = target.unwrap_or_else(|| self.home.clone().into());
        let is_there = self.host.parent_node().as_ref() == Some(&target);
        if !is_there || is_popover != self.host.has_attribute("popover") {
            let _ = self.host.remove_attribute("popover");
            if target.append_child(&self.host).is_ok() && is_popover {
                let _ = self.host.set_attribute("popover", "manual");
                let _ = self.host.show_popover();
            }
        }
        // Remove a stand-in that the toaster has left.
        let stand_in = self.stand_in.take();
        let stand_in = stand_in.filter(|stand_in| *stand_in.tree() == target);
        drop(self.stand_in.replace(stand_in));
    }

    /// The parent for the toaster in a dialog: the dialog itself if it is in the same tree,
    /// else a stand-in for the host, which keeps the style. `None` if the stand-in cannot
    /// be created.
    fn place_in(&self, modal: &Element) -> Option<Node> {
        let own = self.trees.first()?;
        if modal.get_root_node() == *own {
            return Some(modal.clone().into());
        }
        // Not borrowed meanwhile: adding and removing nodes may call custom elements.
        let before = self.stand_in.take();
        let stand_in = match before.filter(|before| before.is_in(modal)) {
            Some(before) => before,
            None => StandIn::in_dialog(own.dyn_ref::<ShadowRoot>()?, modal).ok()?,
        };
        let tree = stand_in.tree().clone();
        drop(self.stand_in.replace(Some(stand_in)));
        Some(tree)
    }
}

fn trees_around(home: &Element) -> Vec<Node> {
    let around = |tree: &Node| Some(tree.dyn_ref::<ShadowRoot>()?.host().get_root_node());
    std::iter::successors(Some(home.get_root_node()), around).collect()
}

fn modals_in(tree: &Node) -> Vec<Element> {
    const MODALS: &str = "dialog:modal";
    let found = match tree.dyn_ref::<Document>() {
        Some(document) => document.query_selector_all(MODALS).ok(),
        None => tree
            .dyn_ref::<DocumentFragment>()
            .and_then(|shadow| shadow.query_selector_all(MODALS).ok()),
    };
    let Some(found) = found else {
        return Vec::new();
    };
    let dialogs = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok());
    dialogs.collect()
}

fn new_element() -> Option<Element> {
    let element = web_sys::window()?.document()?.create_element("div").ok()?;
    element.set_class_name(CLASS);
    Some(element)
}
