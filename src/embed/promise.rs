//! A toast that shows the state of a promise.

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{arguments, objects, page, toast_options};
use crate::toast::{Toast, ToastKind};

/// The options `{ loading, success, error, finally, … }`; the rest are options of all three
/// toasts.
pub(super) struct PromiseToast {
    options: JsValue,
    finally: Option<Function>,
}

impl PromiseToast {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        let finally = arguments::read(options, |fields| fields.function("finally"))?;
        Ok(Self {
            options: page::copy(options),
            finally,
        })
    }

    /// The toast while the promise is pending; `None` if there is none.
    pub(super) fn loading(&self) -> Result<Option<Toast>, JsValue> {
        let content = page::loading(&self.options)?;
        toast(ToastKind::Loading { progress: None }, &content)
    }

    /// The toast for the outcome of `work`, a promise or a function that returns one.
    /// Exceptions of the caller's own functions are logged to the console.
    pub(super) async fn settled(self, work: JsValue) -> Option<Toast> {
        let outcome = JsFuture::from(page::outcome(&work)).await.ok()?;
        let content = JsFuture::from(page::settled(&outcome, &self.options)).await;
        let outcome: Array = outcome.unchecked_into();
        let kind = match outcome.get(0).is_truthy() {
            true => ToastKind::Error,
            false => ToastKind::Success,
        };
        let toast = content.and_then(|content| toast(kind, &content));
        if let Some(finally) = &self.finally {
            objects::call(finally, &JsValue::UNDEFINED);
        }
        toast.unwrap_or_else(|exception| {
            web_sys::console::error_1(&exception);
            None
        })
    }
}

/// The toast of a title and its options; `None` if there is no title.
fn toast(kind: ToastKind, content: &JsValue) -> Result<Option<Toast>, JsValue> {
    let Some(content) = content.dyn_ref::<Array>() else {
        return Ok(None);
    };
    let title = arguments::string(content.get(0));
    toast_options::toast(kind, title, &content.get(1)).map(Some)
}
