//! Several tabs on one page: each is a [`Stage`] of the same store, with its own clock.

use std::time::Duration;

use wasm_bindgen::JsValue;
use yew_background_tasks::Settings;

use crate::scripted::Answer;
use crate::stage::{Stage, pass};

/// The local storage.
pub fn storage() -> web_sys::Storage {
    let window = web_sys::window().expect("a window");
    let storage = window.local_storage().expect("it is permitted");
    storage.expect("a storage")
}

/// The keys of a store's records, and of its mark.
pub fn keys(store: &str) -> Vec<String> {
    let storage = storage();
    let length = storage.length().expect("a length");
    let keys = (0..length).filter_map(|index| storage.key(index).ok().flatten());
    keys.filter(|key| key.starts_with(store)).collect()
}

/// The prefix of all keys.
const PREFIX: &str = "background-tasks:";

/// The key of a store that is empty.
pub fn empty_store(name: &str) -> String {
    let store = format!("{PREFIX}{name}");
    for key in keys(&store) {
        storage().remove_item(&key).expect("it is permitted");
    }
    store
}

/// A tab of the store with this key.
pub fn tab(store: &str, answers: impl IntoIterator<Item = Answer>) -> Stage {
    let name = store.strip_prefix(PREFIX).expect("a key of a store");
    let settings = Settings::new().with_store(Some(name.to_owned().into()));
    Stage::with(settings, answers)
}

/// Waits in real time, in which locks are granted and messages arrive, while virtual time
/// passes in all tabs, until `test` is true.
pub async fn until(tabs: &[&Stage], what: &str, test: impl Fn() -> bool) {
    for _ in 0..400 {
        if test() {
            return;
        }
        gloo_timers::future::sleep(Duration::from_millis(5)).await;
        for tab in tabs {
            pass(&tab.clock, Duration::from_millis(20)).await;
        }
    }
    panic!("{what}");
}

/// Dispatches an event of the window.
pub fn dispatch(event: &web_sys::Event) {
    let window = web_sys::window().expect("a window");
    window.dispatch_event(event).expect("an event");
}

/// Console warnings while this lives.
pub struct Warnings {
    console: JsValue,
    original: JsValue,
    received: js_sys::Array,
}

impl Warnings {
    pub fn record() -> Self {
        let console = get(&js_sys::global(), "console");
        let original = get(&console, "warn");
        let received = js_sys::Array::new();
        let record =
            js_sys::Function::new_with_args("received", "return text => received.push(text)");
        let record = record.call1(&JsValue::NULL, &received).expect("a function");
        set(&console, "warn", &record);
        Self {
            console,
            original,
            received,
        }
    }

    pub fn texts(&self) -> Vec<String> {
        let texts = self.received.iter().filter_map(|text| text.as_string());
        texts.collect()
    }
}

impl Drop for Warnings {
    fn drop(&mut self) {
        set(&self.console, "warn", &self.original);
    }
}

/// A storage that throws when something is written, while this lives.
pub struct FullStorage {
    prototype: JsValue,
    original: JsValue,
}

impl FullStorage {
    pub fn new() -> Self {
        let prototype = get(&get(&js_sys::global(), "Storage"), "prototype");
        let original = get(&prototype, "setItem");
        let full =
            js_sys::Function::new_no_args("throw new DOMException('', 'QuotaExceededError')");
        set(&prototype, "setItem", &full);
        Self {
            prototype,
            original,
        }
    }
}

impl Drop for FullStorage {
    fn drop(&mut self) {
        set(&self.prototype, "setItem", &self.original);
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).expect("an object")
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    js_sys::Reflect::set(object, &name.into(), value).expect("an object");
}
