//! Toasts as JavaScript describes them (CONTRACT §6).

use wasm_bindgen::JsValue;
use web_sys::Node;
use yew::Html;
use yew::virtual_dom::VNode;

use super::arguments::Fields;
use super::{arguments, content, objects};
use crate::percent::Percent;
use crate::toast::{CloseReason, Icon, Look, Position, Stays, Toast, ToastButton, ToastKind};

/// A toast with its options; `id` is the caller's.
pub(super) fn toast(
    kind: ToastKind,
    title: impl Into<yew::AttrValue>,
    options: &JsValue,
) -> Result<Toast, JsValue> {
    let mut toast = Toast::new(kind, title);
    // Looked at in any case: a mistake is one also where it changes nothing.
    arguments::optional(options, "progress", progress)?;
    if let Some(description) = arguments::optional(options, "description", arguments::text)? {
        toast = toast.with_description(description);
    }
    if let Some(stays) = arguments::optional(options, "duration", arguments::duration)? {
        toast = toast.with_stays(stays.map_or(Stays::UntilClosed, Stays::For));
    }
    if let Some(dismissible) = arguments::optional(options, "dismissible", arguments::truth)? {
        toast = toast.with_dismissible(dismissible);
    }
    if let Some(shown) = arguments::optional(options, "closeButton", arguments::truth)? {
        toast = toast.with_close_button(shown);
    }
    if let Some(place) = arguments::optional(options, "position", position)? {
        toast = toast.with_position(place);
    }
    if let Some(toaster) = arguments::optional(options, "toaster", arguments::text)? {
        toast = toast.with_toaster(toaster);
    }
    if let Some(names) = arguments::optional(options, "className", arguments::text)? {
        toast = toast.with_class(names);
    }
    if let Some(look) = look(options)? {
        toast = toast.with_look(look);
    }
    if let Some(icon) = arguments::optional(options, "icon", icon)? {
        toast = toast.with_icon(icon);
    }
    if let Some(button) = arguments::optional(options, "action", button)? {
        toast = toast.with_action(button);
    }
    if let Some(button) = arguments::optional(options, "cancel", button)? {
        toast = toast.with_cancel(button);
    }
    if let Some(on_close) = arguments::optional(options, "onClose", arguments::function)? {
        toast = toast.with_on_close(move |reason: CloseReason| {
            objects::call(&on_close, &reason.as_str().into());
        });
    }
    Ok(toast)
}

/// A loading toast; `options.progress` is its percentage.
pub(super) fn loading(title: String, options: &JsValue) -> Result<Toast, JsValue> {
    let progress = arguments::optional(options, "progress", progress)?.flatten();
    toast(ToastKind::Loading { progress }, title, options)
}

/// A toast around a node of the page; `options.title` is what a screen reader
/// says of it, else its own text.
pub(super) fn custom(node: Node, options: &JsValue) -> Result<Toast, JsValue> {
    let title = arguments::optional(options, "title", arguments::text)?;
    let spoken = title.or_else(|| node.text_content()).unwrap_or_default();
    let toast = toast(ToastKind::Default, spoken.trim().to_owned(), options)?;
    Ok(Toast {
        content: Some(VNode::VRef(node)),
        look: toast.look.or(Some(Look::Unstyled)),
        ..toast
    })
}

/// How it is coloured: one of three switches, the first that is on.
pub(super) fn look(options: &JsValue) -> Result<Option<Look>, JsValue> {
    let switches = [
        ("unstyled", Look::Unstyled),
        ("richColors", Look::Rich),
        ("invert", Look::Inverted),
    ];
    let mut chosen = None;
    for (name, look) in switches {
        match arguments::optional(options, name, arguments::truth)? {
            Some(true) => return Ok(Some(look)),
            Some(false) => chosen = Some(Look::Plain),
            None => {}
        }
    }
    Ok(chosen)
}

pub(super) fn icon(name: &str, value: &JsValue) -> Result<Icon, JsValue> {
    if value.is_null() {
        return Ok(Icon::Hidden);
    }
    if let Some(text) = value.as_string() {
        return Ok(Icon::Custom(Html::from(text)));
    }
    let node = content::read(name, value, "a string, a node without toasts, or null")?;
    Ok(Icon::Custom(VNode::VRef(node)))
}

pub(super) fn progress(name: &str, value: &JsValue) -> Result<Option<Percent>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_f64();
    let percent = number.filter(|number| (0.0..=100.0).contains(number));
    let percent = percent.and_then(Percent::from_f64);
    let wrong = || arguments::wrong(name, "a number from 0 to 100, or null");
    percent.map(Some).ok_or_else(wrong)
}

pub(super) fn position(name: &str, value: &JsValue) -> Result<Position, JsValue> {
    arguments::parsed(name, value, "one of the six places, such as bottom-right")
}

fn button(name: &str, value: &JsValue) -> Result<ToastButton, JsValue> {
    let wrong = || arguments::wrong(name, "an object with label and onClick");
    let fields = Fields::of(name, value).map_err(|_| wrong())?;
    let label = fields.read("label", arguments::text)?.ok_or_else(wrong)?;
    let on_click = fields.read("onClick", arguments::function)?;
    let on_click = on_click.ok_or_else(wrong)?;
    let button = ToastButton::new(label, move |()| {
        objects::call(&on_click, &JsValue::UNDEFINED);
    });
    Ok(ToastButton {
        closes: fields.read("closes", arguments::truth)?.unwrap_or(true),
        ..button
    })
}
