//! The visible notifications and their click listeners.

use std::cell::RefCell;

use background_tasks_core::{TaskId, messages::ToastText};
use gloo_events::EventListener;
use litemap::LiteMap;
use wasm_bindgen::JsValue;
use web_sys::{Notification, NotificationOptions};

/// Notifications by task. A notification is closed when it is dropped.
#[derive(Default)]
pub(super) struct VisibleNotifications(RefCell<LiteMap<TaskId, VisibleNotification>>);

struct VisibleNotification {
    notification: Notification,
    _on_click: EventListener,
}

impl VisibleNotifications {
    /// Shows the result of a task, in place of an earlier notification of the same task.
    ///
    /// # Errors
    ///
    /// The exception of the constructor.
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
        let target = notification.clone();
        let on_click = EventListener::new(&notification, "click", move |_| {
            if let Some(window) = web_sys::window() {
                // Has no effect if the browser does not allow it.
                let _ = window.focus();
            }
            target.close();
        });
        let visible = VisibleNotification {
            notification,
            _on_click: on_click,
        };
        let replaced = self.0.borrow_mut().insert(task.clone(), visible);
        drop(replaced);
        Ok(())
    }

    /// Closes the notification of a task.
    pub(super) fn close(&self, task: &TaskId) {
        let closed = self.0.borrow_mut().remove(task);
        drop(closed);
    }

    /// Closes all notifications.
    pub(super) fn clear(&self) {
        let closed = self.0.take();
        drop(closed);
    }
}

impl Drop for VisibleNotification {
    fn drop(&mut self) {
        self.notification.close();
    }
}
