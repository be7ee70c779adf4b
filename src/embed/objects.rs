//! Plain objects for JavaScript, and calls of its functions.

use background_tasks_core::{
    AttachmentId, Failure, Job, Messages, Meta, Percent, RequestError, Task, TaskEvent, TaskState,
};
use js_sys::{Function, Number};
use wasm_bindgen::JsValue;

use super::page;
use crate::client::{Attachment, NewAttachment};
use crate::toast::{ClosedToast, Entry, ToastKind};

/// A task as a frozen object.
#[expect(clippy::cast_precision_loss, reason = "times and waits are below 2^53")]
pub(super) fn task(task: &Task, messages: &Messages) -> JsValue {
    let error = match &task.state {
        TaskState::Failed(failure) => Some(messages.reason(failure)),
        _ => None,
    };
    let retry_in = match task.state {
        TaskState::Recovering { retry_in, .. } => Some(retry_in as f64),
        _ => None,
    };
    let attachment = task.attachment.as_ref();
    page::task(
        task.id.as_str(),
        task.kind.name(),
        &task.title,
        attachment.map_or(JsValue::NULL, attachment_id),
        task.state.as_str(),
        task.started.as_millis() as f64,
        task.state.progress().map(Percent::get),
        retry_in,
        error.as_deref(),
        task.meta.as_ref().map(Meta::as_json),
    )
}

/// A state transition as a frozen object. The reason is in English, for logs.
pub(super) fn event(event: &TaskEvent) -> JsValue {
    let reason = event.reason.as_ref().map(ToString::to_string);
    page::event(
        event.id.as_str(),
        event.kind.name(),
        event.name(),
        event.from.as_ref().map(TaskState::as_str),
        event.to.as_ref().map(TaskState::as_str),
        event.attempt,
        event.delay.map(|delay| delay.as_secs_f64()),
        reason.as_deref(),
        event.meta.as_ref().map(Meta::as_json),
    )
}

/// A file on the server.
#[expect(clippy::cast_precision_loss, reason = "no file is that large")]
pub(super) fn attachment(attachment: &Attachment) -> JsValue {
    page::attachment(
        attachment_id(&attachment.id),
        &attachment.title,
        &attachment.content_type,
        attachment.size as f64,
    )
}

/// The `Error` for a failed request, with the reason that a user reads.
pub(super) fn failure(messages: &Messages, error: RequestError) -> JsValue {
    let status = status(&error);
    page::failure(&messages.reason(&Failure::Request(error)), status)
}

/// The HTTP status of an error.
pub(super) const fn status(error: &RequestError) -> Option<u16> {
    match error {
        RequestError::Status { status, .. } => Some(*status),
        _ => None,
    }
}

/// A toast as an object with id, kind, title, description and progress.
pub(super) fn toast(entry: &Entry) -> JsValue {
    let toast = &entry.toast;
    let progress = match toast.kind {
        ToastKind::Loading { progress } => progress,
        ToastKind::Default
        | ToastKind::Success
        | ToastKind::Error
        | ToastKind::Info
        | ToastKind::Warning => None,
    };
    page::toast(
        entry.id.as_str(),
        toast.kind.as_str(),
        &toast.title,
        &toast.description,
        "progress",
        progress.map_or(JsValue::NULL, |percent| percent.get().into()),
    )
}

/// A closed toast as an object with id, kind, title, description and reason.
pub(super) fn closed(closed: &ClosedToast) -> JsValue {
    page::toast(
        closed.id.as_str(),
        closed.kind.as_str(),
        &closed.title,
        &closed.description,
        "reason",
        closed.reason.as_str().into(),
    )
}

/// A job as the argument of a client.
pub(super) fn job(job: &Job) -> JsValue {
    page::job(
        job.kind.name(),
        attachment_id(&job.attachment),
        job.key.as_str(),
    )
}

/// An upload as an object with file, title and idempotencyKey.
pub(super) fn new_attachment(upload: &NewAttachment) -> JsValue {
    page::new_attachment(&upload.file, &upload.title, upload.idempotency_key.as_str())
}

/// An id in the form in which the server sent it. A number that would not be exact becomes
/// a string.
pub(super) fn attachment_id(id: &AttachmentId) -> JsValue {
    match id {
        #[expect(clippy::cast_precision_loss, reason = "exact by the condition")]
        AttachmentId::Number(number) if *number as f64 <= Number::MAX_SAFE_INTEGER => {
            (*number as f64).into()
        }
        AttachmentId::Number(number) => number.to_string().into(),
        AttachmentId::Text(text) => JsValue::from_str(text),
    }
}

/// Calls a function of the page. An exception is logged to the console.
pub(super) fn call(function: &Function, argument: &JsValue) {
    if let Err(exception) = function.call1(&JsValue::UNDEFINED, argument) {
        web_sys::console::error_1(&exception);
    }
}
