//! Moving the focus to the toasts and back.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, ShadowRoot};
use yew::prelude::*;

use super::hotkey::{Hotkey, KeyPress, Modifiers};
use crate::use_guard::use_guard;

/// Toasts that can have the focus, the front one first.
const FOCUSABLE: &str = "[data-toast]:not([inert])";

/// Elements in which the user enters text.
const TEXT_FIELDS: &str = "input:not([type=button], [type=checkbox], [type=radio], [type=range], \
                           [type=submit], [type=reset], [type=color], [type=file]), textarea, \
                           select, [contenteditable]:not([contenteditable=false])";

/// The element that had the focus before a toast of the region.
#[derive(Default)]
pub(super) struct FocusOrigin(RefCell<Option<HtmlElement>>);

impl PartialEq for FocusOrigin {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl FocusOrigin {
    /// Remembers an element outside of the region.
    pub(super) fn set(&self, outside: &Element) {
        self.0.replace(outside.clone().dyn_into().ok());
    }

    /// Returns the focus to it.
    pub(super) fn restore(&self) {
        let origin = self.0.take();
        if let Some(origin) = origin {
            // Has no effect if the element cannot be focused.
            let _ = origin.focus();
        }
    }
}

/// Moves the focus to the front toast of `region`. Returns whether there is one.
pub(super) fn focus_first(region: &NodeRef) -> bool {
    let region: Option<Element> = region.cast();
    let toast = region.and_then(|region| region.query_selector(FOCUSABLE).ok().flatten());
    let toast: Option<HtmlElement> = toast.and_then(|toast| toast.dyn_into().ok());
    toast.is_some_and(|toast| toast.focus().is_ok())
}

/// Moves the focus from a toast that is removed to the next one in `list`, or back to `origin`.
pub(super) fn focus_next(list: &NodeRef, origin: &FocusOrigin) {
    if !focus_first(list) {
        origin.restore();
    }
}

/// Whether `node` has or contains the focus.
pub(super) fn has_focus(node: &NodeRef) -> bool {
    let focused = focused_beside(node);
    focused.is_some_and(|focused| node.get().is_some_and(|node| node.contains(Some(&focused))))
}

/// Whether no element but the body has the focus.
pub(super) fn is_on_body() -> bool {
    focused_on_page().is_none()
}

/// The focused element of the page, also in open shadow trees.
pub(super) fn focused_on_page() -> Option<Element> {
    let focused = web_sys::window()?.document()?.active_element()?;
    let inside = |host: &Element| host.shadow_root()?.active_element();
    let innermost = std::iter::successors(Some(focused), inside).last();
    innermost.filter(|focused| focused.tag_name() != "BODY")
}

/// The focused element of the tree that contains `node`. For a focused element in a
/// shadow tree, the document reports only the host.
fn focused_beside(node: &NodeRef) -> Option<Element> {
    let node = node.get()?;
    match node.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(shadow) => shadow.active_element(),
        Err(_) => node.owner_document()?.active_element(),
    }
}

/// Moves the focus to the front toast on the hotkey, and back on the next one.
#[hook]
pub(super) fn use_hotkey(hotkey: Option<Hotkey>, region: &NodeRef, origin: &Rc<FocusOrigin>) {
    let (region, origin) = (region.clone(), origin.clone());
    use_guard(hotkey, move |hotkey| {
        let hotkey = hotkey.clone()?;
        let document = web_sys::window()?.document()?;
        let options = EventListenerOptions::enable_prevent_default();
        let listener = move |event: &Event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if event.default_prevented() || !hotkey.matches(&key_press(event)) {
                return;
            }
            let before = focused_on_page();
            if has_focus(&region) {
                origin.restore();
                event.prevent_default();
            } else if focus_first(&region) {
                event.prevent_default();
                if let Some(before) = before {
                    // The list has set the shadow host if the element is in a shadow tree.
                    origin.set(&before);
                }
            }
        };
        Some(EventListener::new_with_options(
            &document, "keydown", options, listener,
        ))
    });
}

fn key_press(event: &KeyboardEvent) -> KeyPress {
    // The innermost target: outside of a shadow tree, `target` is its host.
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
