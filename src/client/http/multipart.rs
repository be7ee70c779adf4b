//! An upload in one request: a form with the title and the file.

use background_tasks_core::{RequestError, UploadEvent};
use futures_util::FutureExt as _;
use wasm_bindgen::JsValue;
use web_sys::FormData;
use yew::Callback;

use super::storage::UploadProtocol;
use super::xhr::{self, Body, Request};
use super::{HttpStatusClient, invalid_request};
use crate::client::{Attachment, NewAttachment, wire};

pub const PROTOCOL: UploadProtocol = UploadProtocol {
    send: |client, upload, on_event| send(client, upload, on_event).boxed_local(),
    discard: None,
};

async fn send(
    client: HttpStatusClient,
    upload: NewAttachment,
    on_event: Callback<UploadEvent>,
) -> Result<Attachment, RequestError> {
    let url = client.attachments_url();
    let own = client.headers(&[]).await?;
    let mut headers = own.clone();
    // The browser sets the type of a form, with its boundary.
    headers.remove("Content-Type");
    headers
        .set("Idempotency-Key", upload.idempotency_key.as_str())
        .map_err(invalid_request)?;
    let request = Request {
        method: "POST",
        url: url.clone(),
        headers,
        offset: None,
    };
    let body = form(&upload).map(Body::Form);
    match xhr::send(&client, request, body, &upload.file, &on_event).await {
        Ok(response) => wire::attachment(&response.into_body()?),
        Err(RequestError::Unreachable) => Err(client.explain_silence(&url, &own).await),
        Err(error) => Err(error),
    }
}

fn form(upload: &NewAttachment) -> Result<FormData, JsValue> {
    let form = FormData::new()?;
    // A server that streams the file knows the title before.
    form.append_with_str("title", &upload.title)?;
    form.append_with_blob_and_filename("file", &upload.file, &upload.file.name())?;
    Ok(form)
}
