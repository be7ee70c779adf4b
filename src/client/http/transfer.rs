//! Bytes up, with progress: by XMLHttpRequest, since fetch reports none.

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

use super::address::Address;
use super::answer::{Answer, LONGEST_BODY, Received, copy, too_long};
use super::headers::Headers;
use super::{Credentials, HttpStatusClient, unsendable};
use crate::client::file;

/// All of a request but its body.
pub struct Request {
    pub method: &'static str,
    pub address: Address,
    pub headers: Headers,
}

/// What is sent.
pub enum Body {
    Form(FormData),
    Bytes(Blob),
}

/// How much of the body is sent, and how much it is.
#[derive(Clone, Copy)]
pub struct Progress {
    pub sent: u64,
    pub total: u64,
}

/// Sends what was made of a file and waits for the answer. Dropping the future
/// aborts it.
///
/// # Errors
///
/// [`CallError::Unreachable`], [`CallError::FileUnreadable`], or [`unsendable`]
/// what the browser does not take.
pub async fn send(
    client: &HttpStatusClient,
    request: Request,
    body: Result<Body, JsValue>,
    file: &Blob,
    on_progress: Callback<Progress>,
) -> Result<Answer, CallError> {
    let refused = |_| unsendable("the browser does not take the request");
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
    match transfer.answer() {
        // A file that changed under way breaks the connection, too.
        Err(CallError::Unreachable) => {
            file::check_readable(file).await?;
            Err(CallError::Unreachable)
        }
        answer => answer,
    }
}

fn open(xhr: &XmlHttpRequest, request: &Request, with_credentials: bool) -> Result<(), JsValue> {
    xhr.open(request.method, request.address.as_str())?;
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    xhr.set_with_credentials(with_credentials);
    for (name, value) in request.headers.iter() {
        xhr.set_request_header(name, value)?;
    }
    Ok(())
}

/// A request under way and the closures that hear of it. Ends with its owner.
struct Transfer {
    request: XmlHttpRequest,
    sending: XmlHttpRequestUpload,
    ended: oneshot::Receiver<()>,
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
    _on_download: Closure<dyn FnMut(ProgressEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Transfer {
    fn new(on_progress: Callback<Progress>) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let sending = request.upload()?;
        let on_progress = progress_listener(on_progress);
        sending.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        let (sender, ended) = oneshot::channel();
        let sender = Rc::new(Cell::new(Some(sender)));
        let end = move || {
            if let Some(sender) = sender.take() {
                // Fails only if nobody waits any more.
                let _ = sender.send(());
            }
        };
        // A response that is too long is not awaited.
        let on_download = {
            let end = end.clone();
            Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
                if event.loaded() > LONGEST_BODY as f64 {
                    end();
                }
            })
        };
        request.set_onprogress(Some(on_download.as_ref().unchecked_ref()));
        let on_end = Closure::<dyn FnMut()>::new(end);
        // Follows `load`, `error` and `abort` alike.
        request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        Ok(Self {
            request,
            sending,
            ended,
            _on_progress: on_progress,
            _on_download: on_download,
            _on_end: on_end,
        })
    }

    fn answer(&self) -> Result<Answer, CallError> {
        match self.request.status() {
            Ok(0) | Err(_) => Err(CallError::Unreachable),
            Ok(status) => Ok(Answer {
                status,
                // Asked for one by one, those that another origin keeps to
                // itself would each be an error on the console.
                headers: Received::Written(
                    self.request.get_all_response_headers().unwrap_or_default(),
                ),
                body: if self.request.ready_state() == XmlHttpRequest::DONE {
                    copy(&self.request.response().unwrap_or_default())
                } else {
                    Err(too_long())
                },
            }),
        }
    }
}

fn progress_listener(on_progress: Callback<Progress>) -> Closure<dyn FnMut(ProgressEvent)> {
    Closure::new(move |event: ProgressEvent| {
        if event.length_computable() {
            // Whole numbers that are not negative, by the DOM standard.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (sent, total) = (event.loaded() as u64, event.total() as u64);
            on_progress.emit(Progress { sent, total });
        }
    })
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.sending.set_onprogress(None);
        self.request.set_onprogress(None);
        self.request.set_onloadend(None);
        // It throws only where there is nothing to abort.
        let _ = self.request.abort();
    }
}
