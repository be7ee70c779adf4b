//! Keeps the page and the toaster from disturbing each other: events end at the host, and
//! modal libraries do not hide it.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use web_sys::{Element, Event, KeyboardEvent, MutationObserver, MutationObserverInit, ShadowRoot};

/// Events that end at the host. Otherwise the page would close its dialog or menu because
/// of a click or a focus outside of it, or keep a stack from being scrolled.
pub(super) const CONTAINED: [&str; 17] = [
    "pointerdown",
    "pointerup",
    "mousedown",
    "mouseup",
    "touchstart",
    "touchmove",
    "touchend",
    "click",
    "dblclick",
    "auxclick",
    "contextmenu",
    "wheel",
    "focusin",
    "focusout",
    "keydown",
    "keypress",
    "keyup",
];

/// Events that listeners of the page in the capture phase do not receive either. The first
/// three are repeated inside of the shadow tree; toasts do not listen to the others.
pub(super) const INTERCEPTED: [&str; 5] =
    ["pointerdown", "click", "focusin", "mousedown", "touchstart"];

/// What is copied from an event that is repeated.
const COPIED: [&str; 12] = [
    "bubbles",
    "cancelable",
    "detail",
    "button",
    "buttons",
    "clientX",
    "clientY",
    "pointerId",
    "pointerType",
    "isPrimary",
    "relatedTarget",
    "view",
];

/// Content of the app, which receives all of its events as usual.
const CUSTOM: &str =
    ".ybt-card > :not(.ybt-icon, .ybt-text, .ybt-buttons, .ybt-close, .ybt-progress)";

/// Attributes by which modal libraries recognize what remains usable beside their dialog:
/// aria-hidden (Radix), Angular and Floating UI; React Aria; react-focus-lock.
const EXEMPT: [(&str, &str); 3] = [
    ("aria-live", "off"),
    ("data-react-aria-top-layer", "true"),
    ("data-no-focus-lock", "true"),
];

/// What other modal libraries set on everything beside their dialog.
const HIDING: [&str; 2] = ["aria-hidden", "inert"];

/// Keeps an event from the page, except for keys other than those that press a button.
pub(super) fn contain(event: &Event) {
    let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
    if key.is_none_or(|key| key == "Enter" || key == " ") {
        event.stop_propagation();
    }
}

/// Ends an event in a toast at the window, and repeats it inside of the shadow tree. A page
/// that listens in the capture phase would receive it before the toast.
pub(super) fn intercept(host: &Element, event: &Event) {
    let target = event.composed_path().get(0).dyn_into::<Element>();
    let Ok(target) = target else { return };
    let is_in_shadow = target.get_root_node().is_instance_of::<ShadowRoot>();
    let is_custom = || !matches!(target.closest(CUSTOM), Ok(None));
    if !is_in_shadow || !host.contains(Some(&target)) || is_custom() {
        return;
    }
    let is_repeated = INTERCEPTED
        .iter()
        .take(3)
        .any(|name| *name == event.type_());
    if !is_repeated {
        event.stop_propagation();
    } else if let Some(copy) = copy_of(event) {
        event.stop_propagation();
        // The copy is not composed, so that it stays in the tree.
        let _ = target.dispatch_event(&copy);
    }
}

fn copy_of(event: &Event) -> Option<Event> {
    let init = Object::new();
    for name in COPIED.map(Into::into) {
        let value = Reflect::get(event, &name).ok()?;
        if !value.is_undefined() {
            Reflect::set(&init, &name, &value).ok()?;
        }
    }
    let constructor: Function = Object::from(event.clone()).constructor();
    let arguments = Array::of2(&event.type_().into(), &init);
    let copy = Reflect::construct(&constructor, &arguments).ok()?;
    copy.dyn_into().ok()
}

/// Keeps modal libraries from hiding the toaster, whose failures would then be silent.
pub(super) fn exempt(home: &Element, host: &Element, observer: &MutationObserver) {
    let tree = home.get_root_node().dyn_into::<ShadowRoot>();
    let outermost = tree.map_or_else(|_| host.clone(), |tree| tree.host());
    // Both fail only for invalid names.
    for (name, value) in EXEMPT {
        let _ = outermost.set_attribute(name, value);
    }
    for name in HIDING {
        let _ = outermost.remove_attribute(name);
    }
    let what = MutationObserverInit::new();
    let [hidden, inert] = HIDING.map(JsValue::from);
    what.set_attribute_filter(&js_sys::Array::of2(&hidden, &inert));
    let _ = observer.observe_with_options(&outermost, &what);
}
