//! Uploads with progress: by XMLHttpRequest, since `fetch` does not report the progress of
//! a request.

use std::cell::Cell;
use std::rc::Rc;

use background_tasks_core::CallError;
use futures_channel::oneshot;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Blob, FormData, ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType, XmlHttpRequestUpload,
};
use yew::Callback;

use super::api_url::ApiUrl;
use super::headers::Headers;
use super::response::{HttpResponse, MAX_BODY, ResponseHeaders, copy, too_long};
use super::{Credentials, HttpStatusClient, invalid_request};
use crate::client::file;

/// A request without its body.
pub struct Request {
    pub method: &'static str,
    pub url: ApiUrl,
    pub headers: Headers,
}

pub enum Body {
    Form(FormData),
    Bytes(Blob),
}

/// How many bytes of the body were sent, and how many it has.
#[derive(Clone, Copy)]
pub struct Progress {
    pub sent: u64,
    pub total: u64,
}

/// Sends a body that was made of `file` and waits for the response. Dropping the future
/// aborts the request.
///
/// # Errors
///
/// [`CallError::Unreachable`], [`CallError::FileUnreadable`], or [`invalid_request`] if the
/// browser does not accept the request.
pub async fn send(
    client: &HttpStatusClient,
    request: Request,
    body: Result<Body, JsValue>,
    file: &Blob,
    on_progress: Callback<Progress>,
) -> Result<HttpResponse, CallError> {
    let refused = |_| invalid_request("the browser does not accept the request");
    let body = body.map_err(refused)?;
    let mut transfer = Transfer::new(on_progress).map_err(refused)?;
    let with_credentials = client.0.credentials == Credentials::Include;
    open(&transfer.request, &request, with_credentials).map_err(refused)?;
    let sent = match &body {
        Body::Form(form) => transfer.request.send_with_opt_form_data(Some(form)),
        Body::Bytes(bytes) => transfer.request.send_with_opt_blob(Some(bytes)),
    };
    sent.map_err(|_| CallError::Unreachable)?;
    (&mut transfer.ended)
        .await
        .map_err(|_| CallError::Unreachable)?;
    match transfer.response() {
        // A file that changes during the upload breaks the connection, too.
        Err(CallError::Unreachable) => {
            file::check_readable(file).await?;
            Err(CallError::Unreachable)
        }
        response => response,
    }
}

fn open(xhr: &XmlHttpRequest, request: &Request, with_credentials: bool) -> Result<(), JsValue> {
    xhr.open(request.method, request.url.as_str())?;
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    xhr.set_with_credentials(with_credentials);
    for (name, value) in request.headers.iter() {
        xhr.set_request_header(name, value)?;
    }
    Ok(())
}

/// A request in flight and its event listeners. Dropping it aborts the request.
struct Transfer {
    request: XmlHttpRequest,
    upload: XmlHttpRequestUpload,
    /// The response is complete or too long, or there is none.
    ended: oneshot::Receiver<()>,
    _on_upload: Closure<dyn FnMut(ProgressEvent)>,
    _on_download: Closure<dyn FnMut(ProgressEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Transfer {
    fn new(on_progress: Callback<Progress>) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let upload = request.upload()?;
        let on_upload = progress_listener(on_progress);
        upload.set_onprogress(Some(on_upload.as_ref().unchecked_ref()));
        let (sender, ended) = oneshot::channel();
        let sender = Rc::new(Cell::new(Some(sender)));
        let end = move || {
            if let Some(sender) = sender.take() {
                // Fails only if the future was dropped.
                let _ = sender.send(());
            }
        };
        let end_if_too_long = {
            let end = end.clone();
            move |event: ProgressEvent| {
                if event.loaded() > MAX_BODY.into() {
                    end();
                }
            }
        };
        let on_download = Closure::<dyn FnMut(ProgressEvent)>::new(end_if_too_long);
        request.set_onprogress(Some(on_download.as_ref().unchecked_ref()));
        let on_end = Closure::<dyn FnMut()>::new(end);
        // Follows `load`, `error` and `abort` alike.
        request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        Ok(Self {
            request,
            upload,
            ended,
            _on_upload: on_upload,
            _on_download: on_download,
            _on_end: on_end,
        })
    }

    fn response(&self) -> Result<HttpResponse, CallError> {
        let status = match self.request.status() {
            Ok(0) | Err(_) => return Err(CallError::Unreachable),
            Ok(status) => status,
        };
        // Read one by one, headers that another origin does not expose would each be an
        // error on the console.
        let headers = self.request.get_all_response_headers();
        let body = if self.request.ready_state() == XmlHttpRequest::DONE {
            copy(&self.request.response().unwrap_or_default())
        } else {
            Err(too_long())
        };
        Ok(HttpResponse {
            status,
            headers: ResponseHeaders::Xhr(headers.unwrap_or_default()),
            body,
        })
    }
}

fn progress_listener(on_progress: Callback<Progress>) -> Closure<dyn FnMut(ProgressEvent)> {
    Closure::new(move |event: ProgressEvent| {
        if event.length_computable() {
            // By the DOM standard, integers that are not negative.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (sent, total) = (event.loaded() as u64, event.total() as u64);
            on_progress.emit(Progress { sent, total });
        }
    })
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.upload.set_onprogress(None);
        self.request.set_onprogress(None);
        self.request.set_onloadend(None);
        // Throws only if there is nothing to abort.
        let _ = self.request.abort();
    }
}
