//! An upload transport that the host page implements.

use std::future::ready;

use background_tasks_core::internals::Json;
use background_tasks_core::{AttachmentId, RequestError, ResumeKey, UploadEvent};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use yew::Callback;

use super::methods::{self, Listener};
use super::{arguments, page};
use crate::client::file::size_of;
use crate::client::{Call, NewAttachment, UploadTransport};

/// The object of the host page, its methods `upload` and `discard`, and `resumableFrom`; the last
/// two may be `undefined`.
pub(super) struct JsTransport(pub(super) Array);

impl UploadTransport for JsTransport {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<AttachmentId> {
        let total = size_of(&upload.file);
        let on_progress = methods::on_progress(total, on_event.clone());
        let on_state = move |state: JsValue, _| {
            let state = arguments::string(state).into();
            on_event.emit(UploadEvent::Resumable(state));
        };
        let options = page::attempt(
            &upload.title,
            upload.idempotency_key.as_str(),
            upload.resume.as_ref().map(ResumeKey::as_str),
            // Freed by the garbage collector, as is the other.
            &Closure::<Listener>::new(on_state).into_js_value(),
            &on_progress,
        );
        let values = Array::of1(&upload.file);
        let text = methods::call(&self.0.get(0), &self.0.get(1), values, options);
        Box::pin(async {
            let id = Json::parse_body(&text.await?).ok();
            let id = id.and_then(|id| id.attachment());
            let id = id.filter(|id| *id != AttachmentId::from(""));
            id.ok_or_else(|| RequestError::InvalidResponse {
                detail: "the result of upload() must be the id of the attachment".into(),
            })
        })
    }

    fn resumable_from(&self) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the rule admits no other numbers"
        )]
        self.0.get(3).as_f64().map(|bytes| bytes as u64)
    }

    fn discard(&self, state: &ResumeKey) -> Call<()> {
        let discard = self.0.get(2);
        if discard.is_undefined() {
            return Box::pin(ready(Ok(())));
        }
        let values = Array::of1(&state.as_str().into());
        let text = methods::call(&self.0.get(0), &discard, values, JsValue::UNDEFINED);
        Box::pin(async { text.await.map(drop) })
    }
}
