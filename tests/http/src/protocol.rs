//! Which HTTP version the server speaks, by the browser's resource timing.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{StatusClient, StorageClient};

use crate::page::Wrapped;
use crate::world::World;

/// A `PerformanceObserver` whose entries the test reports.
const SCRIPTED: &str = "
    globalThis.observers = []
    return class {
        constructor(callback) { this.callback = callback }
        observe(options) { if (options.type === 'resource') observers.push(this) }
        disconnect() { observers = observers.filter((it) => it !== this) }
    }";

fn scripted() -> Wrapped {
    let class = Function::new_no_args(SCRIPTED).call0(&JsValue::NULL);
    Wrapped::global("PerformanceObserver", class.expect("a class"))
}

/// Reports an entry of every URL that ends like this, with this protocol. Returns the
/// number of observers that are still connected.
fn report(end: &str, protocol: &str) -> u32 {
    let report = Function::new_with_args(
        "end, nextHopProtocol",
        "const entries = (name) => name.endsWith(end) ? [{ name, nextHopProtocol }] : []
         for (const it of [...observers]) it.callback({ getEntriesByName: entries }, it)
         return observers",
    );
    let observers = report.call2(&JsValue::NULL, &end.into(), &protocol.into());
    Array::from(&observers.expect("the observers")).length()
}

#[wasm_bindgen_test]
async fn http_2_is_recognised_once_a_response_has_shown_it() {
    let page = scripted();
    for (protocol, is_multiplexed) in [("h2", true), ("h3-29", true), ("http/1.1", false)] {
        let client = World::new().client();
        assert!(client.list().await.is_ok());
        assert!(!client.is_multiplexed(), "not known yet");
        assert_eq!(report("/attachments", protocol), 0, "one entry is enough");
        assert_eq!(client.is_multiplexed(), is_multiplexed, "{protocol}");
        assert_eq!(client.clone().is_multiplexed(), is_multiplexed);
        // What is known is not observed again with the next request.
        assert!(client.list().await.is_ok());
        assert_eq!(report("/attachments", ""), 0);
        assert_eq!(client.is_multiplexed(), is_multiplexed);
    }
    drop(page);
}

#[wasm_bindgen_test]
async fn entries_of_other_requests_and_those_without_a_protocol_tell_nothing() {
    let page = scripted();
    let client = World::new().client();
    assert!(client.list().await.is_ok());
    assert_eq!(report("/logo.svg", "h2"), 1, "the observer waits");
    assert!(!client.is_multiplexed());
    // A server of another origin without `Timing-Allow-Origin`.
    assert_eq!(report("/attachments", ""), 0);
    assert!(!client.is_multiplexed());
    drop(page);
}

#[wasm_bindgen_test]
async fn a_dropped_client_observes_nothing_any_more() {
    let page = scripted();
    let client = World::new().client();
    assert!(client.list().await.is_ok());
    drop(client);
    assert_eq!(report("/attachments", "h2"), 0);
    drop(page);
}

#[wasm_bindgen_test]
async fn pages_without_a_working_observer_do_no_harm() {
    for observer in [
        "return undefined",
        "return class { constructor() { throw 'no' } }",
        "return class { observe() { throw 'no' } }",
        "return class { constructor(callback) { this.callback = callback }
            observe() { this.callback({}, this) } }",
        "return class { constructor(callback) { this.callback = callback }
            observe() { this.callback({ getEntriesByName: () => [null] }, this) } }",
    ] {
        let class = Function::new_no_args(observer).call0(&JsValue::NULL);
        let page = Wrapped::global("PerformanceObserver", class.expect("a value"));
        let client = World::new().client();
        assert!(client.list().await.is_ok(), "{observer}");
        assert!(!client.is_multiplexed());
        drop(page);
    }
}

/// The reference backend speaks HTTP/1.1, and this page is of another origin.
#[wasm_bindgen_test]
async fn the_browsers_own_observer_finds_no_http_2() {
    let client = World::new().client();
    assert!(client.list().await.is_ok());
    let entry = Function::new_no_args(
        "return new Promise((resolve) => new PerformanceObserver((list) => {
            if (list.getEntries().some((it) => it.name.endsWith('/attachments'))) resolve(true)
        }).observe({ type: 'resource', buffered: true }))",
    );
    let entry = entry.call0(&JsValue::NULL).expect("a promise");
    let entry = Promise::resolve(&entry);
    assert!(JsFuture::from(entry).await.is_ok());
    assert!(!client.is_multiplexed());
}
