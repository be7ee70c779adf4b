//! The calls that keep files and start jobs.

use background_tasks_core::{
    AttachmentId, IdempotencyKey, JobKey, JobKind, ResumeKey, UploadEvent,
};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use serde::Serialize;
use yew::Callback;

use super::fetch::fetch;
use super::{HttpStatusClient, unsendable};
use crate::client::{Attachment, Call, NewAttachment, StorageClient, file, wire};

/// How a file is sent.
#[derive(Clone, Copy)]
pub struct UploadProtocol {
    pub send: fn(HttpStatusClient, NewAttachment, Callback<UploadEvent>) -> Call<Attachment>,
    /// Has the server drop what it has of one. None where it keeps nothing that can
    /// be gone on from.
    pub discard: Option<fn(HttpStatusClient, ResumeKey) -> Call<()>>,
}

impl StorageClient for HttpStatusClient {
    fn upload(&self, upload: NewAttachment, on_news: Callback<UploadEvent>) -> Call<Attachment> {
        let client = self.clone();
        async move {
            file::check_readable(&upload.file).await?;
            (client.0.uploads.send)(client, upload, on_news).await
        }
        .boxed_local()
    }

    /// As [`with_resumable_uploads`](HttpStatusClient::with_resumable_uploads) has it.
    fn is_resumable(&self) -> bool {
        self.0.uploads.discard.is_some()
    }

    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        match self.0.uploads.discard {
            Some(discard) => discard(self.clone(), upload.clone()),
            None => async { Ok(()) }.boxed_local(),
        }
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        let (client, address) = (self.clone(), self.attachments_address());
        async move {
            let answer = client.request_in_time(Method::GET, address).await?;
            wire::attachments(&answer.success()?)
        }
        .boxed_local()
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        let client = self.clone();
        let address = self.attachments_address().with_segment(&id.to_string());
        async move {
            let address = address.map_err(unsendable)?;
            let answer = client.request_in_time(Method::DELETE, address).await?;
            answer.accepted()
        }
        .boxed_local()
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        let client = self.clone();
        let address = self.0.base.with_path(kind.endpoint()).with_path("start");
        let body = serde_json::to_string(&Start {
            attachment_id: attachment,
        });
        let idempotency_key = idempotency_key.clone();
        let kind = kind.clone();
        async move {
            let mut headers = client.headers().await?;
            headers
                .set("Idempotency-Key", idempotency_key.as_str())
                .and_then(|()| headers.set("Content-Type", "application/json"))
                .map_err(unsendable)?;
            let body = body.map_err(unsendable)?;
            let answer = fetch(&client, Method::POST, &address, headers, Some(body)).await?;
            wire::started(&kind, &answer.success()?)
        }
        .boxed_local()
    }
}

#[derive(Serialize)]
struct Start<'a> {
    attachment_id: &'a AttachmentId,
}
