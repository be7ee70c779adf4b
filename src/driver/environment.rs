//! Listens to the browser's events about the connection, visibility, and the end of the page.

use background_tasks_core::{Environment, Input};
use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, PageTransitionEvent};

use super::Driver;
use crate::page_visibility::{self, is_visible};

/// The environment as the browser describes it.
pub(super) fn current() -> Environment {
    let Some(window) = web_sys::window() else {
        return Environment::default();
    };
    Environment {
        online: window.navigator().on_line(),
        visible: is_visible(),
    }
}

impl Driver {
    pub(super) fn listen(&self) -> Vec<EventListener> {
        let Some(window) = web_sys::window() else {
            return Vec::new();
        };
        let listen = |name: &'static str, on_event: fn(&Self, &Event)| {
            let weak = self.downgrade();
            EventListener::new(&window, name, move |event| {
                if let Some(driver) = weak.upgrade() {
                    on_event(&driver, event);
                }
            })
        };
        let weak = self.downgrade();
        let on_visibility = page_visibility::listen(move || {
            if let Some(driver) = weak.upgrade() {
                let visible = is_visible();
                driver.set_environment(|now| Environment { visible, ..now });
            }
        });
        let on_window = [
            listen("online", |driver, _| driver.set_online(true)),
            listen("offline", |driver, _| driver.set_online(false)),
            listen("pagehide", |driver, _| driver.hide_page()),
            listen("pageshow", |driver, event| {
                let transition = event.dyn_ref::<PageTransitionEvent>();
                if transition.is_some_and(PageTransitionEvent::persisted) {
                    // The page got no events while it was in the cache.
                    driver.set_environment(|_| current());
                    driver.input(Input::PageShow);
                }
            }),
        ];
        on_window.into_iter().chain(on_visibility).collect()
    }

    fn set_online(&self, online: bool) {
        self.set_environment(|now| Environment { online, ..now });
    }

    fn set_environment(&self, change: impl FnOnce(Environment) -> Environment) {
        let environment = change(self.0.environment.get());
        self.0.environment.set(environment);
        self.input(Input::Environment(environment));
    }

    /// The page is left, or put into the back/forward cache. The core joins the other tabs
    /// again if the page is still there.
    fn hide_page(&self) {
        self.input(Input::PageHide);
        self.leave_tabs();
    }
}
