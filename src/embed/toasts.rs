//! Toasts from JavaScript: `tasks.toast.success('Saved', { … })`.

use js_sys::Function;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::{arguments, objects};
use crate::task::Percent;
use crate::toast::{
    CloseReason, Position, Stays, Toast, ToastButton, ToastId, ToastKind, ToastPatch, Toaster,
};

/// Shows, changes and closes toasts. Every call that shows one returns its id.
#[wasm_bindgen]
pub struct Toasts {
    toaster: Toaster,
}

impl Toasts {
    pub(super) const fn new(toaster: Toaster) -> Self {
        Self { toaster }
    }

    fn show(&self, kind: ToastKind, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        let mut toast = Toast::new(kind, arguments::text("title", title)?);
        if let Some(description) = arguments::optional(options, "description", arguments::text)? {
            toast = toast.with_description(description);
        }
        if let Some(stays) = arguments::optional(options, "duration", arguments::duration)? {
            toast = toast.with_stays(stays.map_or(Stays::UntilClosed, Stays::For));
        }
        if let Some(dismissible) = arguments::optional(options, "dismissible", arguments::truth)? {
            toast = toast.with_dismissible(dismissible);
        }
        if let Some(place) = arguments::optional(options, "position", position)? {
            toast = toast.with_position(place);
        }
        if let Some(button) = arguments::optional(options, "action", button)? {
            toast = toast.with_action(button);
        }
        if let Some(button) = arguments::optional(options, "cancel", button)? {
            toast = toast.with_cancel(button);
        }
        if let Some(on_close) = arguments::optional(options, "onClose", function)? {
            toast = toast.with_on_close(move |reason| {
                objects::call(&on_close, &word(reason).into());
            });
        }
        match arguments::optional(options, "id", arguments::text_or_number)? {
            Some(id) => {
                self.toaster.upsert(&ToastId::from(id.as_str()), toast);
                Ok(id)
            }
            None => Ok(self.toaster.show(toast).to_string()),
        }
    }
}

#[wasm_bindgen]
impl Toasts {
    /// Shows a plain toast.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument, as for all calls here.
    pub fn message(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        self.show(ToastKind::Default, title, options)
    }

    /// Shows a toast for success.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn success(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        self.show(ToastKind::Success, title, options)
    }

    /// Shows a toast for failure.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn error(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        self.show(ToastKind::Error, title, options)
    }

    /// Shows a toast for information.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn info(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        self.show(ToastKind::Info, title, options)
    }

    /// Shows a toast for attention.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn warning(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        self.show(ToastKind::Warning, title, options)
    }

    /// Shows a toast for work that goes on; `options.progress` is its percentage.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn loading(&self, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        let progress = arguments::optional(options, "progress", progress)?.flatten();
        self.show(ToastKind::Loading { progress }, title, options)
    }

    /// Changes title, description or progress of a toast in place.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn update(&self, id: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        let id = arguments::text_or_number("id", id)?;
        let text = |name| arguments::optional(options, name, arguments::text);
        let patch = ToastPatch {
            title: text("title")?.map(Into::into),
            description: text("description")?.map(Into::into),
            progress: arguments::optional(options, "progress", progress)?,
        };
        self.toaster.patch(&ToastId::from(id.as_str()), patch);
        Ok(id)
    }

    /// Closes a toast; with no id, all.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn dismiss(&self, id: &JsValue) -> Result<(), JsValue> {
        if id.is_undefined() {
            self.toaster.dismiss_all();
        } else {
            let id = arguments::text_or_number("id", id)?;
            self.toaster.dismiss(&ToastId::from(id));
        }
        Ok(())
    }
}

fn progress(name: &str, value: &JsValue) -> Result<Option<Percent>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    let percent = value.as_f64().and_then(Percent::from_f64);
    let wrong = || arguments::wrong(name, "a number from 0 to 100, or null");
    percent.map(Some).ok_or_else(wrong)
}

fn position(name: &str, value: &JsValue) -> Result<Position, JsValue> {
    arguments::text(name, value)?
        .parse()
        .map_err(|_| arguments::wrong(name, "one of the six places, such as bottom-right"))
}

fn function(name: &str, value: &JsValue) -> Result<Function, JsValue> {
    let function = value.dyn_ref::<Function>().cloned();
    function.ok_or_else(|| arguments::wrong(name, "a function"))
}

fn button(name: &str, value: &JsValue) -> Result<ToastButton, JsValue> {
    let label = arguments::optional(value, "label", arguments::text)?;
    let on_click = arguments::optional(value, "onClick", function)?;
    let (Some(label), Some(on_click)) = (label, on_click) else {
        return Err(arguments::wrong(name, "an object with label and onClick"));
    };
    Ok(ToastButton::new(label, move |()| {
        objects::call(&on_click, &JsValue::UNDEFINED);
    }))
}

const fn word(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Timeout => "timeout",
        CloseReason::CloseButton => "close-button",
        CloseReason::Swipe => "swipe",
        CloseReason::Action => "action",
        CloseReason::Cancel => "cancel",
        CloseReason::Api => "api",
        CloseReason::Escape => "escape",
    }
}
