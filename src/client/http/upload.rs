//! Bytes up, with progress: by XMLHttpRequest, since fetch reports none.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
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
use crate::clock::{BrowserClock, Clock as _};
use crate::task::{CallError, Percent};
use crate::time::Timestamp;

/// All of an upload but the file.
pub struct Request {
    pub address: Address,
    pub headers: Headers,
    pub with_credentials: bool,
    pub standstill_limit: Duration,
}

impl Request {
    /// Sends the form and waits for the answer. Dropping the future aborts it.
    ///
    /// # Errors
    ///
    /// [`CallError::Unreachable`], [`CallError::TimedOut`], or [`unsendable`]
    /// what the browser does not take.
    pub async fn send(
        self,
        upload: &NewAttachment,
        on_progress: Callback<Percent>,
    ) -> Result<Answer, CallError> {
        let refused = |_| unsendable("the browser does not take the request");
        let form = form(upload).map_err(refused)?;
        let mut transfer = Transfer::new(on_progress).map_err(refused)?;
        self.open(&transfer.request).map_err(refused)?;
        transfer
            .request
            .send_with_opt_form_data(Some(&form))
            .map_err(|_| CallError::Unreachable)?;
        transfer.wait(self.standstill_limit).await?;
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
    moved: Rc<Cell<Timestamp>>,
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Transfer {
    fn new(on_progress: Callback<Percent>) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let sending = request.upload()?;
        let moved = Rc::new(Cell::new(BrowserClock.now()));
        let on_progress = progress_listener(Rc::clone(&moved), on_progress);
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
            moved,
            _on_progress: on_progress,
            _on_end: on_end,
        })
    }

    /// Waits for the end, as long as there is movement.
    async fn wait(&mut self, limit: Duration) -> Result<(), CallError> {
        loop {
            let still = BrowserClock.now().since(self.moved.get());
            let Some(left) = limit.checked_sub(still).filter(|left| !left.is_zero()) else {
                return Err(CallError::TimedOut { limit });
            };
            match select(&mut self.ended, BrowserClock.sleep(left)).await {
                Either::Left((Ok(()), _)) => return Ok(()),
                Either::Left((Err(_), _)) => return Err(CallError::Unreachable),
                Either::Right(((), _)) => {}
            }
        }
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

fn progress_listener(
    moved: Rc<Cell<Timestamp>>,
    on_progress: Callback<Percent>,
) -> Closure<dyn FnMut(ProgressEvent)> {
    let mut told = None;
    Closure::new(move |event: ProgressEvent| {
        moved.set(BrowserClock.now());
        let share = event
            .length_computable()
            .then(|| Percent::of(event.loaded(), event.total()))
            .flatten();
        if let Some(share) = share
            && told != Some(share)
        {
            told = Some(share);
            on_progress.emit(share);
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
