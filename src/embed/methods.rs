//! Calls of methods of the host page's objects.

use background_tasks_core::{RequestError, UploadEvent};
use futures_util::FutureExt as _;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use super::{arguments, page};
use crate::client::Call;
use crate::client::abort::AbortGuard;

/// A function for the host page that may throw. It may be called with fewer arguments. There are
/// only this type and [`Listener`], because each costs 100 bytes of the package.
pub(super) type Method = dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>;

/// A function for the host page that returns nothing.
pub(super) type Listener = dyn Fn(JsValue, JsValue);

/// Calls a method with `values` and, as the last argument, an object of `options` and a
/// `signal`. Returns the result as JSON; empty for `undefined`.
pub(super) fn call(
    object: &JsValue,
    method: &JsValue,
    values: Array,
    options: JsValue,
) -> Call<String> {
    let (object, method) = (object.clone(), method.clone());
    async move {
        let guard = AbortGuard::new();
        let signal = guard.signal().into();
        let result = page::call(&object, &method, &values, &options, &signal);
        let result = JsFuture::from(result).await;
        guard.disarm();
        let text = result.map_err(|thrown| failure(&thrown))?.as_string();
        text.ok_or_else(|| RequestError::InvalidResponse {
            detail: "the result of the client is not JSON".into(),
        })
    }
    .boxed_local()
}

/// The function `onProgress` of an upload of so many bytes. The garbage collector frees it, since
/// the host page may call it late.
pub(super) fn on_progress(total: u64, on_event: Callback<UploadEvent>) -> JsValue {
    let bytes = move |number: JsValue| {
        let number = number.as_f64().filter(|number| number.is_finite());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "casts saturate: a negative number counts as 0"
        )]
        number.map(|number| (number as u64).min(total))
    };
    Closure::<Listener>::new(move |sent, unobserved| {
        let sent = bytes(sent).map(|bytes| UploadEvent::Sent { bytes, total });
        let unobserved = bytes(unobserved).map(|bytes| UploadEvent::Unobserved { bytes });
        for event in [sent, unobserved].into_iter().flatten() {
            on_event.emit(event);
        }
    })
    .into_js_value()
}

/// Status, seconds, message and reason of an exception that has a status or a reason.
fn failure(thrown: &JsValue) -> RequestError {
    let parts: Option<&Array> = thrown.dyn_ref();
    let Some([status, seconds, message, reason]) =
        parts.map(|it| [0, 1, 2, 3].map(|place| it.get(place)))
    else {
        return RequestError::Unreachable;
    };
    let message = message.as_string().map(Into::into);
    if let Some(reason) = reason.as_string() {
        let detail = message.unwrap_or_default();
        return match &*reason {
            "misconfigured" => RequestError::Misconfigured { detail },
            "not-sent" => RequestError::NotSent { detail },
            "invalid-response" => RequestError::InvalidResponse { detail },
            _ => RequestError::Unreachable,
        };
    }
    let seconds = seconds.as_f64();
    let seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    RequestError::Status {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of 16 bits"
        )]
        status: status.as_f64().unwrap_or_default() as u16,
        retry_after: seconds.map(|seconds| arguments::millis(seconds * 1000.0)),
        message,
    }
}
