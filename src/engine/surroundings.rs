//! Listens to what the browser says of connection and visibility.

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::PageTransitionEvent;

use crate::page_visibility::{self, is_visible};
use crate::task::monitor::Surroundings;

/// What the browser says.
#[derive(Clone, Copy, Debug)]
pub(super) enum News {
    /// `online` or `offline`.
    Online(bool),
    /// `visibilitychange`.
    Visible(bool),
    /// The page is back from the back/forward cache.
    Restored,
}

/// Listens until it is dropped.
pub(super) struct Listeners {
    _listeners: Vec<EventListener>,
}

/// How things are now.
pub(super) fn current() -> Surroundings {
    let Some(window) = web_sys::window() else {
        return Surroundings::default();
    };
    Surroundings {
        online: window.navigator().on_line(),
        visible: is_visible(),
    }
}

/// Has `tell` called with all news.
pub(super) fn listen(tell: impl Fn(News) + Clone + 'static) -> Listeners {
    let mut listeners = Vec::new();
    if let Some(window) = web_sys::window() {
        for (name, online) in [("online", true), ("offline", false)] {
            let tell = tell.clone();
            let hear = move |_: &web_sys::Event| tell(News::Online(online));
            listeners.push(EventListener::new(&window, name, hear));
        }
        let tell_visible = tell.clone();
        let hear = move || tell_visible(News::Visible(is_visible()));
        listeners.extend(page_visibility::listen(hear));
        let hear = move |event: &web_sys::Event| {
            let transition = event.dyn_ref::<PageTransitionEvent>();
            if transition.is_some_and(PageTransitionEvent::persisted) {
                tell(News::Restored);
            }
        };
        listeners.push(EventListener::new(&window, "pageshow", hear));
    }
    Listeners {
        _listeners: listeners,
    }
}
