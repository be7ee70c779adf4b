//! Resumable uploads by the protocol tus 1.0.0, with the extensions creation and
//! termination.

mod protocol;

use std::time::Duration;

use background_tasks_core::{CallError, ResumeKey, UploadEvent};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use web_sys::Url;
use yew::Callback;

use self::protocol::{Position, has_size, invalid, metadata, position};
use super::api_url::ApiUrl;
use super::headers::Headers;
use super::response::HttpResponse;
use super::storage::UploadProtocol;
use super::xhr::{self, Body, Progress, Request};
use super::{HttpStatusClient, invalid_request};
use crate::client::{Attachment, NewAttachment, file};
use crate::clock::{BrowserClock, Clock as _};

/// The header that every request of the protocol carries.
const TUS_RESUMABLE: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// How long a server has to notice that the previous request to the upload has ended.
const UNLOCK_TIME: Duration = Duration::from_secs(1);

pub const PROTOCOL: UploadProtocol = UploadProtocol {
    send: |client, upload, on_event| send(client, upload, on_event).boxed_local(),
    discard: Some(|client, upload| discard(client, upload).boxed_local()),
};

/// Sends the bytes that the server does not have.
async fn send(
    client: HttpStatusClient,
    upload: NewAttachment,
    on_event: Callback<UploadEvent>,
) -> Result<Attachment, CallError> {
    let size = file::size_of(&upload.file);
    let resumable = ResumableUpload {
        client,
        upload,
        size,
        on_event,
    };
    let (url, mut position) = resumable.resume_or_create().await?;
    let mut was_locked = false;
    loop {
        if let Some(id) = position.attachment {
            return Ok(Attachment {
                id,
                title: resumable.upload.title,
                content_type: resumable.upload.file.type_().into(),
                size,
            });
        }
        if position.offset == size {
            return Err(invalid("the response has no Attachment-Id"));
        }
        let response = resumable.send_rest(&url, position.offset).await?;
        position = match response.status {
            409 | 423 if was_locked => {
                return Err(invalid("another request writes to this upload"));
            }
            // An earlier attempt that was aborted here may not have ended on the server.
            status @ (409 | 423) => {
                was_locked = true;
                if status == 423 {
                    BrowserClock.sleep(UNLOCK_TIME).await;
                }
                let response = resumable.request_position(&url).await?;
                protocol::position(&response.into_headers()?, size)?
            }
            _ => {
                let next = protocol::position(&response.into_headers()?, size)?;
                if next.offset <= position.offset && next.attachment.is_none() {
                    return Err(invalid("the server did not accept any bytes"));
                }
                next
            }
        };
    }
}

/// Requests that the server delete a partial upload. If it has none any more, that is a
/// success.
async fn discard(client: HttpStatusClient, upload: ResumeKey) -> Result<(), CallError> {
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
    on_event: Callback<UploadEvent>,
}

impl ResumableUpload {
    /// Finds the server's partial upload, or creates one.
    async fn resume_or_create(&self) -> Result<(ApiUrl, Position), CallError> {
        let uploads = uploads_url(&self.client);
        // The key of another server, as after a change of settings, is of no use here.
        let key = self.upload.resume.as_ref();
        let Some(url) = key.and_then(|key| locate(&uploads, key.as_str())) else {
            return self.create(uploads).await;
        };
        let response = self.request_position(&url).await?;
        if matches!(response.status, 403 | 404 | 410) {
            return self.create(uploads).await;
        }
        let headers = response.into_headers()?;
        if !has_size(&headers, self.size) {
            return self.create(uploads).await;
        }
        let position = position(&headers, self.size)?;
        if position.offset < self.size {
            self.on_event.emit(UploadEvent::Sent {
                bytes: position.offset,
                total: self.size,
            });
        }
        Ok((url, position))
    }

    async fn create(&self, uploads: ApiUrl) -> Result<(ApiUrl, Position), CallError> {
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
        let request = self.client.fetch(Method::POST, &uploads, headers, None);
        let headers = request.await?.into_headers()?;
        let location = headers.get("location");
        let location = location.ok_or_else(|| invalid("the response has no Location"))?;
        // Tokens are not sent to any other origin that a response names.
        let url = locate(&uploads, location)
            .ok_or_else(|| invalid("the Location is of another origin"))?;
        let key = ResumeKey::from(url.as_str());
        self.on_event.emit(UploadEvent::Resumable(key));
        // A repeated creation may return an upload that already has some bytes.
        let position = match headers.get("upload-offset") {
            Some(_) => position(&headers, self.size)?,
            None => Position {
                offset: 0,
                attachment: None,
            },
        };
        Ok((url, position))
    }

    async fn request_position(&self, url: &ApiUrl) -> Result<HttpResponse, CallError> {
        let headers = headers(&self.client).await?;
        self.client.fetch(Method::HEAD, url, headers, None).await
    }

    async fn send_rest(&self, url: &ApiUrl, offset: u64) -> Result<HttpResponse, CallError> {
        let mut headers = headers(&self.client).await?;
        headers
            .set("Upload-Offset", &offset.to_string())
            .and_then(|()| headers.set("Content-Type", "application/offset+octet-stream"))
            .map_err(invalid_request)?;
        let request = Request {
            method: "PATCH",
            url: url.clone(),
            headers,
        };
        // Below 2^53, as the size of every file.
        #[allow(clippy::cast_precision_loss)]
        let rest = self.upload.file.slice_with_f64(offset as f64);
        let total = self.size;
        let on_progress = self.on_event.reform(move |progress: Progress| {
            let bytes = offset.saturating_add(progress.sent).min(total);
            UploadEvent::Sent { bytes, total }
        });
        let (file, body) = (&self.upload.file, rest.map(Body::Bytes));
        xhr::send(&self.client, request, body, file, on_progress).await
    }
}

/// Where uploads are created.
fn uploads_url(client: &HttpStatusClient) -> ApiUrl {
    client.0.base.with_path("uploads")
}

/// The headers that every request of the protocol carries.
async fn headers(client: &HttpStatusClient) -> Result<Headers, CallError> {
    let mut headers = client.headers().await?;
    headers
        .set(TUS_RESUMABLE.0, TUS_RESUMABLE.1)
        .map_err(invalid_request)?;
    Ok(headers)
}

/// Resolves a `Location`; `None` if it is of another origin than `uploads`.
fn locate(uploads: &ApiUrl, location: &str) -> Option<ApiUrl> {
    let page = web_sys::window()?.document()?.base_uri().ok()??;
    let base = Url::new_with_base(uploads.as_str(), &page).ok()?;
    let location = Url::new_with_base(location, &base.href()).ok()?;
    // A `blob:` URL has the origin of the URL inside of it.
    let is_same = location.origin() == base.origin() && location.protocol() == base.protocol();
    is_same.then(|| ApiUrl::absolute(location.href()))
}
