//! Resumable uploads by the protocol tus 1.0.0, with the extensions creation and
//! termination.

mod location;
mod protocol;
mod settings;

use background_tasks_core::internals::{TusPosition, TusRequest, TusStep, TusUpload};
use background_tasks_core::{RequestError, ResumeKey, UploadEvent};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use yew::Callback;

use self::location::{is_of_page, locate};
use self::protocol::{has_size, headers_of, id_in_url, invalid, maximum_size, metadata, offset};
pub use self::settings::{CompleteUpload, TusSettings};
use super::HttpStatusClient;
use super::api_url::ApiUrl;
use super::fetch::{ApiRequest, OwnHeader};
use super::headers::Headers;
use super::storage::UploadProtocol;
use super::xhr::{self, Body, Request};
use crate::client::{Attachment, NewAttachment, file};

/// The header that every request of the protocol carries.
fn tus_resumable() -> OwnHeader {
    ("Tus-Resumable", "1.0.0".to_owned())
}

pub const PROTOCOL: UploadProtocol = UploadProtocol {
    send: |client, upload, on_event| send(client, upload, on_event).boxed_local(),
    discard: Some(|client, upload| discard(client, upload).boxed_local()),
};

/// Sends the bytes that the server does not have.
async fn send(
    client: HttpStatusClient,
    upload: NewAttachment,
    on_event: Callback<UploadEvent>,
) -> Result<Attachment, RequestError> {
    let size = file::size_of(&upload.file);
    let mut tus = TusUpload::new(size, upload.chunk_bytes);
    let uploads = uploads_url(&client);
    // The key of another server, as after a change of settings, is of no use here.
    let key = upload.resume.as_ref();
    let url = key.and_then(|key| locate(&client.0.tus, &uploads, key.as_str()));
    let mut request = TusUpload::first(url.is_some());
    let mut resumable = ResumableUpload {
        client,
        upload,
        size,
        url: url.unwrap_or(uploads),
        on_event,
    };
    loop {
        let response = match request {
            TusRequest::Create => resumable.create().await.map(Some),
            TusRequest::Position => resumable.position().await,
            TusRequest::Part { offset, length } => {
                resumable.send_part(offset, length).await.map(Some)
            }
        };
        let limit = tus.part_limit();
        request = match tus.after(request, response)? {
            TusStep::Request(request) => request,
            TusStep::Complete(id) => {
                return Ok(Attachment {
                    id,
                    title: resumable.upload.title,
                    content_type: resumable.upload.file.type_().into(),
                    size,
                });
            }
        };
        if let Some(bytes) = tus.part_limit().filter(|bytes| Some(*bytes) != limit) {
            resumable.on_event.emit(UploadEvent::PartLimit(bytes));
        }
    }
}

/// Requests that the server delete a partial upload. If it has none any more, that is a
/// success.
async fn discard(client: HttpStatusClient, upload: ResumeKey) -> Result<(), RequestError> {
    let url = locate(&client.0.tus, &uploads_url(&client), upload.as_str());
    let url = url.ok_or_else(|| invalid("the upload belongs to another server"))?;
    let request = ApiRequest::new(Method::DELETE, Ok(url)).with_headers(vec![tus_resumable()]);
    let response = client.request(request.in_time()).await?;
    match response.status {
        404 | 410 => Ok(()),
        _ => response.check(),
    }
}

struct ResumableUpload {
    client: HttpStatusClient,
    upload: NewAttachment,
    size: u64,
    /// Where the upload is, or where it is to be created.
    url: ApiUrl,
    on_event: Callback<UploadEvent>,
}

