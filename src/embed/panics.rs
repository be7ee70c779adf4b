//! A panic, which leaves this module's memory in no state to go on with: it is
//! reported once, what is shown is taken away, and the host page goes on.

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;
use std::sync::Once;

use wasm_bindgen::JsValue;
use web_sys::Element;

thread_local! {
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
    static SHOWN: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
}

/// An element that is taken off the page by a panic: nothing in it would tell
/// the truth any more, or could be pressed.
pub(super) struct Shown(Element);

impl Shown {
    pub(super) fn new(element: Element) -> Self {
        SHOWN.with_borrow_mut(|shown| shown.push(element.clone()));
        Self(element)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.remove();
        SHOWN.with_borrow_mut(|shown| shown.retain(|element| *element != self.0));
    }
}

/// Whether one of the elements that are shown is such a one.
pub(super) fn is_any_shown(is_such: impl Fn(&Element) -> bool) -> bool {
    SHOWN.with_borrow(|shown| shown.iter().any(is_such))
}

/// Has panics reported from now on.
pub(super) fn report() {
    static BEGINNING: Once = Once::new();
    BEGINNING.call_once(|| {
        // Yew puts a hook of its own in place of any that it was not given.
        yew::set_custom_panic_hook(Box::new(|panic| {
            if HAS_PANICKED.replace(true) {
                return;
            }
            web_sys::console::error_1(&said(panic).into());
            // Whether it is borrowed depends on where the panic was.
            let _ = SHOWN.try_with(|shown| {
                if let Ok(shown) = shown.try_borrow() {
                    shown.iter().for_each(Element::remove);
                }
            });
        }));
    });
}

/// # Errors
///
/// An `Error`, once there was a panic.
pub(super) fn check() -> Result<(), JsValue> {
    if HAS_PANICKED.get() {
        let text = "yew-background-tasks has stopped: see the console. Load the page again.";
        return Err(js_sys::Error::new(text).into());
    }
    Ok(())
}

fn said(panic: &PanicHookInfo<'_>) -> String {
    format!(
        "yew-background-tasks has stopped by a mistake of its own and takes its toasts away; \
         the page goes on. Tasks go on at the server, and are followed again once the page is \
         loaded again. Please report this: {panic}"
    )
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
