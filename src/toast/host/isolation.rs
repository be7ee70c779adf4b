//! Keeps the page and the toaster from disturbing each other: events end at the host, and
//! modal libraries do not hide it.

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
