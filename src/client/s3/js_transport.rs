//! The transport of `s3.js`.

use background_tasks_core::{AttachmentId, ResumeKey, UploadEvent};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use super::conversion::{attachment_id_from, failure, field, object, set, whole};
use crate::client::abort::AbortGuard;
use crate::client::file::size_of;
use crate::client::{Call, NewAttachment};

pub(super) struct JsTransport(pub(super) JsValue);

impl JsTransport {
    pub(super) fn upload(
        &self,
        upload: &NewAttachment,
        on_event: Callback<UploadEvent>,
    ) -> Call<AttachmentId> {
        let options = options(upload, on_event);
        let values = Array::of2(&upload.file, &options);
        let result = self.call("upload", values, options);
        Box::pin(async { Ok(attachment_id_from(&result.await?)) })
    }

    pub(super) fn discard(&self, state: &ResumeKey) -> Call<()> {
        let options = Object::new();
        let values = Array::of2(&state.as_str().into(), &options);
        let result = self.call("discard", values, options);
        Box::pin(async { result.await.map(drop) })
    }

    /// Calls a method with `values`. `options`, one of them, gets a signal that is aborted if the
    /// future is dropped.
    fn call(&self, method: &str, values: Array, options: Object) -> Call<JsValue> {
        let object = self.0.clone();
        let method: Function = field(&object, method).unchecked_into();
        Box::pin(async move {
            let guard = AbortGuard::new();
            set(&options, "signal", &guard.signal().into());
            let result = match Reflect::apply(&method, &object, &values) {
                Ok(result) => JsFuture::from(Promise::resolve(&result)).await,
                Err(thrown) => Err(thrown),
            };
            guard.disarm();
            result.map_err(|thrown| failure(&thrown))
        })
    }
}

fn options(upload: &NewAttachment, on_event: Callback<UploadEvent>) -> Object {
    let total = size_of(&upload.file);
    let progress = on_event.clone();
    let on_state = move |state: String| on_event.emit(UploadEvent::Resumable(state.into()));
    let on_progress = move |sent: JsValue, unobserved: JsValue| {
        if let Some(bytes) = whole(&sent) {
            progress.emit(UploadEvent::Sent { bytes, total });
        }
        if let Some(bytes) = whole(&unobserved) {
            progress.emit(UploadEvent::Unobserved { bytes });
        }
    };
    // The functions are freed by the garbage collector, since they may be called late.
    let on_state = Closure::<dyn Fn(String)>::new(on_state).into_js_value();
    let on_progress = Closure::<dyn Fn(JsValue, JsValue)>::new(on_progress).into_js_value();
    let state = upload.resume.as_ref().map(ResumeKey::as_str);
    object([
        ("title", JsValue::from_str(&upload.title)),
        ("idempotencyKey", upload.idempotency_key.as_str().into()),
        ("state", state.into()),
        ("onState", on_state),
        ("onProgress", on_progress),
    ])
}
