//! Panics. The memory of this module is invalid after one: it is reported once, everything
//! shown is removed, and the host page continues.

use std::cell::Cell;
use std::panic::PanicHookInfo;
use std::sync::Once;

use wasm_bindgen::JsValue;

use super::page;

thread_local! {
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Reports panics from now on.
pub(super) fn report() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Yew replaces any hook that it was not given with its own.
        yew::set_custom_panic_hook(Box::new(|panic| {
            if HAS_PANICKED.replace(true) {
                return;
            }
            page::panicked(&report_of(panic));
        }));
    });
}

/// # Errors
///
/// An `Error` after a panic.
pub(super) fn check() -> Result<(), JsValue> {
    if HAS_PANICKED.get() {
        let text = "yew-background-tasks has stopped: see the console, and reload the page.";
        return Err(js_sys::Error::new(text).into());
    }
    Ok(())
}

fn report_of(panic: &PanicHookInfo<'_>) -> String {
    format!(
        "yew-background-tasks has stopped because of a bug and removes its toasts; the page \
         continues. The server continues its jobs, and they are monitored again when the page is \
         reloaded. Please report this: {panic}"
    )
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
