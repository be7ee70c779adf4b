//! Toaster options from JavaScript.

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};

use super::arguments::{self, Fields};
use super::toast_options;
use crate::toast::{Inset, SwipeDirections, ToasterSettings};

/// Applies options to settings.
pub(super) fn read(settings: &mut ToasterSettings, fields: &Fields<'_>) {
    let position = fields.parsed("position", toast_options::POSITION);
    settings.position = position.unwrap_or(settings.position);
    if let Some(count) = fields.count("visibleToasts") {
        settings.visible = count as usize;
    }
    fields.flag("expand", &mut settings.expand);
    let theme = fields.parsed("theme", "light, dark or system");
    settings.theme = theme.unwrap_or(settings.theme);
    fields.flag("closeButton", &mut settings.close_button);
    if let Some(direction) = fields.value("dir", "dir").map(arguments::string) {
        settings.direction = Some(direction.into()).filter(|direction| direction != "auto");
    }
    hotkey(settings, fields);
    if let Some(gap) = fields.value("gap", "pixels") {
        settings.gap = pixels(&gap);
    }
    inset(&mut settings.inset, fields, "offset");
    inset(&mut settings.narrow_inset, fields, "mobileOffset");
    for (name, duration) in [
        ("duration", &mut settings.duration),
        ("successDuration", &mut settings.success_duration),
        ("errorDuration", &mut settings.error_duration),
    ] {
        *duration = fields.duration(name).unwrap_or(*duration);
    }
    if let Some(class) = fields.string("className") {
        settings.class = class.into();
    }
    fields.text("label", &mut settings.label);
    fields.text("closeLabel", &mut settings.close);
    fields.text("moreLabel", &mut settings.more);
    if let Some(given) = fields.value("swipeDirections", "directions") {
        settings.swipe_directions = directions(&given);
    }
    let icons = &mut settings.icons;
    fields.group("icons", &mut |fields| {
        toast_options::icon(&mut icons.default, fields, "default");
        toast_options::icon(&mut icons.loading, fields, "loading");
        toast_options::icon(&mut icons.success, fields, "success");
        toast_options::icon(&mut icons.error, fields, "error");
        toast_options::icon(&mut icons.info, fields, "info");
        toast_options::icon(&mut icons.warning, fields, "warning");
    });
    if let Some(appearance) = toast_options::appearance(fields) {
        settings.appearance = appearance;
    }
}

/// Keys such as `Alt+T`; `null` for none.
fn hotkey(settings: &mut ToasterSettings, fields: &Fields<'_>) {
    let Some(value) = fields.value("hotkey", "any") else {
        return;
    };
    let hotkey = value.as_string().and_then(|keys| keys.parse().ok());
    if hotkey.is_none() && !value.is_null() {
        fields.wrong("hotkey", "keys such as Alt+T, or null");
    }
    settings.hotkey = hotkey;
}

/// Which of left, right, up and down; `null` for those that suit the position.
fn directions(value: &JsValue) -> Option<SwipeDirections> {
    let chosen: &Array = value.dyn_ref()?;
    let is = |index| chosen.get(index).is_truthy();
    Some(SwipeDirections {
        left: is(0),
        right: is(1),
        up: is(2),
        down: is(3),
    })
}

/// A number of pixels of at most `u16::MAX`; `None` for `undefined`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rule admits no other numbers"
)]
fn pixels(value: &JsValue) -> Option<u16> {
    value.as_f64().map(|pixels| pixels as u16)
}

/// A number for all edges, or an object with numbers for some.
fn inset(inset: &mut Inset, fields: &Fields<'_>, name: &str) {
    if let Some(edges) = fields.value(name, "inset") {
        let edges: Array = edges.unchecked_into();
        let edge = |index| pixels(&edges.get(index));
        *inset = Inset {
            top: edge(0),
            right: edge(1),
            bottom: edge(2),
            left: edge(3),
        };
    }
}
