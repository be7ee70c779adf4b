//! What an app sees of the crate, in a real browser.

#![cfg(target_arch = "wasm32")]

mod components;
mod custom_kind;
mod engine;
mod hooks;
mod scripted;
mod simulated;
mod toaster;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
