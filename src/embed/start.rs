//! What happens when the module is loaded.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::element;

/// Defines `<background-tasks>`.
#[wasm_bindgen(start, private)]
fn start() {
    if let Err(exception) = element::define() {
        web_sys::console::error_1(&exception);
    }
    main();
}

/// Runs the `main` of a program that has this crate as a dependency: wasm-bindgen
/// does not do it where there is a start function. The npm package has none. One
/// of two arguments, those of C, is no export that somebody has called `main`.
fn main() {
    let main = Reflect::get(&wasm_bindgen::exports(), &"main".into());
    let main = main.ok().and_then(|main| main.dyn_into::<Function>().ok());
    if let Some(main) = main.filter(|main| main.length() == 2) {
        let none = JsValue::from(0);
        if let Err(exception) = main.call2(&JsValue::UNDEFINED, &none, &none) {
            web_sys::console::error_1(&exception);
        }
    }
}
