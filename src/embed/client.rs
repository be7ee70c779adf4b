//! A client that the host page implements.

use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, RequestError, ResumeKey,
    UploadEvent,
};
use futures_util::FutureExt as _;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use super::{arguments, objects, page};
use crate::client::abort::AbortGuard;
use crate::client::file::size_of;
use crate::client::{Attachment, Call, NewAttachment, StatusClient, StorageClient, wire};

/// The object of the host page, and the client for the methods that it lacks.
pub(super) struct JsClient {
    object: JsValue,
    status: JsValue,
    /// `undefined` if it is missing, as the next two.
    cancel: JsValue,
    upload: JsValue,
    start: JsValue,
    storage: Rc<dyn StorageClient>,
    base_url: Option<String>,
}

impl JsClient {
    /// `client` is the object, followed by its methods.
    pub(super) fn new(
        client: JsValue,
        storage: Rc<dyn StorageClient>,
        base_url: Option<String>,
    ) -> Self {
        let client: Array = client.unchecked_into();
        Self {
            object: client.get(0),
            status: client.get(1),
            cancel: client.get(2),
            upload: client.get(3),
            start: client.get(4),
            storage,
            base_url,
        }
    }

    /// Calls a method with `values` and, as the last argument, an object of `options` and a
    /// `signal`. Returns the result as JSON; empty for `undefined`.
    fn call(&self, method: &JsValue, values: Array, options: JsValue) -> Call<String> {
        let (object, method) = (self.object.clone(), method.clone());
        async move {
            let guard = AbortGuard::new();
            let signal = guard.signal().into();
            let result = page::call(&object, &method, &values, &options, &signal);
            let result = JsFuture::from(result).await;
            guard.disarm();
            let text = result.map_err(|thrown| failure(&thrown))?.as_string();
            text.ok_or_else(|| RequestError::InvalidResponse {
                detail: "the result of the client is not JSON".into(),
            })
        }
        .boxed_local()
    }
}

impl StatusClient for JsClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let values = Array::of1(&objects::job(job));
        let text = self.call(&self.status, values, JsValue::UNDEFINED);
        async { wire::status(text.await?.as_bytes()) }.boxed_local()
    }

    fn base_url(&self) -> Option<String> {
        self.base_url.clone()
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        if self.cancel.is_undefined() {
            return async { Ok(()) }.boxed_local();
        }
        let values = Array::of1(&objects::job(job));
        let text = self.call(&self.cancel, values, JsValue::UNDEFINED);
        async { text.await.map(drop) }.boxed_local()
    }
}

impl StorageClient for JsClient {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        if self.upload.is_undefined() {
            return self.storage.upload(upload, on_event);
        }
        let total = size_of(&upload.file);
        // It may never call `onProgress`.
        on_event.emit(UploadEvent::Unobserved { bytes: total });
        let on_progress = Closure::<dyn Fn(JsValue)>::new(move |sent: JsValue| {
            if let Some(bytes) = sent.as_f64().filter(|bytes| bytes.is_finite()) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "casts saturate: a negative number counts as 0"
                )]
                let bytes = (bytes as u64).min(total);
                on_event.emit(UploadEvent::Sent { bytes, total });
            }
        });
        let values = Array::of1(&objects::new_attachment(&upload));
        // Freed by the garbage collector, since the host page may call it late.
        let options = page::field_of("onProgress", &on_progress.into_js_value());
        let text = self.call(&self.upload, values, options);
        async { wire::attachment(text.await?.as_bytes()) }.boxed_local()
    }

    fn is_resumable(&self) -> bool {
        self.upload.is_undefined() && self.storage.is_resumable()
    }

    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        self.storage.discard(upload)
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        self.storage.list()
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        self.storage.delete(id)
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        if self.start.is_undefined() {
            return self.storage.start(kind, attachment, idempotency_key);
        }
        let values = Array::of2(&kind.name().into(), &objects::attachment_id(attachment));
        let options = page::field_of("idempotencyKey", &idempotency_key.as_str().into());
        let text = self.call(&self.start, values, options);
        let kind = kind.clone();
        async move { wire::started_job(&kind, text.await?.as_bytes()) }.boxed_local()
    }
}

/// Status, seconds and message of an exception that has a status.
fn failure(thrown: &JsValue) -> RequestError {
    let parts: Option<&Array> = thrown.dyn_ref();
    let Some([status, seconds, message]) = parts.map(|it| [0, 1, 2].map(|place| it.get(place)))
    else {
        return RequestError::Unreachable;
    };
    let seconds = seconds.as_f64();
    let seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    RequestError::Status {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of 16 bits"
        )]
        status: status.as_f64().unwrap_or_default() as u16,
        retry_after: seconds.map(|seconds| arguments::millis(seconds * 1000.0)),
        message: message.as_string().map(Into::into),
    }
}
