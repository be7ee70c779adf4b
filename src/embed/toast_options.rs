//! Toast options from JavaScript.

use background_tasks_core::Percent;
use wasm_bindgen::JsValue;
use web_sys::Node;
use yew::Html;
use yew::virtual_dom::VNode;

use super::arguments::Fields;
use super::{arguments, content, objects};
use crate::toast::{
    Appearance, CloseReason, Icon, Position, Toast, ToastButton, ToastDuration, ToastKind,
};

/// A toast with these options, except `id`, which the caller reads.
pub(super) fn toast(
    kind: ToastKind,
    title: impl Into<yew::AttrValue>,
    options: &JsValue,
) -> Result<Toast, JsValue> {
    let mut toast = Toast::new(kind, title);
    // Validated also for kinds that have no progress.
    arguments::optional(options, "progress", progress)?;
    if let Some(description) = arguments::optional(options, "description", arguments::text)? {
        toast = toast.with_description(description);
    }
    if let Some(duration) = arguments::optional(options, "duration", arguments::duration)? {
        toast = toast
            .with_duration(duration.map_or(ToastDuration::UntilDismissed, ToastDuration::After));
    }
    if let Some(dismissible) = arguments::optional(options, "dismissible", arguments::boolean)? {
        toast = toast.with_dismissible(dismissible);
    }
    if let Some(shown) = arguments::optional(options, "closeButton", arguments::boolean)? {
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
    if let Some(appearance) = appearance(options)? {
        toast = toast.with_appearance(appearance);
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

/// A loading toast with `options.progress`.
pub(super) fn loading(title: String, options: &JsValue) -> Result<Toast, JsValue> {
    let progress = arguments::optional(options, "progress", progress)?.flatten();
    toast(ToastKind::Loading { progress }, title, options)
}

/// A toast with a node of the page as its content. Screen readers announce
/// `options.title`, or else the node's text.
pub(super) fn custom(node: Node, options: &JsValue) -> Result<Toast, JsValue> {
    let title = arguments::optional(options, "title", arguments::text)?;
    let spoken = title.or_else(|| node.text_content()).unwrap_or_default();
    let toast = toast(ToastKind::Default, spoken.trim().to_owned(), options)?;
    let appearance = toast.appearance.unwrap_or(Appearance::Unstyled);
    Ok(toast
        .with_content(VNode::VRef(node))
        .with_appearance(appearance))
}

/// The appearance: that of the first of three switches that is true.
pub(super) fn appearance(options: &JsValue) -> Result<Option<Appearance>, JsValue> {
    let switches = [
        ("unstyled", Appearance::Unstyled),
        ("richColors", Appearance::Rich),
        ("invert", Appearance::Inverted),
    ];
    let mut chosen = None;
    for (name, appearance) in switches {
        match arguments::optional(options, name, arguments::boolean)? {
            Some(true) => return Ok(Some(appearance)),
            Some(false) => chosen = Some(Appearance::Plain),
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
    arguments::parsed(
        name,
        value,
        "one of the six positions, such as bottom-right",
    )
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
    match fields.read("closes", arguments::boolean)? {
        Some(false) => Ok(button.keep_open()),
        Some(true) | None => Ok(button),
    }
}
