//! Where on the page a toaster is: at its own place, or in the modal dialog
//! on top, since whatever stands outside of that can be neither seen nor clicked.

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

/// The root of an app that has the toaster alone, and the place for it. Moving
/// the root moves what is rendered into it.
#[derive(Clone, PartialEq)]
pub(crate) struct ToasterRoot {
    pub(crate) home: Element,
    pub(crate) element: Element,
}

/// What follows the modal dialog on top.
#[derive(Clone, PartialEq)]
pub(super) enum Host {
    /// An element that stands in the component at first, so that toasts are seen as
    /// soon as the page is. Content gets there by [`create_portal`]: moving the
    /// element moves what is rendered into it, and nothing is rendered anew.
    Portal {
        home: NodeRef,
        element: Option<Element>,
    },
    Root(ToasterRoot),
}

impl Host {
    /// The place that it has while there is no dialog, and the element.
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
            // Until the effect has looked for dialogs. It appends it itself otherwise.
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
        let follower = parts.as_ref().and_then(|(home, element)| {
            Follower::new(home.clone(), element.clone().dyn_into().ok()?)
        });
        let portal = match host {
            Host::Portal { element, .. } => element.clone(),
            // Its owner takes it away, and may have put it elsewhere by then.
            Host::Root(_) => None,
        };
        move || {
            drop(follower);
            if let Some(element) = portal {
                element.remove();
            }
        }
    });
    (*host).clone()
}

/// Watches the page's dialogs, for as long as it is there.
struct Follower {
    observer: MutationObserver,
    _on_change: Closure<dyn Fn(JsValue, MutationObserver)>,
}

impl Follower {
    fn new(home: Element, host: HtmlElement) -> Option<Self> {
        let following = Following {
            trees: trees_around(&home),
            home,
            host,
            modals: RefCell::default(),
            stand_in: RefCell::default(),
        };
        let following = Rc::new(following);
        let on_change = Closure::<dyn Fn(_, _)>::new({
            let following = Rc::clone(&following);
            move |_, observer| following.keep_up(&observer)
        });
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        following.keep_up(&observer);
        Some(Self {
            observer,
            _on_change: on_change,
        })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

struct Following {
    /// Where dialogs are looked for: the document, or the shadow tree that the
    /// toaster is in and the trees around that, from the inside out.
    trees: Vec<Node>,
    home: Element,
    host: HtmlElement,
    /// The modal dialogs that are open, in the order of their opening.
    modals: RefCell<Vec<Element>>,
    /// There while the toaster is in a dialog of another tree than its own.
    stand_in: RefCell<Option<StandIn>>,
}

impl Following {
    fn keep_up(&self, observer: &MutationObserver) {
        // Taken off the page: the element may be somebody else's by now.
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
        // A dialog says by this attribute that it opens or closes.
        what.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        // Only a dialog that holds the toaster can be taken away together with it.
        what.set_child_list(top.is_some());
        for tree in &self.trees {
            // The options are good ones, which is all that could fail.
            let _ = observer.observe_with_options(tree, &what);
        }
    }

    fn move_to(&self, modal: Option<&Element>) {
        let target = modal.and_then(|modal| self.place_in(modal));
        // A popover is on top of the dialog, which may clip or move what it holds,
        // and so may a page in which the shadow tree stands somewhere.
        // A browser that knows none shows it where it is.
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
        // One that the toasts have left goes.
        let stand_in = self.stand_in.take();
        self.stand_in
            .replace(stand_in.filter(|there| *there.tree() == target));
    }

    /// Where in a dialog the toasts can be: in one of their own tree anywhere, in
    /// others in a stand-in for their host, which keeps their style. None where
    /// the host allows no second one.
    fn place_in(&self, modal: &Element) -> Option<Node> {
        let own = self.trees.first()?;
        if modal.get_root_node() == *own {
            return Some(modal.clone().into());
        }
        let mut stand_in = self.stand_in.borrow_mut();
        if !stand_in.as_ref().is_some_and(|there| there.is_in(modal)) {
            *stand_in = StandIn::in_dialog(own.dyn_ref::<ShadowRoot>()?, modal).ok();
        }
        stand_in.as_ref().map(|there| there.tree().clone())
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
