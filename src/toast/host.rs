//! Where on the page a toaster is: at its own place, or in the modal dialog
//! on top, since whatever stands outside of that can be neither seen nor clicked.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, DocumentFragment, Element, HtmlElement, MutationObserver, MutationObserverInit, Node,
    NodeList,
};
use yew::prelude::*;

/// An element that follows the modal dialog on top, and the place that it has
/// else. Content gets there by [`create_portal`]: moving the element moves what
/// is rendered into it, and nothing is rendered anew.
#[derive(Clone, PartialEq)]
pub(super) struct Host {
    pub(super) home: NodeRef,
    pub(super) element: Option<Element>,
}

#[hook]
pub(super) fn use_host() -> Host {
    let home = use_node_ref();
    let element = use_memo((), |()| {
        let element = document()?.create_element("div").ok()?;
        element.set_class_name("ybt-host");
        Some(element)
    });
    let host = Host {
        home,
        element: (*element).clone(),
    };
    use_effect_with(host.clone(), |host| {
        let follower = Follower::new(host);
        let element = host.element.clone();
        move || {
            drop(follower);
            if let Some(element) = element {
                element.remove();
            }
        }
    });
    host
}

/// Watches the document's dialogs, for as long as it is there.
struct Follower {
    observer: MutationObserver,
    _on_change: Closure<dyn Fn(JsValue, MutationObserver)>,
}

impl Follower {
    fn new(host: &Host) -> Option<Self> {
        let home: Element = host.home.cast()?;
        let following = Following {
            root: home.get_root_node(),
            home,
            host: host.element.clone()?.dyn_into().ok()?,
            modals: RefCell::default(),
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
    /// The document, or the shadow tree that the toaster is in: outside of that
    /// it would lose its style.
    root: Node,
    home: Element,
    host: HtmlElement,
    /// The modal dialogs that are open, in the order of their opening.
    modals: RefCell<Vec<Element>>,
}

impl Following {
    fn keep_up(&self, observer: &MutationObserver) {
        let top = self.modals_in_root().and_then(|open| {
            let open = (0..open.length()).filter_map(|index| open.get(index)?.dyn_into().ok());
            let open: Vec<Element> = open.collect();
            let mut modals = self.modals.borrow_mut();
            modals.retain(|modal| open.contains(modal));
            let opened = open.into_iter().filter(|modal| !modals.contains(modal));
            let opened: Vec<_> = opened.collect();
            modals.extend(opened);
            modals.last().cloned()
        });
        self.move_to(top.as_ref());
        let what = MutationObserverInit::new();
        what.set_subtree(true);
        // A dialog says by this attribute that it opens or closes.
        what.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        // Only a dialog that holds the toaster can be taken away together with it.
        what.set_child_list(top.is_some());
        // The options are good ones, which is all that could fail.
        let _ = observer.observe_with_options(&self.root, &what);
    }

    fn modals_in_root(&self) -> Option<NodeList> {
        const MODALS: &str = "dialog:modal";
        match self.root.dyn_ref::<Document>() {
            Some(document) => document.query_selector_all(MODALS).ok(),
            None => {
                let shadow: &DocumentFragment = self.root.dyn_ref()?;
                shadow.query_selector_all(MODALS).ok()
            }
        }
    }

    fn move_to(&self, modal: Option<&Element>) {
        let target = modal.unwrap_or(&self.home);
        if self.host.parent_element().as_ref() == Some(target) {
            return;
        }
        // A popover is on top of the dialog, which may clip or move what it holds.
        // A browser that knows none shows it inside of the dialog.
        let _ = self.host.remove_attribute("popover");
        if target.append_child(&self.host).is_ok() && modal.is_some() {
            let _ = self.host.set_attribute("popover", "manual");
            let _ = self.host.show_popover();
        }
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
