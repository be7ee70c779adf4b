//! Functions of Rust as those that `s3.js` calls, and what passes between them.

use std::future::pending;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{AttachmentId, RequestError};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo_events::EventListener;
use js_sys::{Array, Number, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use super::signer::{MultipartUpload, SignedRequest, UploadedPart};
use crate::client::{Call, NewAttachment};

/// A function of one argument, an object. The call is dropped once the signal in it is aborted.
pub(super) fn function(call: impl Fn(&JsValue) -> Call<JsValue> + 'static) -> JsValue {
    let function = move |input: JsValue| {
        let call = call(&input);
        let signal: Option<AbortSignal> = field(&input, "signal").dyn_into().ok();
        future_to_promise(async move {
            match select(call, pin!(aborted(signal))).await {
                Either::Left((result, _)) => result.map_err(|error| thrown(&error)),
                Either::Right(_) => Err(JsValue::UNDEFINED),
            }
        })
    };
    Closure::<dyn Fn(JsValue) -> Promise>::new(function).into_js_value()
}

/// Waits until a signal is aborted.
async fn aborted(signal: Option<AbortSignal>) {
    let Some(signal) = signal else {
        return pending().await;
    };
    let (sender, aborted) = oneshot::channel::<()>();
    let _listener = EventListener::once(&signal, "abort", move |_| drop(sender));
    let _ = aborted.await;
}

pub(super) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    // An object that is new can be written to.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A whole number; `None` for anything else.
pub(super) fn whole(value: &JsValue) -> Option<u64> {
    let number = value.as_f64().filter(|_| Number::is_safe_integer(value))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be an integer that is not negative and exact"
    )]
    (number >= 0.0).then_some(number as u64)
}

pub(super) fn text(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_default()
}

/// A number that `s3.js` has made.
pub(super) fn number(object: &JsValue, name: &str) -> u64 {
    whole(&field(object, name)).unwrap_or_default()
}

pub(super) fn part_number(object: &JsValue, name: &str) -> u32 {
    u32::try_from(number(object, name)).unwrap_or_default()
}

pub(super) fn object<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, &value);
    }
    object
}

pub(super) fn new_attachment(input: &JsValue) -> NewAttachment {
    let key = text(input, "idempotencyKey").into();
    NewAttachment::new(
        field(input, "file").unchecked_into(),
        text(input, "title"),
        key,
    )
}

pub(super) fn multipart_upload(input: &JsValue) -> MultipartUpload {
    MultipartUpload {
        key: text(input, "key"),
        upload_id: text(input, "uploadId"),
    }
}

pub(super) fn created(upload: &MultipartUpload) -> JsValue {
    let fields = [
        ("key", upload.key.as_str().into()),
        ("uploadId", upload.upload_id.as_str().into()),
    ];
    object(fields).into()
}

pub(super) fn signed(request: &SignedRequest) -> JsValue {
    let headers = Object::new();
    for (name, value) in &request.headers {
        set(&headers, name, &value.into());
    }
    let fields = [
        ("url", request.url.as_str().into()),
        ("headers", headers.into()),
        ("id", attachment_id(request.id.as_ref())),
    ];
    object(fields).into()
}

pub(super) fn listed(parts: Vec<UploadedPart>) -> JsValue {
    let parts = parts.into_iter().map(|part| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "below 2^53, as the size of every file"
        )]
        let size = part.size as f64;
        object([
            ("PartNumber", part.number.into()),
            ("ETag", part.etag.into()),
            ("Size", size.into()),
        ])
    });
    parts.collect::<Array>().into()
}

/// The numbers and ETags of the parts of a complete upload.
pub(super) fn parts(input: &JsValue) -> Vec<(u32, String)> {
    let parts: Array = field(input, "parts").unchecked_into();
    parts
        .iter()
        .map(|part| (part_number(&part, "PartNumber"), text(&part, "ETag")))
        .collect()
}

/// `undefined` if there is none.
pub(super) fn attachment_id(id: Option<&AttachmentId>) -> JsValue {
    match id {
        Some(AttachmentId::Number(number)) => JsValue::from(*number),
        Some(AttachmentId::Text(text)) => JsValue::from_str(text),
        None => JsValue::UNDEFINED,
    }
}

/// An error as a rejection of a transport.
fn thrown(error: &RequestError) -> JsValue {
    let reason = |reason: &str, detail: &Rc<str>| {
        object([
            ("reason", reason.into()),
            ("message", JsValue::from_str(detail)),
        ])
    };
    let thrown = match error {
        RequestError::Status {
            status,
            retry_after,
            message,
        } => object([
            ("status", (*status).into()),
            (
                "retryAfter",
                retry_after.map_or(JsValue::UNDEFINED, |after| {
                    after.as_secs_f64().ceil().into()
                }),
            ),
            ("message", message.as_deref().into()),
        ]),
        RequestError::Misconfigured { detail } => reason("misconfigured", detail),
        RequestError::NotSent { detail } => reason("not-sent", detail),
        RequestError::InvalidResponse { detail } => reason("invalid-response", detail),
        _ => reason("unreachable", &Rc::default()),
    };
    thrown.into()
}

/// The error of a rejection of `s3.js`.
pub(super) fn failure(thrown: &JsValue) -> RequestError {
    let message = text(thrown, "message").into();
    if let Ok(status) = u16::try_from(number(thrown, "status"))
        && status > 0
    {
        return RequestError::Status {
            status,
            retry_after: whole(&field(thrown, "retryAfter")).map(Duration::from_secs),
            message: Some(message).filter(|message: &Rc<str>| !message.is_empty()),
        };
    }
    match &*text(thrown, "reason") {
        "misconfigured" => RequestError::Misconfigured { detail: message },
        "not-sent" => RequestError::NotSent { detail: message },
        "invalid-response" => RequestError::InvalidResponse { detail: message },
        _ => RequestError::Unreachable,
    }
}

/// The id of an attachment that `s3.js` returns: one that it got from here, or a text.
pub(super) fn attachment_id_from(id: &JsValue) -> AttachmentId {
    match u64::try_from(id.clone()) {
        Ok(number) => number.into(),
        Err(_) => id.as_string().unwrap_or_default().into(),
    }
}
