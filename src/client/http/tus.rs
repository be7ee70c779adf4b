//! An upload that goes on from where it was: by the protocol tus 1.0.0 with its
//! extensions creation and termination.

mod protocol;

use std::time::Duration;

use background_tasks_core::{CallError, ResumeKey, UploadEvent};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use web_sys::Url;
use yew::Callback;

use self::protocol::{Position, is_of_size, metadata, not_understood, position};
use super::address::Address;
use super::answer::Answer;
use super::fetch::fetch;
use super::headers::Headers;
use super::storage::UploadProtocol;
use super::transfer::{self, Body, Request};
use super::{HttpStatusClient, unsendable};
use crate::client::{Attachment, NewAttachment, file};
use crate::clock::{BrowserClock, Clock as _};

/// How long a server has to notice that the request before this one is over.
const UNLOCKING: Duration = Duration::from_secs(1);

/// The file from where the server has it.
pub const PROTOCOL: UploadProtocol = UploadProtocol {
    send: |client, upload, on_news| send(client, upload, on_news).boxed_local(),
    discard: Some(|client, upload| discard(client, upload).boxed_local()),
};

/// Sends what the server does not have of a file.
async fn send(
    client: HttpStatusClient,
    upload: NewAttachment,
    on_news: Callback<UploadEvent>,
) -> Result<Attachment, CallError> {
    let size = file::size_of(&upload.file);
    let sending = Sending {
        client,
        upload,
        size,
        on_news,
    };
    let (address, mut at) = sending.begin().await?;
    let mut is_repeated = false;
    loop {
        if let Some(id) = at.attachment {
            return Ok(Attachment {
                id,
                title: sending.upload.title,
                content_type: sending.upload.file.type_().into(),
                size,
            });
        }
        if at.offset == size {
            return Err(not_understood("the answer has no Attachment-Id"));
        }
        let answer = sending.send_rest(&address, at.offset).await?;
        at = match answer.status {
            409 | 423 if is_repeated => {
                return Err(not_understood("another request writes to this upload"));
            }
            // An attempt that was given up here may not be over there.
            code @ (409 | 423) => {
                is_repeated = true;
                if code == 423 {
                    BrowserClock.sleep(UNLOCKING).await;
                }
                position(&sending.ask(&address).await?.succeeded()?, size)?
            }
            _ => {
                let next = position(&answer.succeeded()?, size)?;
                if next.offset <= at.offset && next.attachment.is_none() {
                    return Err(not_understood("the server took no byte"));
                }
                next
            }
        };
    }
}

/// Tells the server that it need not keep what it has of an upload. That it has
/// nothing any more is as well.
async fn discard(client: HttpStatusClient, upload: ResumeKey) -> Result<(), CallError> {
    let address = locate(&uploads(&client), upload.as_str());
    let address = address.ok_or_else(|| not_understood("the upload is of another server"))?;
    let headers = headers(&client).await?;
    let request = fetch(&client, Method::DELETE, &address, headers, None);
    let answer = client.in_time(request).await?;
    match answer.status {
        404 | 410 => Ok(()),
        _ => answer.accepted(),
    }
}

struct Sending {
    client: HttpStatusClient,
    upload: NewAttachment,
    size: u64,
    on_news: Callback<UploadEvent>,
}

impl Sending {
    /// Finds the server's upload, or has it make one.
    async fn begin(&self) -> Result<(Address, Position), CallError> {
        let uploads = uploads(&self.client);
        // One of another server, as after a change of settings, is no use here.
        let known = self.upload.resume.as_ref();
        let Some(address) = known.and_then(|key| locate(&uploads, key.as_str())) else {
            return self.create(uploads).await;
        };
        let answer = self.ask(&address).await?;
        if matches!(answer.status, 403 | 404 | 410) {
            return self.create(uploads).await;
        }
        let headers = answer.succeeded()?;
        if !is_of_size(&headers, self.size) {
            return self.create(uploads).await;
        }
        let at = position(&headers, self.size)?;
        if at.offset < self.size {
            self.on_news.emit(UploadEvent::Sent {
                bytes: at.offset,
                total: self.size,
            });
        }
        Ok((address, at))
    }

    async fn create(&self, uploads: Address) -> Result<(Address, Position), CallError> {
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
            .map_err(unsendable)?;
        let answer = fetch(&self.client, Method::POST, &uploads, headers, None).await?;
        let headers = answer.succeeded()?;
        let location = headers.get("location");
        let location = location.ok_or_else(|| not_understood("the answer has no Location"))?;
        // No token may go to where else an answer points.
        let address = locate(&uploads, location)
            .ok_or_else(|| not_understood("the Location is of another origin"))?;
        let key = ResumeKey::from(address.as_str());
        self.on_news.emit(UploadEvent::Resumable(key));
        // A repeated creation may find an upload that is under way, and say how far it is.
        let at = match headers.get("upload-offset") {
            Some(_) => position(&headers, self.size)?,
            None => Position {
                offset: 0,
                attachment: None,
            },
        };
        Ok((address, at))
    }

    async fn ask(&self, address: &Address) -> Result<Answer, CallError> {
        let headers = headers(&self.client).await?;
        fetch(&self.client, Method::HEAD, address, headers, None).await
    }

    async fn send_rest(&self, address: &Address, offset: u64) -> Result<Answer, CallError> {
        let mut headers = headers(&self.client).await?;
        headers
            .set("Upload-Offset", &offset.to_string())
            .and_then(|()| headers.set("Content-Type", "application/offset+octet-stream"))
            .map_err(unsendable)?;
        let request = Request {
            method: "PATCH",
            address: address.clone(),
            headers,
        };
        #[allow(clippy::cast_precision_loss)] // Below 2^53, as every file's size.
        let rest = self.upload.file.slice_with_f64(offset as f64);
        let total = self.size;
        let on_progress = self.on_news.reform(move |progress: transfer::Progress| {
            let bytes = offset.saturating_add(progress.sent).min(total);
            UploadEvent::Sent { bytes, total }
        });
        let (file, body) = (&self.upload.file, rest.map(Body::Bytes));
        transfer::send(&self.client, request, body, file, on_progress).await
    }
}

/// Where uploads are created.
fn uploads(client: &HttpStatusClient) -> Address {
    client.0.base.with_path("uploads")
}

/// The headers of every request of the protocol.
async fn headers(client: &HttpStatusClient) -> Result<Headers, CallError> {
    let mut headers = client.headers().await?;
    headers.set("Tus-Resumable", "1.0.0").map_err(unsendable)?;
    Ok(headers)
}

/// Where a `Location` is, or `None` where that is another origin than `uploads`.
fn locate(uploads: &Address, location: &str) -> Option<Address> {
    let page = web_sys::window()?.document()?.base_uri().ok()??;
    let base = Url::new_with_base(uploads.as_str(), &page).ok()?;
    let location = Url::new_with_base(location, &base.href()).ok()?;
    // A `blob:` is of the origin that is within it.
    let is_same = location.origin() == base.origin() && location.protocol() == base.protocol();
    is_same.then(|| Address::located(location.href()))
}
