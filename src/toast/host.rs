//! The element that contains a toaster. It moves into the topmost modal dialog, since
//! everything outside of the dialog is inert, and stays above popovers and full-screen
//! elements. What happens in it is no event of the page.

mod isolation;
mod top_layer;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, MutationObserver, MutationObserverInit, Node, ShadowRoot};
use yew::prelude::*;

use self::top_layer::{full_screen, is_popover_of_page, modals_in, trees_around};
use super::focus::focused_on_page;
use super::stand_in::StandIn;
use crate::use_guard::use_guard;

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

/// Until `is_ready` there is no browser, and no element.
#[hook]
pub(super) fn use_host(root: Option<ToasterRoot>, is_ready: bool) -> Host {
    let home = use_node_ref();
    let host = use_memo((root, is_ready), |(root, is_ready)| match root {
        Some(root) => {
            root.element.set_class_name(CLASS);
            // The effect moves it if a dialog is open.
            let _ = root.home.append_child(&root.element);
            Host::Root(root.clone())
        }
        None => Host::Portal {
            home,
            element: is_ready.then(new_element).flatten(),
        },
    });
    use_guard((*host).clone(), |host| {
        let parts = host.parts();
        let observer = parts.as_ref().and_then(|(home, element)| {
            DialogObserver::new(home.clone(), element.clone().dyn_into().ok()?)
        });
        let portal = match host {
            Host::Portal { element, .. } => element.clone().map(Portal),
            // The owner of the root removes it.
            Host::Root(_) => None,
        };
        // Dropped in this order.
        (observer, portal)
    });
    (*host).clone()
}

/// The element of a portal, removed from the page when this is dropped.
struct Portal(Element);

impl Drop for Portal {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Observes what the page shows above its content, until it is dropped.
struct DialogObserver {
    observer: MutationObserver,
    _on_change: Closure<dyn Fn(JsValue, JsValue)>,
    _listeners: Vec<EventListener>,
}

impl DialogObserver {
    fn new(home: Element, host: HtmlElement) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let mut listeners: Vec<_> = isolation::CONTAINED
            .into_iter()
            .map(|name| EventListener::new(&host, name, isolation::contain))
            .collect();
        listeners.extend(isolation::INTERCEPTED.map(|name| {
            let (host, phase) = (host.clone(), EventListenerOptions::run_in_capture_phase());
            EventListener::new_with_options(&window, name, phase, move |event| {
                isolation::intercept(&host, event);
            })
        }));
        let state = Rc::new(HostState {
            home,
            host,
            foreign: RefCell::default(),
            modals: RefCell::default(),
            stand_in: RefCell::default(),
            is_raised: Cell::default(),
        });
        let on_change = Closure::<dyn Fn(JsValue, JsValue)>::new({
            let state = Rc::clone(&state);
            move |_, observer: JsValue| state.update(observer.unchecked_ref(), false)
        });
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        state.update(&observer, false);
        state.follow_focus(&observer);
        // `toggle` does not bubble.
        listeners.extend(["focusin", "toggle", "fullscreenchange"].map(|name| {
            let (state, observer) = (Rc::clone(&state), observer.clone());
            let phase = EventListenerOptions::run_in_capture_phase();
            EventListener::new_with_options(&document, name, phase, move |event| {
                if name == "focusin" {
                    state.follow_focus(&observer);
                } else if name == "fullscreenchange" || is_popover_of_page(event) {
                    state.is_raised.set(true);
                    state.update(&observer, true);
                }
            })
        }));
        Some(Self {
            observer,
            _on_change: on_change,
            _listeners: listeners,
        })
    }
}

impl Drop for DialogObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

struct HostState {
    home: Element,
    host: HtmlElement,
    /// Shadow trees that do not contain the toaster but the focus or a modal dialog, and
    /// listeners to their focus.
    foreign: RefCell<Vec<(Node, EventListener)>>,
    /// The open modal dialogs, and a full-screen element, in the order in which they were opened.
    modals: RefCell<Vec<Element>>,
    /// Exists while the toaster is in a dialog of another tree.
    stand_in: RefCell<Option<StandIn>>,
    /// Whether the page has shown something above its content.
    is_raised: Cell<bool>,
}

