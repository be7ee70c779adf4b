//! Requests about attachments, and those that start jobs.

use background_tasks_core::internals::Json;
use background_tasks_core::{
    AttachmentId, IdempotencyKey, JobKey, JobKind, RequestError, ResumeKey, UploadEvent,
};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use yew::Callback;

use super::api_url::ApiUrl;
use super::fetch::ApiRequest;
use super::{HttpStatusClient, invalid_request};
use crate::client::{Attachment, Call, NewAttachment, StorageClient, file, wire};

/// How files are uploaded.
#[derive(Clone, Copy)]
pub struct UploadProtocol {
    pub send: fn(HttpStatusClient, NewAttachment, Callback<UploadEvent>) -> Call<Attachment>,
    /// Deletes a partial upload from the server. `None` if the server keeps none.
    pub discard: Option<fn(HttpStatusClient, ResumeKey) -> Call<()>>,
}

impl StorageClient for HttpStatusClient {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        let client = self.clone();
        async move {
            file::check_readable(&upload.file).await?;
            let send = client.0.uploads.send;
            let stored = send(client.clone(), upload.clone(), on_event.clone()).await;
            match stored {
                Err(RequestError::Status { status, .. }) if client.may_sign_in(status) => {
                    send(client, upload, on_event).await
                }
                stored => stored,
            }
        }
        .boxed_local()
    }

    /// As set by [`with_resumable_uploads`](HttpStatusClient::with_resumable_uploads).
    fn resumable_from(&self) -> Option<u64> {
        self.0.uploads.discard.map(|_| 0)
    }

    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        match self.0.uploads.discard {
            Some(discard) => discard(self.clone(), upload.clone()),
            None => async { Ok(()) }.boxed_local(),
        }
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        let request = ApiRequest::new(Method::GET, Ok(self.attachments_url()));
        let response = self.request(request.in_time());
        response
            .map(|response| wire::attachments(&response?.into_body()?))
            .boxed_local()
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        let url = self.attachments_url().with_segment(&id.to_string());
        let request = ApiRequest::new(Method::DELETE, url.map_err(invalid_request));
        let response = self.request(request.in_time());
        response.map(|response| response?.check()).boxed_local()
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        let url = self.0.base.with_path(kind.endpoint()).with_path("start");
        let id = ("attachment_id".into(), Json::from(attachment));
        let body = Json::Object(vec![id]).to_string();
        let own = vec![
            ("Idempotency-Key", idempotency_key.to_string()),
            ("Content-Type", "application/json".to_owned()),
        ];
        let request = ApiRequest::new(Method::POST, Ok(url)).with_headers(own);
        let response = self.request(request.with_body(body));
        let kind = kind.clone();
        response
            .map(move |response| wire::started_job(&kind, &response?.into_body()?))
            .boxed_local()
    }
}

impl HttpStatusClient {
    pub(super) fn attachments_url(&self) -> ApiUrl {
        self.0.base.with_path("attachments")
    }
}
