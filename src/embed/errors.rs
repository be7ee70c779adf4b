//! The option `onError`: failures for an error tracker.

use std::rc::Rc;

use background_tasks_core::{Failure, TaskState};
use js_sys::{Array, Function};
use wasm_bindgen::JsValue;

use super::{objects, page};
use crate::driver::{Driver, Notice, Subscription};
use crate::system_notifications::announced;

/// A function of the page, which also hears of a panic until this is dropped.
struct Reporter(Array);

impl Reporter {
    fn report(&self, message: &str, source: &str, task: &JsValue, status: Option<u16>) {
        page::report(&self.0, message, source, task, status);
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        page::forget(&self.0);
    }
}

/// Calls `on_error` with each failed task that this tab announces, so that several tabs do not
/// report it twice, and with each warning about records. A file that the options refuse is a
/// mistake of the user.
pub(super) fn observe(driver: &Driver, on_error: &Function) -> Subscription {
    let reporter = Reporter(page::reporter(on_error));
    let messages = Rc::clone(&driver.settings().messages);
    driver.observe(move |notice| {
        if let Notice::Warned(text) = notice {
            reporter.report(text, "storage", &JsValue::NULL, None);
        } else if let Some(task) = announced(notice)
            && let TaskState::Failed(failure) = &task.state
            && !matches!(failure, Failure::Refused { .. })
        {
            let status = match failure {
                Failure::Request(error) => objects::status(error),
                _ => None,
            };
            let object = objects::task(task, &messages);
            reporter.report(&failure.to_string(), "task", &object, status);
        }
    })
}
