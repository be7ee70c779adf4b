//! What JavaScript is handed: plain objects, and calls that may fail.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::task::messages::Messages;
use crate::task::{Task, TaskState};

/// A task as CONTRACT §6 has it: id, kind, title, state, progress, error.
pub(super) fn task(task: &Task, messages: &Messages) -> JsValue {
    let error = match &task.state {
        TaskState::Failed(failure) => Some(messages.reason(failure)),
        TaskState::Uploading { .. }
        | TaskState::Queued
        | TaskState::Running { .. }
        | TaskState::Recovering { .. }
        | TaskState::Offline { .. }
        | TaskState::Succeeded
        | TaskState::Cancelled => None,
    };
    let progress = task.state.progress();
    let object = Object::new();
    for (name, value) in [
        ("id", JsValue::from_str(task.id.as_str())),
        ("kind", task.kind.name().into()),
        ("title", JsValue::from_str(&task.title)),
        ("state", task.state.word().into()),
        (
            "progress",
            progress.map_or(JsValue::NULL, |percent| percent.get().into()),
        ),
        ("error", error.map_or(JsValue::NULL, JsValue::from)),
    ] {
        // A new object takes every property.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// Calls the host's function. An exception of its own is its own: it is put on
/// the console, and we go on.
pub(super) fn call(function: &Function, argument: &JsValue) {
    if let Err(exception) = function.call1(&JsValue::UNDEFINED, argument) {
        web_sys::console::error_1(&exception);
    }
}
