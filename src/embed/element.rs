//! The element `<background-tasks>`: a `BackgroundTasks` created by HTML.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::JsBackgroundTasks;
use super::instance::Place;
use super::live::Base;

#[wasm_bindgen(module = "/src/embed/element.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = defineElement)]
    fn define_element(create: JsValue) -> Result<(), JsValue>;
}

/// Defines the element, once for the page.
///
/// # Errors
///
/// The exception of the browser.
pub(super) fn define() -> Result<(), JsValue> {
    type Create = dyn Fn(Element, JsValue) -> Result<Array, JsValue>;
    // An element cannot be undefined again.
    define_element(Closure::<Create>::new(create).into_js_value())
}

#[allow(clippy::needless_pass_by_value, reason = "the signature of a closure")]
fn create(element: Element, options: JsValue) -> Result<Array, JsValue> {
    let api = JsBackgroundTasks::set_up(&options, Some(Place::At(element)))?;
    let live = Rc::downgrade(&api.live);
    let (live_of_configure, live_if_connected) = (live.clone(), live.clone());
    type Configure = dyn Fn(bool, JsValue) -> Result<(), JsValue>;
    let configure = Closure::<Configure>::new(move |is_complete, options: JsValue| {
        let base = if is_complete {
            Base::Defaults
        } else {
            Base::Current
        };
        match live_of_configure.upgrade() {
            Some(live) => live.configure(base, &options),
            None => Ok(()),
        }
    });
    let connected = Closure::<dyn Fn(bool)>::new(move |is_connected| {
        if let Some(live) = live_if_connected.upgrade() {
            live.connected(is_connected);
        }
    });
    let destroy = Closure::<dyn Fn()>::new(move || {
        if let Some(live) = live.upgrade() {
            live.end();
        }
    });
    // Freed by the garbage collector together with the element.
    Ok(Array::of4(
        &api.into(),
        &configure.into_js_value(),
        &connected.into_js_value(),
        &destroy.into_js_value(),
    ))
}
