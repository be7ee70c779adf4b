//! The visibility of the page.

use gloo_events::EventListener;
use web_sys::{Document, VisibilityState};

/// Whether the page is visible.
pub(crate) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// Calls `on_change` when the visibility has changed, until the listener is dropped.
pub(crate) fn listen(on_change: impl Fn() + 'static) -> Option<EventListener> {
    let listener = move |_: &web_sys::Event| on_change();
    let document = document()?;
    Some(EventListener::new(&document, "visibilitychange", listener))
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
