//! Pages that wrap `fetch` do no harm.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{CallError, StorageClient};

use crate::world::World;

/// Puts the page's own `fetch` back when it is dropped.
struct Wrapped(JsValue);

impl Wrapped {
    fn new(body: &str) -> Self {
        let global = js_sys::global();
        let before = Reflect::get(&global, &"fetch".into()).expect("fetch");
        let wrapper = Function::new_with_args("request", body);
        Reflect::set(&global, &"fetch".into(), &wrapper).expect("a property");
        Self(before)
    }
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        let _ = Reflect::set(&js_sys::global(), &"fetch".into(), &self.0);
    }
}

#[wasm_bindgen_test]
async fn whatever_a_wrapped_fetch_fails_with_is_unreachable() {
    let client = World::new().client();
    for body in [
        "return Promise.reject('offline')",
        "return Promise.reject(undefined)",
        "throw 'blocked'",
        "throw new Error('blocked')",
        "return { ok: true }",
        "return undefined",
    ] {
        let wrapped = Wrapped::new(body);
        assert_eq!(client.list().await, Err(CallError::Unreachable), "{body}");
        drop(wrapped);
    }
    assert_eq!(client.list().await, Ok(Vec::new()));
}
