//! The Web Locks API, which web-sys has only behind an unstable flag.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`
    #[derive(Clone)]
    pub(super) type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Function,
    ) -> Result<Promise, JsValue>;
}

/// The browser's locks; none in old browsers and on insecure pages.
pub(super) fn manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Waits until nobody has it.
    Wait,
    /// Takes it away from who has it.
    Steal,
}

/// How a lock ended that was not let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Another tab has it now.
    Stolen,
    /// It was never granted, and never will be.
    Refused,
}

/// A lock that is asked for or held; dropping it lets it go.
pub(super) struct Lock {
    hold: Rc<Hold>,
    controller: Option<AbortController>,
}

#[derive(Default)]
struct Hold {
    /// Ends the promise that the browser holds the lock for.
    release: RefCell<Option<Function>>,
    let_go: std::cell::Cell<bool>,
}

impl Lock {
    /// Asks for the lock called `name`. `ended` is called where it is stolen, and
    /// where it is refused: some pages may ask and are told no.
    pub(super) fn request(
        locks: &LockManager,
        name: &str,
        manner: Manner,
        granted: impl Fn() + 'static,
        ended: impl Fn(End) + 'static,
    ) -> Result<Self, JsValue> {
        let hold = Rc::new(Hold::default());
        let options = Object::new();
        let controller = match manner {
            Manner::Steal => {
                Reflect::set(&options, &"steal".into(), &true.into())?;
                None
            }
            Manner::Wait => {
                let controller = AbortController::new()?;
                Reflect::set(&options, &"signal".into(), &controller.signal())?;
                Some(controller)
            }
        };
        let on_granted = Closure::<dyn FnMut(JsValue) -> Promise>::new({
            let hold = Rc::clone(&hold);
            move |_lock| {
                let held = Promise::new(&mut |release, _| {
                    *hold.release.borrow_mut() = Some(release);
                });
                if hold.let_go.get() {
                    hold.end();
                } else {
                    granted();
                }
                held
            }
        });
        let request = locks.request(name, &options, on_granted.as_ref().unchecked_ref())?;
        let held = Rc::clone(&hold);
        // Ends with the request, and owns the closure as long as the browser may call it.
        spawn_local(async move {
            let end = JsFuture::from(request).await;
            drop(on_granted);
            if end.is_err() && !held.let_go.get() {
                let was_granted = held.release.borrow().is_some();
                ended(if was_granted {
                    End::Stolen
                } else {
                    End::Refused
                });
            }
        });
        Ok(Self { hold, controller })
    }
}

impl Hold {
    fn end(&self) {
        if let Some(release) = self.release.borrow_mut().take() {
            // A promise's own function throws nothing.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.hold.let_go.set(true);
        self.hold.end();
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
