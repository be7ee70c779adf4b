//! A hook that tells whether a component may use the browser.

use yew::prelude::*;

/// Whether the component may use the browser and render what only a browser has.
///
/// Never on a server. If the page is `hydrated`, not in the first render either, which has to
/// be what the server has rendered. Another render follows in the same frame.
#[hook]
pub(crate) fn use_browser(hydrated: bool) -> bool {
    let is_ready = use_state(|| !hydrated);
    if !is_in_browser() {
        return false;
    }
    // Once it is set, the handle has the new value.
    let was_ready = *is_ready;
    if !was_ready {
        is_ready.set(true);
    }
    was_ready
}

/// On the host the window does not exist, and asking for it panics. WASM may run on a server
/// as well.
fn is_in_browser() -> bool {
    cfg!(target_arch = "wasm32") && web_sys::window().is_some()
}
