//! Plain objects for JavaScript, and calls of its functions.

use background_tasks_core::{AttachmentId, Job, Messages, Percent, Task, TaskState};
use js_sys::{Function, Number, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use super::meta;
use crate::client::NewAttachment;
use crate::toast::{ClosedToast, Entry, ToastKind};

/// A task as a frozen object.
pub(super) fn task(task: &Task, messages: &Messages) -> JsValue {
    let error = match &task.state {
        TaskState::Failed(failure) => Some(messages.reason(failure)),
        _ => None,
    };
    let attachment = task.attachment.as_ref();
    frozen(object([
        ("id", JsValue::from_str(task.id.as_str())),
        ("kind", task.kind.name().into()),
        ("title", JsValue::from_str(&task.title)),
        (
            "attachmentId",
            attachment.map_or(JsValue::NULL, attachment_id),
        ),
        ("state", task.state.as_str().into()),
        ("progress", percent(task.state.progress())),
        ("error", error.map_or(JsValue::NULL, JsValue::from)),
        (
            "meta",
            task.meta.as_ref().map_or(JsValue::NULL, meta::write),
        ),
    ]))
}

/// A toast as an object with id, kind, title, description and progress.
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

/// A closed toast as an object with id, kind, title, description and reason.
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

/// A job as the argument of a client.
pub(super) fn job(job: &Job) -> JsValue {
    object([
        ("kind", job.kind.name().into()),
        ("attachmentId", attachment_id(&job.attachment)),
        ("key", job.key.as_str().into()),
    ])
}

/// An upload as an object with file, title and idempotencyKey.
pub(super) fn new_attachment(upload: &NewAttachment) -> JsValue {
    object([
        ("file", upload.file.clone().into()),
        ("title", JsValue::from_str(&upload.title)),
        ("idempotencyKey", upload.idempotency_key.as_str().into()),
    ])
}

/// An id in the form in which the server sent it. A number that would not be exact becomes
/// a string.
pub(super) fn attachment_id(id: &AttachmentId) -> JsValue {
    match id {
        // Exact by the condition.
        #[allow(clippy::cast_precision_loss)]
        AttachmentId::Number(number) if *number as f64 <= Number::MAX_SAFE_INTEGER => {
            (*number as f64).into()
        }
        AttachmentId::Number(number) => number.to_string().into(),
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

/// The object itself, frozen.
pub(super) fn frozen(object: JsValue) -> JsValue {
    Object::freeze(object.unchecked_ref::<Object>());
    object
}

/// Sets a property of a plain object, which cannot fail.
pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calls a function of the page. An exception is logged to the console.
pub(super) fn call(function: &Function, argument: &JsValue) {
    if let Err(exception) = function.call1(&JsValue::UNDEFINED, argument) {
        web_sys::console::error_1(&exception);
    }
}
