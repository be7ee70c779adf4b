//! A hook that tells whether a component may use the browser.

use std::cell::Cell;

use yew::prelude::*;

/// Whether the component may use the browser and render what only a browser has.
///
/// Never on a server. If the page is `hydrated`, not in the first render either, which has to
/// be what the server has rendered. Another render follows in the same frame.
#[hook]
pub(crate) fn use_browser(hydrated: bool) -> bool {
    let is_ready = use_ref(|| Cell::new(!hydrated));
    let renders = use_force_update();
    if !is_in_browser() {
        return false;
    }
    let was_ready = is_ready.replace(true);
    if !was_ready {
        renders.force_update();
    }
    was_ready
}

/// On the host the window does not exist, and asking for it panics. WASM may run on a server
/// as well.
fn is_in_browser() -> bool {
    cfg!(target_arch = "wasm32") && web_sys::window().is_some()
}
