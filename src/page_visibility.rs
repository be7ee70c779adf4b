//! Whether anyone can see the page.

use gloo_events::EventListener;
use web_sys::{Document, VisibilityState};

/// Whether it is in front now.
pub(crate) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// Has `tell` called when that may have changed, until the listener is dropped.
pub(crate) fn listen(tell: impl Fn() + 'static) -> Option<EventListener> {
    let hear = move |_: &web_sys::Event| tell();
    let document = document()?;
    Some(EventListener::new(&document, "visibilitychange", hear))
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
