//! Panics. The memory of this module is invalid after one: `page.js` reports it once, removes
//! everything shown, and refuses further calls; the host page continues.

use std::sync::Once;

use super::page;

/// Reports panics from now on.
pub(super) fn report() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Yew replaces any hook that it was not given with its own.
        yew::set_custom_panic_hook(Box::new(|panic| page::stopped(&panic.to_string())));
    });
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
