//! Toast options from JavaScript.

use std::time::Duration;

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Node;
use yew::Html;
use yew::virtual_dom::VNode;

use super::arguments::{self, Fields};
use super::objects;
use crate::toast::{Appearance, CloseReason, Icon, Toast, ToastButton, ToastDuration, ToastKind};

/// What a position must be.
pub(super) const POSITION: &str = "one of the six positions, such as bottom-right";

/// A toast with these options, except `id`, which the caller reads. A loading toast has
/// `options.progress`.
pub(super) fn toast(kind: ToastKind, title: String, options: &JsValue) -> Result<Toast, JsValue> {
    let mut toast = Toast::new(kind, title);
    arguments::read(options, |fields| apply(&mut toast, fields))?;
    Ok(toast)
}

fn apply(toast: &mut Toast, fields: &Fields<'_>) {
    // Validated also for kinds that have no progress.
    let given = fields.progress("progress").flatten();
    if let ToastKind::Loading { progress } = &mut toast.kind {
        *progress = given;
    }
    fields.text("description", &mut toast.description);
    toast.duration = match fields.duration("duration") {
        None => ToastDuration::Default,
        Some(Duration::MAX) => ToastDuration::UntilDismissed,
        Some(duration) => ToastDuration::After(duration),
    };
    fields.flag("dismissible", &mut toast.dismissible);
    toast.close_button = fields.boolean("closeButton");
    toast.position = fields.parsed("position", POSITION);
    if let Some(toaster) = fields.string("toaster") {
        toast.toaster = toaster.into();
    }
    if let Some(class) = fields.string("className") {
        toast.class = class.into();
    }
    toast.appearance = appearance(fields);
    icon(&mut toast.icon, fields, "icon");
    toast.action = button(fields, "action");
    toast.cancel = button(fields, "cancel");
    if let Some(on_close) = fields.function("onClose") {
        let on_close = move |reason: CloseReason| {
            objects::call(&on_close, &reason.as_str().into());
        };
        toast.on_close = on_close.into();
    }
}

/// A toast with a node of the page as its content. Screen readers announce
/// `options.title`, or else the node's text.
pub(super) fn custom(node: Node, options: &JsValue) -> Result<Toast, JsValue> {
    let title = arguments::read(options, |fields| fields.string("title"))?;
    let spoken = title.or_else(|| node.text_content()).unwrap_or_default();
    let mut toast = toast(ToastKind::Default, spoken.trim().to_owned(), options)?;
    toast.content = Some(VNode::VRef(node));
    toast.appearance.get_or_insert(Appearance::Unstyled);
    Ok(toast)
}

/// The appearance: that of the first of three switches that is true.
pub(super) fn appearance(fields: &Fields<'_>) -> Option<Appearance> {
    let switches = [
        ("unstyled", Appearance::Unstyled),
        ("richColors", Appearance::Rich),
        ("invert", Appearance::Inverted),
    ];
    let mut chosen = None;
    for (name, appearance) in switches {
        match fields.boolean(name) {
            Some(true) => return Some(appearance),
            Some(false) => chosen = Some(Appearance::Plain),
            None => {}
        }
    }
    chosen
}

/// A text or a node; `null` for none.
pub(super) fn icon(icon: &mut Icon, fields: &Fields<'_>, name: &str) {
    if let Some(value) = fields.value(name, "icon") {
        *icon = if value.is_null() {
            Icon::Hidden
        } else if let Some(text) = value.as_string() {
            Icon::Custom(Html::from(text))
        } else {
            Icon::Custom(VNode::VRef(value.unchecked_into()))
        };
    }
}

fn button(fields: &Fields<'_>, name: &str) -> Option<ToastButton> {
    let parts: Array = fields.value(name, "button")?.unchecked_into();
    let on_click: js_sys::Function = parts.get(1).unchecked_into();
    let on_click = move |()| objects::call(&on_click, &JsValue::UNDEFINED);
    let mut button = ToastButton::new(arguments::string(parts.get(0)), on_click);
    button.closes = !parts.get(2).is_falsy() || parts.get(2).is_undefined();
    Some(button)
}
