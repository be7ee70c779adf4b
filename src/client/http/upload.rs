//! Bytes up, with progress: by XMLHttpRequest, since fetch reports none.

use futures_channel::oneshot;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    FormData, ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType, XmlHttpRequestUpload,
};
use yew::Callback;

use super::address::Address;
use super::answer::{Answer, copy};
use super::headers::Headers;
use super::unsendable;
use crate::client::NewAttachment;
use crate::task::{CallError, UploadNews};

/// All of an upload but the file.
pub struct Request {
    pub address: Address,
    pub headers: Headers,
    pub with_credentials: bool,
}

impl Request {
    /// Sends the form and waits for the answer. Dropping the future aborts it.
    ///
    /// # Errors
    ///
    /// [`CallError::Unreachable`], or [`unsendable`] what the browser does not take.
    pub async fn send(
        self,
        upload: &NewAttachment,
        on_news: Callback<UploadNews>,
    ) -> Result<Answer, CallError> {
        let refused = |_| unsendable("the browser does not take the request");
        let form = form(upload).map_err(refused)?;
        let mut transfer = Transfer::new(on_news).map_err(refused)?;
        self.open(&transfer.request).map_err(refused)?;
        transfer
            .request
            .send_with_opt_form_data(Some(&form))
            .map_err(|_| CallError::Unreachable)?;
        (&mut transfer.ended)
            .await
            .map_err(|_| CallError::Unreachable)?;
        transfer.answer()
    }

    fn open(&self, request: &XmlHttpRequest) -> Result<(), JsValue> {
        request.open("POST", self.address.as_str())?;
        request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
        request.set_with_credentials(self.with_credentials);
        for (name, value) in self.headers.iter() {
            request.set_request_header(name, value)?;
        }
        Ok(())
    }
}

fn form(upload: &NewAttachment) -> Result<FormData, JsValue> {
    let form = FormData::new()?;
    form.append_with_blob_and_filename("file", &upload.file, &upload.file.name())?;
    form.append_with_str("title", &upload.title)?;
    Ok(form)
}

/// A request under way and the closures that hear of it. Ends with its owner.
struct Transfer {
    request: XmlHttpRequest,
    sending: XmlHttpRequestUpload,
    ended: oneshot::Receiver<()>,
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Transfer {
    fn new(on_news: Callback<UploadNews>) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let sending = request.upload()?;
        let on_progress = progress_listener(on_news);
        sending.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        let (end, ended) = oneshot::channel();
        let mut end = Some(end);
        let on_end = Closure::<dyn FnMut()>::new(move || {
            if let Some(end) = end.take() {
                // Nobody waits for it: then nobody is there to be told.
                let _ = end.send(());
            }
        });
        // Comes after `load`, `error` and `abort` alike.
        request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        Ok(Self {
            request,
            sending,
            ended,
            _on_progress: on_progress,
            _on_end: on_end,
        })
    }

    fn answer(&self) -> Result<Answer, CallError> {
        let header = |name| self.request.get_response_header(name).ok().flatten();
        match self.request.status() {
            Ok(0) | Err(_) => Err(CallError::Unreachable),
            Ok(status) => Ok(Answer {
                status,
                retry_after: header("retry-after"),
                date: header("date"),
                body: copy(&self.request.response().unwrap_or_default()),
            }),
        }
    }
}

fn progress_listener(on_news: Callback<UploadNews>) -> Closure<dyn FnMut(ProgressEvent)> {
    Closure::new(move |event: ProgressEvent| {
        if event.length_computable() {
            // Whole numbers that are not negative, by the DOM standard.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (bytes, total) = (event.loaded() as u64, event.total() as u64);
            on_news.emit(UploadNews::Sent { bytes, total });
        }
    })
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.sending.set_onprogress(None);
        self.request.set_onloadend(None);
        // It throws only where there is nothing to abort.
        let _ = self.request.abort();
    }
}
