//! Uploads with progress: by XMLHttpRequest, since `fetch` does not report the progress of
//! a request.

use std::cell::Cell;
use std::rc::Rc;

use background_tasks_core::{RequestError, UploadEvent};
use futures_channel::oneshot;
use js_sys::Reflect;
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
    /// Where the body begins in the file, if it is a part of it.
    pub offset: Option<u64>,
}

pub enum Body {
    Form(FormData),
    Bytes(Blob),
}

/// Sends a body that was made of the upload's file and waits for the response. Dropping the
/// future aborts the request.
///
/// # Errors
///
/// [`RequestError::Unreachable`], or [`invalid_request`] if the browser does not accept the
/// request.
pub async fn send(
    client: &HttpStatusClient,
    request: Request,
    body: Result<Body, JsValue>,
    file: &Blob,
    on_event: &Callback<UploadEvent>,
) -> Result<HttpResponse, RequestError> {
    let refused = |_| invalid_request("the browser does not accept the request");
    let body = body.map_err(refused)?;
    let size = file::size_of(file);
    let bytes = match &body {
        Body::Form(_) => size,
        Body::Bytes(bytes) => file::size_of(bytes),
    };
    let progress = ObservedProgress {
        offset: request.offset,
        size,
        is_blind: Cell::new(has_service_worker()),
        on_event: on_event.clone(),
    };
    if progress.is_blind.get() {
        on_event.emit(UploadEvent::Unobserved { bytes });
    }
    let mut transfer = Transfer::new(progress).map_err(refused)?;
    let with_credentials = client.0.credentials == Credentials::Include;
    open(&transfer.request, &request, with_credentials).map_err(refused)?;
    let sent = match &body {
        Body::Form(form) => transfer.request.send_with_opt_form_data(Some(form)),
        Body::Bytes(bytes) => transfer.request.send_with_opt_blob(Some(bytes)),
    };
    sent.map_err(|_| RequestError::Unreachable)?;
    (&mut transfer.ended)
        .await
        .map_err(|_| RequestError::Unreachable)?;
    // A file that changes during the upload breaks the connection, too. It is checked before
    // the next attempt and not here: WebKit cuts off requests and reads of files when the page
    // is left.
    transfer.response()
}

/// Whether a service worker may handle the page's requests. The browser reports nothing of
/// what a service worker sends.
fn has_service_worker() -> bool {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let navigator = field(&js_sys::global(), "navigator");
    field(&field(&navigator, "serviceWorker"), "controller").is_truthy()
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
    fn new(progress: ObservedProgress) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let upload = request.upload()?;
        let on_upload = Closure::new(move |event: ProgressEvent| progress.report(&event));
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

    fn response(&self) -> Result<HttpResponse, RequestError> {
        let status = match self.request.status() {
            Ok(0) | Err(_) => return Err(RequestError::Unreachable),
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

/// What the browser reports of a body that is being sent.
struct ObservedProgress {
    /// Where the body begins in the file, if it is a part of it.
    offset: Option<u64>,
    /// The size of the file.
    size: u64,
    /// Whether a service worker may send the body, of which nothing was reported yet.
    is_blind: Cell<bool>,
    on_event: Callback<UploadEvent>,
}

impl ObservedProgress {
    fn report(&self, event: &ProgressEvent) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "integers that are not negative, by the DOM standard"
        )]
        let (sent, total) = (event.loaded() as u64, event.total() as u64);
        if !event.length_computable() {
            let bytes = self.size;
            return self.on_event.emit(UploadEvent::Unobserved { bytes });
        }
        // The body may have got no further than the service worker.
        if self.is_blind.get() && sent >= total {
            return;
        }
        self.is_blind.set(false);
        let Some(offset) = self.offset else {
            let bytes = sent;
            return self.on_event.emit(UploadEvent::Sent { bytes, total });
        };
        let bytes = offset.saturating_add(sent).min(self.size);
        let size = self.size;
        self.on_event.emit(UploadEvent::Sent { bytes, total: size });
        if sent >= total && bytes < size {
            self.on_event.emit(UploadEvent::PartSent);
        }
    }
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
