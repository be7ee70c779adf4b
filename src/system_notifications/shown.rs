//! The notifications that are shown, each with what a click on it does.

use std::cell::RefCell;

use background_tasks_core::{TaskId, messages::ToastText};
use gloo_events::EventListener;
use litemap::LiteMap;
use wasm_bindgen::JsValue;
use web_sys::{Notification, NotificationOptions};

/// Notifications by task; one that is dropped is closed.
#[derive(Default)]
pub(super) struct Shown(RefCell<LiteMap<TaskId, OnScreen>>);

struct OnScreen {
    notification: Notification,
    _on_click: EventListener,
}

impl Shown {
    /// Shows a task's end, in place of an earlier end of the same task.
    ///
    /// # Errors
    ///
    /// What the constructor throws.
    pub(super) fn show(
        &self,
        task: &TaskId,
        text: &ToastText,
        language: &str,
    ) -> Result<(), JsValue> {
        let options = NotificationOptions::new();
        options.set_tag(task.as_str());
        options.set_lang(language);
        if !text.description.is_empty() {
            options.set_body(&text.description);
        }
        let notification = Notification::new_with_options(&text.title, &options)?;
        let clicked = notification.clone();
        let on_click = EventListener::new(&notification, "click", move |_| {
            if let Some(window) = web_sys::window() {
                // A browser that keeps the window where it is does so for the person.
                let _ = window.focus();
            }
            clicked.close();
        });
        let shown = OnScreen {
            notification,
            _on_click: on_click,
        };
        let replaced = self.0.borrow_mut().insert(task.clone(), shown);
        drop(replaced);
        Ok(())
    }

    /// Closes that of a task.
    pub(super) fn close(&self, task: &TaskId) {
        let closed = self.0.borrow_mut().remove(task);
        drop(closed);
    }

    /// Closes all.
    pub(super) fn clear(&self) {
        let shown = self.0.take();
        drop(shown);
    }
}

impl Drop for OnScreen {
    fn drop(&mut self) {
        self.notification.close();
    }
}
