//! A client that the host page implements.

use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, ResumeKey, StatusUpdate,
    StreamEvent, UploadEvent,
};
use futures_util::FutureExt as _;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use yew::Callback;

use super::methods::{self, Listener};
use super::{objects, page};
use crate::client::file::size_of;
use crate::client::{
    Attachment, BatchResponse, Call, NewAttachment, StatusClient, StorageClient, wire,
};

/// The maximum number of jobs per request, as over HTTP.
const MAX_JOBS: usize = 100;

/// The object of the host page, and the client for the methods that it lacks.
pub(super) struct JsClient {
    /// The object, followed by its methods. Those that it lacks are `undefined`.
    client: Array,
    /// The kinds of jobs that it may report.
    kinds: Rc<[JobKind]>,
    storage: Rc<dyn StorageClient>,
    base_url: Option<String>,
}

/// The methods, in the order of the rule `client` of `page.js`.
#[derive(Clone, Copy)]
enum Method {
    Status = 1,
    Cancel,
    Upload,
    Start,
    List,
    Delete,
    Statuses,
    Events,
}

impl JsClient {
    pub(super) fn new(
        client: JsValue,
        kinds: Rc<[JobKind]>,
        storage: Rc<dyn StorageClient>,
        base_url: Option<String>,
    ) -> Self {
        Self {
            client: client.unchecked_into(),
            kinds,
            storage,
            base_url,
        }
    }

    fn has(&self, method: Method) -> bool {
        !self.client.get(method as u32).is_undefined()
    }

    fn call(&self, method: Method, values: Array, options: JsValue) -> Call<String> {
        let method = self.client.get(method as u32);
        methods::call(&self.client.get(0), &method, values, options)
    }
}

impl StatusClient for JsClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let values = Array::of1(&objects::job(job));
        let text = self.call(Method::Status, values, JsValue::UNDEFINED);
        async { wire::status(text.await?.as_bytes()) }.boxed_local()
    }

    fn batch_limit(&self) -> usize {
        match self.has(Method::Statuses) {
            true => MAX_JOBS,
            false => 1,
        }
    }

    fn statuses(&self, jobs: &[Job]) -> Call<BatchResponse> {
        let keys: Vec<_> = jobs.iter().map(|job| job.key.clone()).collect();
        let jobs: Array = jobs.iter().map(objects::job).collect();
        let text = self.call(Method::Statuses, Array::of1(&jobs), JsValue::UNDEFINED);
        async move { wire::statuses(text.await?.as_bytes(), &keys) }.boxed_local()
    }

    fn events(&self, on_event: Callback<StreamEvent>) -> Option<Call<()>> {
        if !self.has(Method::Events) {
            return None;
        }
        let kinds = Rc::clone(&self.kinds);
        let on_statuses = move |kind: JsValue, statuses: JsValue| {
            let (kind, text) = (kind.as_string(), statuses.as_string().unwrap_or_default());
            let kind = kinds.iter().find(|it| Some(it.name()) == kind.as_deref());
            let mut updates = Vec::new();
            if let Some(kind) = kind {
                wire::each_status(text.as_bytes(), |key, status| {
                    updates.push(StatusUpdate::new(kind.endpoint(), key, status));
                });
            }
            on_event.emit(match updates.is_empty() {
                true => StreamEvent::Alive,
                false => StreamEvent::Statuses(updates),
            });
        };
        // Freed by the garbage collector, since the host page may call it late.
        let on_statuses = Closure::<Listener>::new(on_statuses).into_js_value();
        let text = self.call(Method::Events, Array::new(), page::stream(&on_statuses));
        Some(async { text.await.map(drop) }.boxed_local())
    }

    fn base_url(&self) -> Option<String> {
        self.base_url.clone()
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        if !self.has(Method::Cancel) {
            return async { Ok(()) }.boxed_local();
        }
        let values = Array::of1(&objects::job(job));
        let text = self.call(Method::Cancel, values, JsValue::UNDEFINED);
        async { text.await.map(drop) }.boxed_local()
    }
}

impl StorageClient for JsClient {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        if !self.has(Method::Upload) {
            return self.storage.upload(upload, on_event);
        }
        let total = size_of(&upload.file);
        // It may never call `onProgress`.
        on_event.emit(UploadEvent::Unobserved { bytes: total });
        let values = Array::of1(&objects::new_attachment(&upload));
        let on_progress = methods::on_progress(total, on_event);
        let options = page::field_of("onProgress", &on_progress);
        let text = self.call(Method::Upload, values, options);
        async { wire::attachment(text.await?.as_bytes()) }.boxed_local()
    }

    fn resumable_from(&self) -> Option<u64> {
        if self.has(Method::Upload) {
            return None;
        }
        self.storage.resumable_from()
    }

    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        self.storage.discard(upload)
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        if !self.has(Method::List) {
            return self.storage.list();
        }
        let text = self.call(Method::List, Array::new(), JsValue::UNDEFINED);
        async { wire::attachments(text.await?.as_bytes()) }.boxed_local()
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        if !self.has(Method::Delete) {
            return self.storage.delete(id);
        }
        let values = Array::of1(&objects::attachment_id(id));
        let text = self.call(Method::Delete, values, JsValue::UNDEFINED);
        async { text.await.map(drop) }.boxed_local()
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        if !self.has(Method::Start) {
            return self.storage.start(kind, attachment, idempotency_key);
        }
        let values = Array::of2(&kind.name().into(), &objects::attachment_id(attachment));
        let options = page::field_of("idempotencyKey", &idempotency_key.as_str().into());
        let text = self.call(Method::Start, values, options);
        let kind = kind.clone();
        async move { wire::started_job(&kind, text.await?.as_bytes()) }.boxed_local()
    }
}
