//! Bindings to the Web Locks API, which `web-sys` offers only behind an unstable flag.

use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        on_granted: &Function,
    ) -> Result<Promise, JsValue>;
}

/// The outcome of a lock request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The lock is held.
    Granted,
    /// The browser does not allow this page to use locks.
    Refused,
}

/// A requested or held lock. Dropping it aborts the request or releases the lock.
pub(super) struct Lock {
    controller: AbortController,
    /// Resolves the promise; the browser holds the lock until then.
    release: Function,
}

impl Lock {
    /// Requests the lock called `name`, and calls `on_outcome` when it is held or refused.
    /// `None` in old browsers and on insecure pages.
    pub(super) fn request(name: &str, on_outcome: Rc<dyn Fn(Outcome)>) -> Option<Self> {
        let manager = manager()?;
        let controller = AbortController::new().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let on_granted = Closure::<dyn FnMut(JsValue) -> Promise>::new({
            let on_outcome = Rc::clone(&on_outcome);
            move |_| {
                on_outcome(Outcome::Granted);
                held.clone()
            }
        });
        let function = on_granted.as_ref().unchecked_ref();
        let request = manager.request(name, &options, function).ok()?;
        let signal = controller.signal();
        spawn_local(async move {
            let end = JsFuture::from(request).await;
            // The browser no longer calls the function once the request has settled.
            drop(on_granted);
            if end.is_err() && !signal.aborted() {
                on_outcome(Outcome::Refused);
            }
        });
        Some(Self {
            controller,
            release: release?,
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.controller.abort();
        // The resolve function of a promise never throws.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Whether the browser supports locks.
pub(super) fn are_available() -> bool {
    manager().is_some()
}

fn manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
