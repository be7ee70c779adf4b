//! Pages that replace `fetch`.

use futures_util::FutureExt as _;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortSignal;
use yew_background_tasks::{RequestError, StorageClient};

use crate::world::World;

/// Restores the page's own value when it is dropped.
pub struct Wrapped {
    name: &'static str,
    before: JsValue,
}

impl Wrapped {
    /// Replaces `fetch` with a function of `request` and `init`.
    fn new(body: &str) -> Self {
        Self::global(
            "fetch",
            Function::new_with_args("request, init", body).into(),
        )
    }

    /// Replaces a global value.
    pub fn global(name: &'static str, value: JsValue) -> Self {
        let global = js_sys::global();
        let before = Reflect::get(&global, &name.into()).expect("a global value");
        Reflect::set(&global, &name.into(), &value).expect("a property");
        Self { name, before }
    }
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        let _ = Reflect::set(&js_sys::global(), &self.name.into(), &self.before);
    }
}

#[wasm_bindgen_test]
async fn any_failure_of_a_wrapped_fetch_is_unreachable() {
    let client = World::new().client();
    for body in [
        "return Promise.reject('offline')",
        "return Promise.reject(undefined)",
        "throw 'blocked'",
        "throw new Error('blocked')",
        "return { ok: true }",
        // Its body is locked.
        "const it = new Response('[]'); return it.text().then(() => it)",
        "return undefined",
    ] {
        let wrapped = Wrapped::new(body);
        assert_eq!(
            client.list().await,
            Err(RequestError::Unreachable),
            "{body}"
        );
        drop(wrapped);
    }
    assert_eq!(client.list().await, Ok(Vec::new()));
}

#[wasm_bindgen_test]
async fn any_failure_of_a_body_is_unreachable() {
    let client = World::new().client();
    for headers in ["{}", "{ 'content-length': '2' }"] {
        for pull in [
            "it.error('offline')",
            "it.error(undefined)",
            "it.error(new Error('offline'))",
            // Not bytes.
            "it.enqueue('text')",
            "it.enqueue(1e12)",
        ] {
            let wrapped = Wrapped::new(&format!(
                "const body = new ReadableStream({{ pull: (it) => {pull} }});
                 return Promise.resolve(new Response(body, {{ headers: {headers} }}))"
            ));
            let list = client.list().await;
            assert_eq!(list, Err(RequestError::Unreachable), "{headers} {pull}");
            drop(wrapped);
        }
    }
}

#[wasm_bindgen_test]
async fn wrapped_fetch_receives_a_signal_that_aborts() {
    let client = World::new().client();
    let wrapped = Wrapped::new("globalThis.signal = init.signal; return new Promise(() => {})");
    let mut list = client.list();
    assert_eq!((&mut list).now_or_never(), None);
    let signal = Reflect::get(&js_sys::global(), &"signal".into()).expect("a property");
    let signal: AbortSignal = signal.dyn_into().expect("a signal");
    assert!(!signal.aborted());
    drop(list);
    assert!(signal.aborted());
    drop(wrapped);
}

#[wasm_bindgen_test]
async fn aborted_request_can_be_sent_again() {
    let client = World::new().client();
    let mut list = client.list();
    assert_eq!((&mut list).now_or_never(), None);
    drop(list);
    assert_eq!(client.list().await, Ok(Vec::new()));
}
