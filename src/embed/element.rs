//! The element `<background-tasks>`: a `BackgroundTasks` created by HTML.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::JsBackgroundTasks;
use super::instance::Place;
use super::live::Base;
use super::methods::{Listener, Method};

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
    // An element cannot be undefined again.
    define_element(Closure::<Method>::new(create).into_js_value())
}

#[allow(clippy::needless_pass_by_value, reason = "the signature of a closure")]
fn create(element: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let place = Place::At(element.unchecked_into());
    let api = JsBackgroundTasks::set_up(&options, Some(place))?;
    let live = Rc::downgrade(&api.live);
    let (live_of_configure, live_if_connected) = (live.clone(), live.clone());
    let configure = Closure::<Method>::new(move |is_complete: JsValue, options: JsValue| {
        let base = if is_complete.is_truthy() {
            Base::Defaults
        } else {
            Base::Current
        };
        if let Some(live) = live_of_configure.upgrade() {
            live.configure(base, &options)?;
        }
        Ok(JsValue::UNDEFINED)
    });
    let connected = Closure::<Listener>::new(move |is_connected: JsValue, _| {
        if let Some(live) = live_if_connected.upgrade() {
            live.connected(is_connected.is_truthy());
        }
    });
    let destroy = Closure::<Listener>::new(move |_, _| {
        if let Some(live) = live.upgrade() {
            live.end();
        }
    });
    // Freed by the garbage collector together with the element.
    let parts = Array::of4(
        &api.into(),
        &configure.into_js_value(),
        &connected.into_js_value(),
        &destroy.into_js_value(),
    );
    Ok(parts.into())
}