impl ResumableUpload {
    async fn create(&mut self) -> Result<TusPosition, RequestError> {
        let NewAttachment {
            file,
            title,
            idempotency_key,
            ..
        } = &self.upload;
        let settings = &self.client.0.tus;
        let uploads = uploads_url(&self.client);
        let metadata = metadata(
            &[
                ("filename", &file.name()),
                ("filetype", &file.type_()),
                ("title", title),
            ],
            &settings.metadata,
        )?;
        let mut own = vec![
            tus_resumable(),
            ("Upload-Length", self.size.to_string()),
            ("Upload-Metadata", metadata),
        ];
        if settings.allows_idempotency_key || is_of_page(&uploads) {
            own.push(("Idempotency-Key", idempotency_key.to_string()));
        }
        let request = ApiRequest::new(Method::POST, Ok(uploads.clone())).with_headers(own);
        let response = self.client.fetch(&request).await?;
        if response.status == 413
            && let Some(limit) = self.maximum_size(&uploads).await
        {
            return Err(RequestError::TooLarge { limit });
        }
        let is_created = response.status == 201;
        let headers = headers_of(response)?;
        let Some(location) = headers.get("location") else {
            let detail = "the response has no Location that this page can read";
            return Err(if is_created {
                misconfigured(detail.to_owned())
            } else {
                invalid(detail)
            });
        };
        // Tokens are not sent to any other origin that a response names.
        self.url = locate(&self.client.0.tus, &uploads, location).ok_or_else(|| {
            let location: String = location.chars().take(100).collect();
            misconfigured(format!(
                "the Location of an upload, \"{location}\", is not of an origin that the app \
                 allows, as behind a proxy whose host and scheme are not forwarded"
            ))
        })?;
        let key = ResumeKey::from(self.url.as_str());
        self.on_event.emit(UploadEvent::Resumable(key));
        // A repeated creation may return an upload that already has some bytes.
        match headers.get("upload-offset") {
            Some(_) => self.position_in(&headers),
            None => self.position_at(0, &headers),
        }
    }

    /// The limit of the server, if it has one that this upload exceeds and reports it.
    async fn maximum_size(&self, uploads: &ApiUrl) -> Option<u64> {
        let request = ApiRequest::new(Method::OPTIONS, Ok(uploads.clone()));
        let response = self.client.request(request.in_time()).await.ok()?;
        let headers = response.into_headers().ok()?;
        maximum_size(&headers).filter(|limit| *limit < self.size)
    }

    fn position_in(&self, headers: &Headers) -> Result<TusPosition, RequestError> {
        self.position_at(offset(headers, self.size)?, headers)
    }

    fn position_at(&self, offset: u64, headers: &Headers) -> Result<TusPosition, RequestError> {
        let mut attachment = protocol::attachment(headers);
        if attachment.is_none() && offset >= self.size {
            let url = self.url.as_str();
            let read = self.client.0.tus.attachment_id.as_ref();
            attachment = read
                .and_then(|read| read(&CompleteUpload { url, headers }))
                .or_else(|| id_in_url(url));
        }
        Ok(TusPosition { offset, attachment })
    }

    /// `None` if the upload is of another size.
    async fn position(&self) -> Result<Option<TusPosition>, RequestError> {
        let request = ApiRequest::new(Method::HEAD, Ok(self.url.clone()));
        let request = request.with_headers(vec![tus_resumable()]);
        let headers = headers_of(self.client.fetch(&request).await?)?;
        if !has_size(&headers, self.size) {
            return Ok(None);
        }
        let position = self.position_in(&headers)?;
        if position.offset < self.size {
            self.on_event.emit(UploadEvent::Sent {
                bytes: position.offset,
                total: self.size,
            });
        }
        Ok(Some(position))
    }

    async fn send_part(&self, offset: u64, length: u64) -> Result<TusPosition, RequestError> {
        let mut own = vec![
            tus_resumable(),
            ("Upload-Offset", offset.to_string()),
            ("Content-Type", "application/offset+octet-stream".to_owned()),
        ];
        let mut method = "PATCH";
        if self.upload.override_method {
            own.push(("X-HTTP-Method-Override", method.to_owned()));
            method = "POST";
        }
        let request = Request {
            method,
            url: self.url.clone(),
            headers: self.client.headers(&own).await?,
            offset: Some(offset),
        };
        let file = &self.upload.file;
        #[expect(
            clippy::cast_precision_loss,
            reason = "below 2^53, as the size of every file"
        )]
        let part = file.slice_with_f64_and_f64(offset as f64, (offset + length) as f64);
        let body = part.map(Body::Bytes);
        let response = xhr::send(&self.client, request, body, file, &self.on_event).await?;
        self.position_in(&headers_of(response)?)
    }
}

/// Where uploads are created.
fn uploads_url(client: &HttpStatusClient) -> ApiUrl {
    match &client.0.tus.endpoint {
        Some(url) => ApiUrl::absolute(url.clone()),
        None => client.0.base.with_path("uploads"),
    }
}

fn misconfigured(detail: String) -> RequestError {
    RequestError::Misconfigured {
        detail: detail.into(),
    }
}
