//! A panic, which leaves this module's memory in no state to go on with: it is
//! reported once, what is shown is taken away, and the host page goes on.

use std::cell::Cell;
use std::panic::PanicHookInfo;
use std::sync::Once;

use wasm_bindgen::JsValue;

use super::shown;

thread_local! {
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
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
            shown::remove_all();
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
