//! A toast that shows the state of a promise.

use js_sys::{Error, Function, Object, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::{arguments, objects, toast_options};
use crate::toast::{Toast, ToastKind};

/// The options `{ loading, success, error, finally, … }`; the rest are options of all three
/// toasts.
pub(super) struct PromiseToast {
    options: JsValue,
    success: Option<JsValue>,
    error: Option<JsValue>,
    finally: Option<Function>,
}

impl PromiseToast {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        Ok(Self {
            success: arguments::field(options, "success")?,
            error: arguments::field(options, "error")?,
            finally: arguments::optional(options, "finally", arguments::function)?,
            options: options.clone(),
        })
    }

    /// The toast while the promise is pending; `None` if there is none.
    pub(super) fn loading(&self) -> Result<Option<Toast>, JsValue> {
        let Some(content) = arguments::field(&self.options, "loading")? else {
            return Ok(None);
        };
        let Some((title, options)) = self.title_and_options("loading", content)? else {
            return Ok(None);
        };
        // A description that is a function needs the outcome.
        let description = arguments::field(&options, "description")?;
        if description.is_some_and(|description| description.is_function()) {
            js_sys::Reflect::delete_property(&options, &"description".into())?;
        }
        toast_options::loading(title, &options).map(Some)
    }

    /// The toast for the outcome of `work`, a promise or a function that returns one.
    /// Exceptions of the caller's own functions are logged to the console.
    pub(super) async fn settled(self, work: JsValue) -> Option<Toast> {
        let outcome = match work.dyn_ref::<Function>() {
            Some(start) => start.call0(&JsValue::UNDEFINED),
            None => Ok(work),
        };
        let outcome = match outcome {
            Ok(work) => JsFuture::from(Promise::resolve(&work)).await,
            Err(thrown) => Err(thrown),
        };
        let outcome = outcome.and_then(|value| {
            if is_failure(&value) {
                Err(value)
            } else {
                Ok(value)
            }
        });
        let toast = self.toast(outcome).await;
        if let Some(finally) = &self.finally {
            objects::call(finally, &JsValue::UNDEFINED);
        }
        toast.unwrap_or_else(|exception| {
            web_sys::console::error_1(&exception);
            None
        })
    }

    async fn toast(&self, outcome: Result<JsValue, JsValue>) -> Result<Option<Toast>, JsValue> {
        let (name, kind, content, value) = match outcome {
            Ok(value) => ("success", ToastKind::Success, &self.success, value),
            Err(value) => ("error", ToastKind::Error, &self.error, value),
        };
        let Some(content) = content else {
            return Ok(None);
        };
        let content = evaluated(content, &value).await?;
        let Some((title, options)) = self.title_and_options(name, content)? else {
            return Ok(None);
        };
        // The description may be a function of the outcome.
        if let Some(description) = arguments::field(&options, "description")? {
            let description = evaluated(&description, &value).await?;
            js_sys::Reflect::set(&options, &"description".into(), &description)?;
        }
        toast_options::toast(kind, title, &options).map(Some)
    }

    /// The title and the options of a toast. The fields of an object override the options of
    /// all toasts.
    fn title_and_options(
        &self,
        name: &str,
        content: JsValue,
    ) -> Result<Option<(String, Object)>, JsValue> {
        let options = Object::assign(&Object::new(), self.options.unchecked_ref());
        if content.is_undefined() || content.is_null() {
            return Ok(None);
        }
        if let Some(title) = content.as_string() {
            return Ok(Some((title, options)));
        }
        let wrong = || arguments::wrong(name, "a string, or an object with a title");
        let title = arguments::optional(&content, "title", arguments::text).map_err(|_| wrong())?;
        let title = title.ok_or_else(wrong)?;
        let options = Object::assign(&options, content.unchecked_ref());
        Ok(Some((title, options)))
    }
}

/// A value, or the result of a function of the outcome, which may be async.
async fn evaluated(value: &JsValue, outcome: &JsValue) -> Result<JsValue, JsValue> {
    match value.dyn_ref::<Function>() {
        Some(function) => {
            let result = function.call1(&JsValue::UNDEFINED, outcome)?;
            JsFuture::from(Promise::resolve(&result)).await
        }
        None => Ok(value.clone()),
    }
}

/// Whether a value with which a promise was fulfilled is a failure: an `Error`, or an HTTP
/// response with an error status.
fn is_failure(value: &JsValue) -> bool {
    let response = value.dyn_ref::<Response>();
    value.is_instance_of::<Error>() || response.is_some_and(|response| !response.ok())
}
