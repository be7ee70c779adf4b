//! The focus: how it gets to the toasts, and back to where it was.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, ShadowRoot};
use yew::prelude::*;

use super::hotkey::{Hotkey, KeyPress, Modifiers};
use crate::use_guard::use_guard;

/// A toast that may have the focus, the one in front first.
const FOCUSABLE: &str = "[data-toast]:not([inert])";

/// Where text is written.
const TEXT_FIELDS: &str = "input:not([type=button], [type=checkbox], [type=radio], [type=range], \
                           [type=submit], [type=reset], [type=color], [type=file]), textarea, \
                           select, [contenteditable]:not([contenteditable=false])";

/// What had the focus before a toast of the region got it.
#[derive(Default)]
pub(super) struct Origin(RefCell<Option<HtmlElement>>);

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Origin {
    /// Takes note of an element outside of the region.
    pub(super) fn keep(&self, outside: &Element) {
        *self.0.borrow_mut() = outside.clone().dyn_into().ok();
    }

    /// Gives the focus back.
    pub(super) fn restore(&self) {
        let origin = self.0.borrow_mut().take();
        if let Some(origin) = origin {
            // An element that cannot be focused leaves the focus where it is.
            let _ = origin.focus();
        }
    }
}

/// Moves the focus to the first toast inside of `region`. Tells whether there is one.
pub(super) fn focus_first(region: &NodeRef) -> bool {
    let region: Option<Element> = region.cast();
    let toast = region.and_then(|region| region.query_selector(FOCUSABLE).ok().flatten());
    let toast: Option<HtmlElement> = toast.and_then(|toast| toast.dyn_into().ok());
    toast.is_some_and(|toast| toast.focus().is_ok())
}

/// Whether the focus is on `node` or inside of it.
pub(super) fn has_focus(node: &NodeRef) -> bool {
    let focused = focused_beside(node);
    focused.is_some_and(|focused| node.get().is_some_and(|node| node.contains(Some(&focused))))
}

/// Whether nothing on the page has the focus, which the body has then.
pub(super) fn is_nowhere() -> bool {
    focused_on_page().is_none()
}

/// What has the focus on the page, also inside of shadow trees that are open.
fn focused_on_page() -> Option<Element> {
    let focused = web_sys::window()?.document()?.active_element()?;
    let inside = |host: &Element| host.shadow_root()?.active_element();
    let innermost = std::iter::successors(Some(focused), inside).last();
    innermost.filter(|focused| focused.tag_name() != "BODY")
}

/// What has the focus in the tree that `node` is in. A document says of what is
/// inside of a shadow tree only that it is in there.
fn focused_beside(node: &NodeRef) -> Option<Element> {
    let node = node.get()?;
    match node.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(shadow) => shadow.active_element(),
        Err(_) => node.owner_document()?.active_element(),
    }
}

/// Has the hotkey bring the focus to the toast in front, and back.
#[hook]
pub(super) fn use_hotkey(hotkey: Option<Hotkey>, region: &NodeRef, origin: &Rc<Origin>) {
    let (region, origin) = (region.clone(), origin.clone());
    use_guard(hotkey, move |hotkey| {
        let hotkey = hotkey.clone()?;
        let document = web_sys::window()?.document()?;
        let options = EventListenerOptions::enable_prevent_default();
        let listener = move |event: &Event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if event.default_prevented() || !hotkey.is_meant_by(&key_press(event)) {
                return;
            }
            let before = focused_on_page();
            if has_focus(&region) {
                origin.restore();
                event.prevent_default();
            } else if focus_first(&region) {
                event.prevent_default();
                if let Some(before) = before {
                    // The list is told of a host where this is in its shadow tree.
                    origin.keep(&before);
                }
            }
        };
        Some(EventListener::new_with_options(
            &document, "keydown", options, listener,
        ))
    });
}

fn key_press(event: &KeyboardEvent) -> KeyPress {
    // The innermost target: outside of a shadow tree its host stands for it.
    let target = event.composed_path().get(0).dyn_into::<Element>().ok();
    let in_text = target.and_then(|target| target.closest(TEXT_FIELDS).ok().flatten());
    KeyPress {
        modifiers: Modifiers {
            control: event.ctrl_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            meta: event.meta_key(),
        },
        code: event.code(),
        alt_graph: event.get_modifier_state("AltGraph"),
        in_text: in_text.is_some(),
    }
}
