//! Whether the server speaks HTTP/2 or later, by the browser's resource timing.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use background_tasks_core::Timestamp;
use gloo_net::http::Request;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::clock::{BrowserClock, Clock as _};

/// How long a protocol counts as current. It can change with the network, for example
/// behind a proxy.
const RECHECK: Duration = Duration::from_secs(60);

/// How long to wait after a request whose protocol was not reported: it failed, or the
/// server of another origin sends no `Timing-Allow-Origin`.
const RETRY: Duration = Duration::from_secs(5);

/// The protocol of one server. Clones share what is known.
#[derive(Clone, Default)]
pub struct Protocol(Rc<Known>);

#[derive(Default)]
struct Known {
    is_multiplexed: Cell<bool>,
    next_check: Cell<Timestamp>,
    observer: RefCell<Option<Observer>>,
}

impl Protocol {
    /// Whether one connection carries any number of requests. `false` until a response
    /// has shown it.
    pub fn is_multiplexed(&self) -> bool {
        self.0.is_multiplexed.get()
    }

    /// Observes a request that is about to be sent, unless the protocol is known.
    pub fn observe(&self, request: &Request) {
        let now = BrowserClock.now();
        if now < self.0.next_check.get() {
            return;
        }
        self.0.next_check.set(now + RETRY);
        // Where resource timing is missing, nothing is known.
        let observer = Observer::new(request.url(), Rc::downgrade(&self.0)).ok();
        let previous = self.0.observer.replace(observer);
        drop(previous);
    }
}

impl Known {
    fn learn(&self, is_multiplexed: bool) {
        self.is_multiplexed.set(is_multiplexed);
        self.next_check.set(BrowserClock.now() + RECHECK);
    }
}

/// Reads `nextHopProtocol`; `None` if it is unknown.
fn is_multiplexed(next_hop_protocol: &str) -> Option<bool> {
    if next_hop_protocol.is_empty() {
        return None;
    }
    // `h2`, `h2c`, `h3`, `h3-29`; before HTTP/2 it is `http/1.1` and the like.
    let version = next_hop_protocol.strip_prefix('h').unwrap_or_default();
    let version = version.bytes().next();
    Some(version.is_some_and(|digit| (b'2'..=b'9').contains(&digit)))
}

#[wasm_bindgen]
extern "C" {
    /// Unlike the page's list of entries, which has a limit and can be cleared, observers
    /// receive every entry.
    type PerformanceObserver;

    #[wasm_bindgen(catch, constructor)]
    fn new(callback: &JsValue) -> Result<PerformanceObserver, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn observe(this: &PerformanceObserver, options: &Object) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, method)]
    fn disconnect(this: &PerformanceObserver) -> Result<(), JsValue>;

    type Entries;

    #[wasm_bindgen(catch, method, js_name = getEntriesByName)]
    fn by_name(this: &Entries, name: &str) -> Result<Array, JsValue>;
}

/// Waits for the entry of one request. Disconnected when it is dropped.
struct Observer {
    observer: PerformanceObserver,
    _on_entries: Closure<dyn Fn(Entries, PerformanceObserver)>,
}

impl Observer {
    fn new(url: String, known: Weak<Known>) -> Result<Self, JsValue> {
        let on_entries = move |entries: Entries, observer: PerformanceObserver| {
            let entries = entries.by_name(&url).unwrap_or_default();
            if entries.length() == 0 {
                return;
            }
            // One entry is enough. A page's own observer may throw.
            let _ = observer.disconnect();
            let protocol = Reflect::get(&entries.get(0), &"nextHopProtocol".into());
            let protocol = protocol.ok().and_then(|protocol| protocol.as_string());
            let multiplexed = protocol.as_deref().and_then(is_multiplexed);
            if let (Some(multiplexed), Some(known)) = (multiplexed, known.upgrade()) {
                known.learn(multiplexed);
            }
        };
        let on_entries = Closure::<dyn Fn(Entries, PerformanceObserver)>::new(on_entries);
        let observer = PerformanceObserver::new(on_entries.as_ref())?;
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"resource".into())?;
        let observer = Self {
            observer,
            _on_entries: on_entries,
        };
        observer.observer.observe(&options)?;
        Ok(observer)
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        let _ = self.observer.disconnect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_2_and_later_are_multiplexed() {
        for protocol in ["h2", "h2c", "h3", "h3-29", "h3-Q050", "h4"] {
            assert_eq!(is_multiplexed(protocol), Some(true), "{protocol}");
        }
        for protocol in [
            "http/1.1", "http/1.0", "http/0.9", "h", "h1", "spdy/3", "é", "h¥",
        ] {
            assert_eq!(is_multiplexed(protocol), Some(false), "{protocol}");
        }
    }

    #[test]
    fn an_empty_protocol_is_unknown() {
        assert_eq!(is_multiplexed(""), None);
    }
}
