//! What JavaScript is handed: plain objects, and calls that may fail.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::client::NewAttachment;
use crate::task::messages::Messages;
use crate::task::{AttachmentId, Job, Percent, Task, TaskState};
use crate::toast::{ClosedToast, Entry, ToastKind};

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
    object([
        ("id", JsValue::from_str(task.id.as_str())),
        ("kind", task.kind.name().into()),
        ("title", JsValue::from_str(&task.title)),
        ("state", task.state.word().into()),
        ("progress", percent(task.state.progress())),
        ("error", error.map_or(JsValue::NULL, JsValue::from)),
    ])
}

/// A toast: id, kind, title, description, progress.
pub(super) fn toast(entry: &Entry) -> JsValue {
    let progress = match entry.toast.kind {
        ToastKind::Loading { progress } => progress,
        ToastKind::Default
        | ToastKind::Success
        | ToastKind::Error
        | ToastKind::Info
        | ToastKind::Warning => None,
    };
    object([
        ("id", JsValue::from_str(entry.id.as_str())),
        ("kind", entry.toast.kind.as_str().into()),
        ("title", JsValue::from_str(&entry.toast.title)),
        ("description", JsValue::from_str(&entry.toast.description)),
        ("progress", percent(progress)),
    ])
}

/// A toast that was closed: id, kind, title, description, reason.
pub(super) fn closed(closed: &ClosedToast) -> JsValue {
    object([
        ("id", JsValue::from_str(closed.id.as_str())),
        ("kind", closed.kind.as_str().into()),
        ("title", JsValue::from_str(&closed.title)),
        ("description", JsValue::from_str(&closed.description)),
        ("reason", closed.reason.as_str().into()),
    ])
}

fn percent(progress: Option<Percent>) -> JsValue {
    progress.map_or(JsValue::NULL, |percent| percent.get().into())
}

/// A job, as a client is asked for it.
pub(super) fn job(job: &Job) -> JsValue {
    object([
        ("kind", job.kind.name().into()),
        ("attachmentId", attachment_id(&job.attachment)),
        ("key", job.key.as_str().into()),
    ])
}

/// A file to be stored: file, title, idempotencyKey.
pub(super) fn new_attachment(upload: &NewAttachment) -> JsValue {
    object([
        ("file", upload.file.clone().into()),
        ("title", JsValue::from_str(&upload.title)),
        ("idempotencyKey", upload.idempotency_key.as_str().into()),
    ])
}

/// A number where it is one.
pub(super) fn attachment_id(id: &AttachmentId) -> JsValue {
    match id {
        // Exact up to 2^53, the largest that JavaScript hands over.
        #[allow(clippy::cast_precision_loss)]
        AttachmentId::Number(number) => (*number as f64).into(),
        AttachmentId::Text(text) => JsValue::from_str(text),
    }
}

pub(super) fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, &value);
    }
    object
}

/// Sets a property of an object of ours, which takes every one.
pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calls the host's function. An exception of its own is its own: it is put on
/// the console, and we go on.
pub(super) fn call(function: &Function, argument: &JsValue) {
    if let Err(exception) = function.call1(&JsValue::UNDEFINED, argument) {
        web_sys::console::error_1(&exception);
    }
}
