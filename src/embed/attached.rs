//! Keeps an instance on the page although the page replaces its body, or all that is in it.

use std::cell::Cell;

use background_tasks_core::Timestamp;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, Node};

use super::document::body;
use super::methods::Listener;
use super::page;
use crate::clock::{BrowserClock, Clock as _};

/// So many returns within a second are a dispute with the page, which wins.
const MAX_RETURNS: u32 = 20;

/// Inserts an element into the body again whenever it was removed, until this is dropped.
pub(super) struct Attached {
    observer: MutationObserver,
    _on_change: Closure<Listener>,
}

impl Attached {
    /// Calls `on_return` after it has inserted the element.
    ///
    /// # Errors
    ///
    /// The exception of the browser.
    pub(super) fn new(element: Element, on_return: impl Fn() + 'static) -> Result<Self, JsValue> {
        let returns = Cell::new((Timestamp::default(), 0));
        let on_change = move |_, observer: JsValue| {
            let observer: MutationObserver = observer.unchecked_into();
            // The document may have no body for a moment. After a panic nothing is shown.
            let (Ok(body), Ok(())) = (body(), page::assert_running()) else {
                return;
            };
            let ((since, count), now) = (returns.get(), BrowserClock.now());
            let is_recent = now.since(since).as_secs() == 0;
            if !element.is_connected() && (!is_recent || count < MAX_RETURNS) {
                returns.set(match is_recent {
                    true => (since, count + 1),
                    false => (now, 0),
                });
                if body.append_child(&element).is_ok() {
                    on_return();
                }
            }
            observe(&observer, &body);
        };
        let on_change = Closure::<Listener>::new(on_change);
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref())?;
        observe(&observer, &body()?);
        Ok(Self {
            observer,
            _on_change: on_change,
        })
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Observes the children of the body and of the nodes around it, and no others.
fn observe(observer: &MutationObserver, body: &Node) {
    observer.disconnect();
    let what = MutationObserverInit::new();
    what.set_child_list(true);
    let around = |node: &Node| node.parent_node();
    for node in std::iter::successors(Some(body.clone()), around) {
        // Fails only for invalid options.
        let _ = observer.observe_with_options(&node, &what);
    }
}
