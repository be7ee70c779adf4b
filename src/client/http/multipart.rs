//! An upload in one request: a form with the file and its title (CONTRACT §1).

use background_tasks_core::{CallError, UploadEvent};
use futures_util::FutureExt as _;
use wasm_bindgen::JsValue;
use web_sys::FormData;
use yew::Callback;

use super::storage::UploadProtocol;
use super::transfer::{self, Body, Request};
use super::{HttpStatusClient, unsendable};
use crate::client::{Attachment, NewAttachment, wire};

/// All of the file in one request.
pub const PROTOCOL: UploadProtocol = UploadProtocol {
    send: |client, upload, on_news| send(client, upload, on_news).boxed_local(),
    discard: None,
};

async fn send(
    client: HttpStatusClient,
    upload: NewAttachment,
    on_news: Callback<UploadEvent>,
) -> Result<Attachment, CallError> {
    let mut headers = client.headers().await?;
    headers
        .set("Idempotency-Key", upload.idempotency_key.as_str())
        .map_err(unsendable)?;
    let request = Request {
        method: "POST",
        address: client.attachments_address(),
        headers,
    };
    let on_progress = on_news.reform(|progress: transfer::Progress| UploadEvent::Sent {
        bytes: progress.sent,
        total: progress.total,
    });
    let body = form(&upload).map(Body::Form);
    let answer = transfer::send(&client, request, body, &upload.file, on_progress).await?;
    wire::attachment(&answer.success()?)
}

fn form(upload: &NewAttachment) -> Result<FormData, JsValue> {
    let form = FormData::new()?;
    form.append_with_blob_and_filename("file", &upload.file, &upload.file.name())?;
    form.append_with_str("title", &upload.title)?;
    Ok(form)
}
