//! Toasts for a Promise: loading while it is pending, then how it was settled.

use js_sys::{Error, Function, Object, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::{arguments, objects, toast_options};
use crate::toast::{Toast, ToastKind};

/// What the caller wants to be said: `{ loading, success, error, finally, … }`,
/// where the rest are options of all three toasts.
pub(super) struct Promised {
    options: JsValue,
    success: Option<JsValue>,
    error: Option<JsValue>,
    finally: Option<Function>,
}

impl Promised {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        Ok(Self {
            success: arguments::field(options, "success")?,
            error: arguments::field(options, "error")?,
            finally: arguments::optional(options, "finally", arguments::function)?,
            options: options.clone(),
        })
    }

    /// The toast while it is pending; none where nothing is to be said.
    pub(super) fn loading(&self) -> Result<Option<Toast>, JsValue> {
        let Some(said) = arguments::field(&self.options, "loading")? else {
            return Ok(None);
        };
        let Some((title, options)) = self.content("loading", said)? else {
            return Ok(None);
        };
        // A description that is a function waits for the outcome as well.
        let description = arguments::field(&options, "description")?;
        if description.is_some_and(|description| description.is_function()) {
            js_sys::Reflect::delete_property(&options, &"description".into())?;
        }
        toast_options::loading(title, &options).map(Some)
    }

    /// Waits for `work`, a Promise or a function that gives one. What goes wrong
    /// in the caller's own functions is put on the console.
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
        let (name, kind, said, value) = match outcome {
            Ok(value) => ("success", ToastKind::Success, &self.success, value),
            Err(value) => ("error", ToastKind::Error, &self.error, value),
        };
        let Some(said) = said else {
            return Ok(None);
        };
        let said = evaluated(said, &value).await?;
        let Some((title, options)) = self.content(name, said)? else {
            return Ok(None);
        };
        // The description for all may be a function of the outcome.
        if let Some(description) = arguments::field(&options, "description")? {
            let description = evaluated(&description, &value).await?;
            js_sys::Reflect::set(&options, &"description".into(), &description)?;
        }
        toast_options::toast(kind, title, &options).map(Some)
    }

    /// Title and options: of a text, those for all; of an object, its own above those.
    fn content(&self, name: &str, said: JsValue) -> Result<Option<(String, Object)>, JsValue> {
        let options = Object::assign(&Object::new(), self.options.unchecked_ref());
        if said.is_undefined() || said.is_null() {
            return Ok(None);
        }
        if let Some(title) = said.as_string() {
            return Ok(Some((title, options)));
        }
        let wrong = || arguments::wrong(name, "a string, or an object with a title");
        let title = arguments::optional(&said, "title", arguments::text).map_err(|_| wrong())?;
        let title = title.ok_or_else(wrong)?;
        let options = Object::assign(&options, said.unchecked_ref());
        Ok(Some((title, options)))
    }
}

/// A value, or what a function of the outcome gives, now or later.
async fn evaluated(said: &JsValue, outcome: &JsValue) -> Result<JsValue, JsValue> {
    match said.dyn_ref::<Function>() {
        Some(function) => {
            let said = function.call1(&JsValue::UNDEFINED, outcome)?;
            JsFuture::from(Promise::resolve(&said)).await
        }
        None => Ok(said.clone()),
    }
}

/// What is resolved and still no success: an `Error`, or an answer such as 404.
fn is_failure(value: &JsValue) -> bool {
    let response = value.dyn_ref::<Response>();
    value.is_instance_of::<Error>() || response.is_some_and(|response| !response.ok())
}
