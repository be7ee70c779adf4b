//! Methods for system notifications.

use wasm_bindgen::prelude::*;

use super::{JsBackgroundTasks, arguments};

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Returns whether a system notification tells a user in another tab or app how a task has
    /// ended.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "NotificationsState")]
    pub fn notifications(&self) -> Result<String, JsValue> {
        let state = self.tasks()?.system_notifications().state();
        Ok(state.as_str().to_owned())
    }

    /// Turns system notifications on or off; they stay so after a reload. To turn them on, the
    /// browser asks the user for permission if there is no decision yet: call it in response to
    /// a user action. Returns a promise for the state after the decision.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `on` is not a boolean.
    #[wasm_bindgen(
        js_name = setNotifications,
        unchecked_return_type = "Promise<NotificationsState>"
    )]
    pub fn set_notifications(
        &self,
        #[wasm_bindgen(unchecked_param_type = "boolean")] on: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let tasks = self.tasks()?;
        let notifications = tasks.system_notifications().clone();
        let decision = if arguments::check("on", on, "boolean")?.is_truthy() {
            notifications.request()
        } else {
            notifications.turn_off();
            None
        };
        Ok(self.live.promise(Box::pin(async move {
            if let Some(decision) = decision {
                decision.await;
            }
            Ok(notifications.state().as_str().into())
        })))
    }
}
