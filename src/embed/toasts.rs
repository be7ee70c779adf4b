//! Toasts from JavaScript: `tasks.toast.success('Saved', { … })`.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::live::Live;
use super::promise::PromiseToast;
use super::{arguments, objects, page, toast_options, toaster_options};
use crate::toast::{ToastId, ToastKind, ToastPatch, Toaster, ToasterId};

/// Shows, updates and closes toasts. Every method that shows a toast returns its id.
#[wasm_bindgen]
pub struct Toasts {
    live: Rc<Live>,
}

impl Toasts {
    pub(super) const fn new(live: Rc<Live>) -> Self {
        Self { live }
    }

    fn toaster(&self) -> Result<Toaster, JsValue> {
        Ok(self.live.tasks()?.toaster().clone())
    }

    fn show(&self, kind: ToastKind, title: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        let title = arguments::text("title", title)?;
        let toast = toast_options::toast(kind, title, options)?;
        let toaster = self.toaster()?;
        let id = id(&toaster, options)?;
        toaster.upsert(&id, toast);
        Ok(id.to_string())
    }
}

/// The id in the options, or a new one.
fn id(toaster: &Toaster, options: &JsValue) -> Result<ToastId, JsValue> {
    let id = arguments::read(options, |fields| fields.value("id", "id"))?;
    Ok(id.map_or_else(|| toaster.new_id(), |id| arguments::string(id).into()))
}

#[wasm_bindgen]
impl Toasts {
    /// Shows a plain toast.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid argument, as in all methods.
    pub fn message(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Default, title, options)
    }

    /// Shows a success toast.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn success(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Success, title, options)
    }

    /// Shows an error toast.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn error(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Error, title, options)
    }

    /// Shows an information toast.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn info(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Info, title, options)
    }

    /// Shows a warning toast.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn warning(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Warning, title, options)
    }

    /// Shows a loading toast with the percentage `options.progress`.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn loading(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "LoadingToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.show(ToastKind::Loading { progress: None }, title, options)
    }

    /// Shows a node of the page as a toast. `content` may be a function that receives the id
    /// and returns the node.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn custom(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Node | ((id: string) => Node)")] content: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CustomToastOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let toaster = self.toaster()?;
        let id = id(&toaster, options)?;
        let node = page::content(content, id.as_str())?;
        toaster.upsert(&id, toast_options::custom(node, options)?);
        Ok(id.to_string())
    }

    /// Shows the state of a promise: `options.loading`, then `options.success` or
    /// `options.error`. Each is a text, or an object with `title` and options of its own; the
    /// last two may be functions of the outcome. If one of them is missing, the toast is
    /// closed instead. `work` may be a function that returns the promise.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    #[wasm_bindgen(skip_typescript)]
    pub fn promise(&self, work: JsValue, options: &JsValue) -> Result<String, JsValue> {
        let toaster = self.toaster()?;
        let id = id(&toaster, options)?;
        let promised = PromiseToast::read(options)?;
        let loading = promised.loading()?;
        let settled = promised.settled(work);
        toaster.promise_as(&id, loading, settled, |toast| toast);
        Ok(id.to_string())
    }

    /// Updates the title, description or progress of a toast.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn update(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | number")] id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "ToastPatch")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let id = arguments::id("id", id)?;
        arguments::check("options", options, "object")?;
        let patch = arguments::read(options, |fields| ToastPatch {
            title: fields.string("title").map(Into::into),
            description: fields.string("description").map(Into::into),
            progress: fields.progress("progress"),
        })?;
        self.toaster()?.patch(&ToastId::from(id.as_str()), patch);
        Ok(id)
    }

    /// Closes a toast and returns its id; closes all toasts if there is no id.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn dismiss(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "string | number")] id: &JsValue,
    ) -> Result<Option<String>, JsValue> {
        let toaster = self.toaster()?;
        if id.is_undefined() {
            toaster.dismiss_all();
            return Ok(None);
        }
        let id = arguments::id("id", id)?;
        toaster.dismiss(&ToastId::from(id.as_str()));
        Ok(Some(id))
    }

    /// All toasts that are not being closed, newest first.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "Toast[]")]
    pub fn toasts(&self) -> Result<Array, JsValue> {
        let toasts = self.toaster()?.toasts().into_iter();
        Ok(toasts.map(|entry| objects::toast(&entry)).collect())
    }

    /// The last toasts that were closed, at most 100, latest first.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "ClosedToast[]")]
    pub fn closed(&self) -> Result<Array, JsValue> {
        let closed = self.toaster()?.closed().into_iter();
        Ok(closed.map(|closed| objects::closed(&closed)).collect())
    }

    /// Applies `options` to a toaster: the default one, or the one with the id
    /// `options.toaster`. Its other settings stay as they are.
    ///
    /// # Errors
    ///
    /// See [`message`](Self::message).
    pub fn configure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ToasterOptions & { toaster?: string }")]
        options: &JsValue,
    ) -> Result<(), JsValue> {
        let all = self.toaster()?;
        let (toaster, settings) = arguments::read(options, |fields| {
            let toaster = ToasterId::from(fields.string("toaster").unwrap_or_default());
            let mut settings = all.settings_of(&toaster);
            toaster_options::read(&mut settings, fields);
            (toaster, settings)
        })?;
        all.configure(toaster, settings);
        Ok(())
    }
}
