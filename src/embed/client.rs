//! A client that the host page implements.

use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, ResumeKey, UploadEvent,
};
use futures_util::FutureExt as _;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use yew::Callback;

use super::{methods, objects, page};
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

    fn call(&self, method: &JsValue, values: Array, options: JsValue) -> Call<String> {
        methods::call(&self.object, method, values, options)
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
        let values = Array::of1(&objects::new_attachment(&upload));
        let on_progress = methods::on_progress(total, on_event);
        let options = page::field_of("onProgress", &on_progress);
        let text = self.call(&self.upload, values, options);
        async { wire::attachment(text.await?.as_bytes()) }.boxed_local()
    }

    fn resumable_from(&self) -> Option<u64> {
        let own = self.upload.is_undefined();
        own.then(|| self.storage.resumable_from()).flatten()
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
