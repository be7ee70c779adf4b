//! A client that the host page implements.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, RequestError, ResumeKey,
    UploadEvent,
};
use futures_util::FutureExt as _;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use super::arguments::{self, Fields};
use super::objects;
use crate::client::abort::AbortGuard;
use crate::client::file::size_of;
use crate::client::{Attachment, Call, NewAttachment, StatusClient, StorageClient, wire};

/// The object of the host page, and the client for the methods that it lacks.
pub(super) struct JsClient {
    object: JsValue,
    status: Function,
    cancel: Option<Function>,
    upload: Option<Function>,
    start: Option<Function>,
    storage: Rc<dyn StorageClient>,
    base_url: Option<String>,
}

impl JsClient {
    pub(super) fn read(
        name: &str,
        object: &JsValue,
        storage: Rc<dyn StorageClient>,
        base_url: Option<String>,
    ) -> Result<Self, JsValue> {
        let fields = Fields::of(name, object)?;
        let method = |name| fields.read(name, arguments::function);
        let wrong = || arguments::wrong(name, "an object with a method status");
        Ok(Self {
            object: object.clone(),
            status: method("status")?.ok_or_else(wrong)?,
            cancel: method("cancel")?,
            upload: method("upload")?,
            start: method("start")?,
            storage,
            base_url,
        })
    }

    /// Calls a method with `arguments` and, as the last one, an object of `options` and a
    /// `signal`. The result is read as JSON.
    fn call<T: 'static, const N: usize>(
        &self,
        method: &Function,
        arguments: Array,
        options: [(&'static str, JsValue); N],
        read: impl FnOnce(&[u8]) -> Result<T, RequestError> + 'static,
    ) -> Call<T> {
        let (object, method) = (self.object.clone(), method.clone());
        async move {
            let guard = AbortGuard::new();
            let options = objects::object(options);
            objects::set(&options, "signal", &guard.signal().into());
            arguments.push(&options);
            let result = match method.apply(&object, &arguments) {
                Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
                Err(exception) => Err(exception),
            };
            guard.disarm();
            let result = result.map_err(|exception| {
                // It may be an error in the host page's own code.
                web_sys::console::warn_2(&"yew-background-tasks: client:".into(), &exception);
                failure(&exception)
            })?;
            read(text(&result)?.as_bytes())
        }
        .boxed_local()
    }
}

impl StatusClient for JsClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let arguments = Array::of1(&objects::job(job));
        self.call(&self.status, arguments, [], wire::status)
    }

    fn base_url(&self) -> Option<String> {
        self.base_url.clone()
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        match &self.cancel {
            Some(cancel) => {
                let arguments = Array::of1(&objects::job(job));
                self.call(cancel, arguments, [], |_| Ok(()))
            }
            None => async { Ok(()) }.boxed_local(),
        }
    }
}

impl StorageClient for JsClient {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        let Some(method) = &self.upload else {
            return self.storage.upload(upload, on_event);
        };
        let total = size_of(&upload.file);
        // It may never call `onProgress`.
        on_event.emit(UploadEvent::Unobserved { bytes: total });
        let on_progress = Closure::<dyn Fn(JsValue)>::new(move |sent: JsValue| {
            if let Some(bytes) = sent.as_f64().filter(|bytes| bytes.is_finite()) {
                // Casts saturate: a negative number counts as 0.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let bytes = (bytes as u64).min(total);
                on_event.emit(UploadEvent::Sent { bytes, total });
            }
        });
        let arguments = Array::of1(&objects::new_attachment(&upload));
        // Freed by the garbage collector, since the host page may call it late.
        let options = [("onProgress", on_progress.into_js_value())];
        self.call(method, arguments, options, wire::attachment)
    }

    fn is_resumable(&self) -> bool {
        self.upload.is_none() && self.storage.is_resumable()
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
        let Some(method) = &self.start else {
            return self.storage.start(kind, attachment, idempotency_key);
        };
        let arguments = Array::of2(&kind.name().into(), &objects::attachment_id(attachment));
        let options = [("idempotencyKey", idempotency_key.as_str().into())];
        let kind = kind.clone();
        self.call(method, arguments, options, move |body| {
            wire::started_job(&kind, body)
        })
    }
}

/// A result as JSON; empty for `undefined`.
fn text(result: &JsValue) -> Result<String, RequestError> {
    let written = JSON::stringify(result).map_err(|_| RequestError::InvalidResponse {
        detail: "the result of the client is not JSON".into(),
    })?;
    Ok(written.as_string().unwrap_or_default())
}

/// An exception with a number `status` is treated as an HTTP response with that status.
fn failure(exception: &JsValue) -> RequestError {
    let field = |name: &str| Reflect::get(exception, &name.into()).ok();
    let status = field("status").and_then(|status| arguments::whole(&status));
    let Some(status) = status.and_then(|status| u16::try_from(status).ok()) else {
        return RequestError::Unreachable;
    };
    let seconds = field("retryAfter").and_then(|seconds| seconds.as_f64());
    let message = field("message").and_then(|message| message.as_string());
    RequestError::Status {
        status,
        retry_after: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        message: message
            .filter(|message| !message.is_empty())
            .map(Into::into),
    }
}
