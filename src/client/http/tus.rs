//! Resumable uploads by the protocol tus 1.0.0, with the extensions creation and
//! termination.

mod protocol;

use background_tasks_core::internals::{TusPosition, TusRequest, TusStep, TusUpload};
use background_tasks_core::{RequestError, ResumeKey, UploadEvent};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use web_sys::Url;
use yew::Callback;

use self::protocol::{has_size, invalid, metadata, position};
use super::api_url::ApiUrl;
use super::headers::Headers;
use super::storage::UploadProtocol;
use super::xhr::{self, Body, Request};
use super::{HttpStatusClient, invalid_request};
use crate::client::{Attachment, NewAttachment, file};

/// The header that every request of the protocol carries.
const TUS_RESUMABLE: (&str, &str) = ("Tus-Resumable", "1.0.0");

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
    let url = key.and_then(|key| locate(&uploads, key.as_str()));
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
    let url = locate(&uploads_url(&client), upload.as_str());
    let url = url.ok_or_else(|| invalid("the upload belongs to another server"))?;
    let own = [TUS_RESUMABLE];
    let request = client.request_with(Method::DELETE, &url, &own, None);
    let response = client.in_time(request).await?;
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
        let metadata = metadata(&[
            ("filename", &file.name()),
            ("filetype", &file.type_()),
            ("title", title),
        ]);
        let mut headers = headers(&self.client).await?;
        headers
            .set("Idempotency-Key", idempotency_key.as_str())
            .and_then(|()| headers.set("Upload-Length", &self.size.to_string()))
            .and_then(|()| headers.set("Upload-Metadata", &metadata))
            .map_err(invalid_request)?;
        let uploads = uploads_url(&self.client);
        let request = self.client.fetch(Method::POST, &uploads, headers, None);
        let response = request.await?;
        let is_created = response.status == 201;
        let headers = response.into_headers()?;
        let Some(location) = headers.get("location") else {
            let detail = "the response has no Location that this page can read";
            return Err(if is_created {
                misconfigured(detail.to_owned())
            } else {
                invalid(detail)
            });
        };
        // Tokens are not sent to any other origin that a response names.
        self.url = locate(&uploads, location).ok_or_else(|| {
            let location: String = location.chars().take(100).collect();
            misconfigured(format!(
                "the Location of an upload, {location:?}, is not of the origin of the API, as \
                 behind a proxy whose host and scheme are not forwarded"
            ))
        })?;
        let key = ResumeKey::from(self.url.as_str());
        self.on_event.emit(UploadEvent::Resumable(key));
        // A repeated creation may return an upload that already has some bytes.
        match headers.get("upload-offset") {
            Some(_) => position(&headers, self.size),
            None => Ok(TusPosition {
                offset: 0,
                attachment: None,
            }),
        }
    }

    /// `None` if the upload is of another size.
    async fn position(&self) -> Result<Option<TusPosition>, RequestError> {
        let headers = headers(&self.client).await?;
        let request = self.client.fetch(Method::HEAD, &self.url, headers, None);
        let headers = request.await?.into_headers()?;
        if !has_size(&headers, self.size) {
            return Ok(None);
        }
        let position = position(&headers, self.size)?;
        if position.offset < self.size {
            self.on_event.emit(UploadEvent::Sent {
                bytes: position.offset,
                total: self.size,
            });
        }
        Ok(Some(position))
    }

    async fn send_part(&self, offset: u64, length: u64) -> Result<TusPosition, RequestError> {
        let mut headers = headers(&self.client).await?;
        headers
            .set("Upload-Offset", &offset.to_string())
            .and_then(|()| headers.set("Content-Type", "application/offset+octet-stream"))
            .map_err(invalid_request)?;
        let mut method = "PATCH";
        if self.upload.override_method {
            headers
                .set("X-HTTP-Method-Override", method)
                .map_err(invalid_request)?;
            method = "POST";
        }
        let request = Request {
            method,
            url: self.url.clone(),
            headers,
            offset: Some(offset),
        };
        let file = &self.upload.file;
        // Below 2^53, as the size of every file.
        #[allow(clippy::cast_precision_loss)]
        let part = file.slice_with_f64_and_f64(offset as f64, (offset + length) as f64);
        let body = part.map(Body::Bytes);
        let response = xhr::send(&self.client, request, body, file, &self.on_event).await?;
        position(&response.into_headers()?, self.size)
    }
}

/// Where uploads are created.
fn uploads_url(client: &HttpStatusClient) -> ApiUrl {
    client.0.base.with_path("uploads")
}

/// The headers that every request of the protocol carries.
async fn headers(client: &HttpStatusClient) -> Result<Headers, RequestError> {
    let mut headers = client.headers().await?;
    headers
        .set(TUS_RESUMABLE.0, TUS_RESUMABLE.1)
        .map_err(invalid_request)?;
    Ok(headers)
}

/// Resolves a `Location`; `None` if it is of another origin than `uploads`. A server behind a
/// proxy may not know that the page uses HTTPS.
fn locate(uploads: &ApiUrl, location: &str) -> Option<ApiUrl> {
    let page = web_sys::window()?.document()?.base_uri().ok()??;
    let base = Url::new_with_base(uploads.as_str(), &page).ok()?;
    let location = Url::new_with_base(location, &base.href()).ok()?;
    if location.protocol() == "http:" && location.host() == base.host() {
        location.set_protocol(&base.protocol());
    }
    // A `blob:` URL has the origin of the URL inside of it.
    let is_same = location.origin() == base.origin() && location.protocol() == base.protocol();
    is_same.then(|| ApiUrl::absolute(location.href()))
}

fn misconfigured(detail: String) -> RequestError {
    RequestError::Misconfigured {
        detail: detail.into(),
    }
}
