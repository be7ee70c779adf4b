//! The start function of the module.

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

/// Runs the `main` of a program that depends on this crate, since wasm-bindgen does not if
/// there is a start function. The npm package has no `main`. The export has the two arguments
/// of a C program, unlike a function that somebody has exported as `main`.
fn main() {
    let main = Reflect::get(&wasm_bindgen::exports(), &"main".into());
    let main = main.ok().and_then(|main| main.dyn_into::<Function>().ok());
    if let Some(main) = main.filter(|main| main.length() == 2) {
        let zero = JsValue::from(0);
        if let Err(exception) = main.call2(&JsValue::UNDEFINED, &zero, &zero) {
            web_sys::console::error_1(&exception);
        }
    }
}