impl HostState {
    /// Moves the toaster to where it belongs, and above everything else if `raise`.
    fn update(&self, observer: &MutationObserver, raise: bool) {
        // Removed from the page: the element may be in use elsewhere.
        if !self.home.is_connected() && self.host.parent_node().is_some() {
            return;
        }
        let mut trees = trees_around(&self.home);
        {
            let mut foreign = self.foreign.borrow_mut();
            foreign.retain(|(tree, _)| tree.is_connected());
            trees.extend(foreign.iter().map(|(tree, _)| tree.clone()));
        }
        let mut open: Vec<_> = trees.iter().flat_map(modals_in).collect();
        open.extend(full_screen(&self.home));
        let has_modal = {
            let mut modals = self.modals.borrow_mut();
            modals.retain(|modal| open.contains(modal));
            let opened = open.into_iter().filter(|modal| !modals.contains(modal));
            let opened: Vec<_> = opened.collect();
            modals.extend(opened);
            !modals.is_empty()
        };
        self.place(raise);
        let what = MutationObserverInit::new();
        what.set_subtree(true);
        // A dialog sets this attribute when it opens.
        what.set_attribute_filter(&js_sys::Array::of1(&"open".into()));
        // Detects the removal of a dialog that contains the toaster.
        what.set_child_list(has_modal);
        for tree in &trees {
            // Fails only for invalid options.
            let _ = observer.observe_with_options(tree, &what);
        }
        isolation::exempt(&self.home, &self.host, observer);
    }

    /// Looks for modal dialogs in the shadow trees around the focused element, which are not
    /// observed: a dialog takes the focus when it opens. A change of the focus is known only
    /// in the tree that contains both elements.
    fn follow_focus(self: &Rc<Self>, observer: &MutationObserver) {
        let focused = focused_on_page();
        let around = focused.as_ref().map(trees_around).unwrap_or_default();
        let own = trees_around(&self.home);
        let mut trees = self.foreign.take();
        trees.retain(|(tree, _)| around.contains(tree) || !modals_in(tree).is_empty());
        for tree in around {
            if !own.contains(&tree) && !trees.iter().any(|(known, _)| *known == tree) {
                let (state, observer) = (Rc::downgrade(self), observer.clone());
                let listener = EventListener::new(&tree, "focusin", move |_| {
                    if let Some(state) = state.upgrade() {
                        state.follow_focus(&observer);
                    }
                });
                trees.push((tree, listener));
            }
        }
        let has_modal = trees.iter().any(|(tree, _)| !modals_in(tree).is_empty());
        drop(self.foreign.replace(trees));
        if has_modal {
            self.update(observer, false);
        }
    }

    fn place(&self, raise: bool) {
        let modal = self.modals.borrow().last().cloned();
        let target = modal.and_then(|modal| self.place_in(&modal));
        // A popover is in the top layer: a dialog may clip or transform its content, and so
        // may a page that contains the shadow tree. Without support for popovers, it is
        // shown in place.
        let is_popover = target.is_some()
            || self.is_raised.get()
            || self.home.get_root_node().is_instance_of::<ShadowRoot>();
        let target = target.unwrap_or_else(|| self.home.clone().into());
        let is_there = self.host.parent_node().as_ref() == Some(&target);
        if !is_there || raise || is_popover != self.host.has_attribute("popover") {
            let _ = self.host.remove_attribute("popover");
            // Moving it would take the focus from a toast.
            let is_there = is_there || target.append_child(&self.host).is_ok();
            if is_there && is_popover {
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
        let own = self.home.get_root_node();
        if modal.get_root_node() == own {
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

fn new_element() -> Option<Element> {
    let element = web_sys::window()?.document()?.create_element("div").ok()?;
    element.set_class_name(CLASS);
    Some(element)
}
