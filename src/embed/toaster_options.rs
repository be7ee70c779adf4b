//! Toaster options from JavaScript.

use std::time::Duration;

use wasm_bindgen::{JsCast as _, JsValue};

use super::arguments::Fields;
use super::{arguments, toast_options};
use crate::toast::{Hotkey, Icon, Icons, Inset, SwipeDirections, Theme, ToasterSettings};

/// `settings`, with `options` applied.
pub(super) fn read(
    mut settings: ToasterSettings,
    options: &JsValue,
) -> Result<ToasterSettings, JsValue> {
    let fields = Fields::of_options(options)?;
    fields.set(&mut settings.position, "position", toast_options::position)?;
    fields.set(&mut settings.visible, "visibleToasts", count)?;
    fields.set(&mut settings.expand, "expand", arguments::boolean)?;
    fields.set(&mut settings.theme, "theme", theme)?;
    fields.set(
        &mut settings.close_button,
        "closeButton",
        arguments::boolean,
    )?;
    fields.set(&mut settings.direction, "dir", direction)?;
    fields.set(&mut settings.hotkey, "hotkey", hotkey)?;
    fields.set(&mut settings.gap, "gap", |name, value| {
        pixels(name, value).map(Some)
    })?;
    fields.set(&mut settings.inset, "offset", inset)?;
    fields.set(&mut settings.narrow_inset, "mobileOffset", inset)?;
    fields.set(&mut settings.duration, "duration", duration)?;
    fields.set(&mut settings.success_duration, "successDuration", duration)?;
    fields.set(&mut settings.error_duration, "errorDuration", duration)?;
    fields.set(&mut settings.class, "className", |name, value| {
        arguments::text(name, value).map(Into::into)
    })?;
    fields.set(&mut settings.label, "label", text)?;
    fields.set(&mut settings.close, "closeLabel", text)?;
    fields.set(&mut settings.more, "moreLabel", text)?;
    fields.set(
        &mut settings.swipe_directions,
        "swipeDirections",
        directions,
    )?;
    fields.read("icons", |name, value| {
        set_icons(&mut settings.icons, name, value)
    })?;
    if let Some(appearance) = toast_options::appearance(options)? {
        settings.appearance = appearance;
    }
    Ok(settings)
}

fn set_icons(icons: &mut Icons, name: &str, value: &JsValue) -> Result<(), JsValue> {
    let fields = Fields::of(name, value)?;
    let all: [(&str, &mut Icon); 6] = [
        ("default", &mut icons.default),
        ("loading", &mut icons.loading),
        ("success", &mut icons.success),
        ("error", &mut icons.error),
        ("info", &mut icons.info),
        ("warning", &mut icons.warning),
    ];
    for (name, icon) in all {
        fields.set(icon, name, toast_options::icon)?;
    }
    Ok(())
}

fn text(name: &str, value: &JsValue) -> Result<yew::AttrValue, JsValue> {
    arguments::text(name, value).map(Into::into)
}

fn theme(name: &str, value: &JsValue) -> Result<Theme, JsValue> {
    arguments::parsed(name, value, "light, dark or system")
}

fn direction(name: &str, value: &JsValue) -> Result<Option<yew::AttrValue>, JsValue> {
    match value.as_string().as_deref() {
        Some("ltr") => Ok(Some("ltr".into())),
        Some("rtl") => Ok(Some("rtl".into())),
        Some("auto") => Ok(None),
        _ => Err(arguments::wrong(name, "ltr, rtl or auto")),
    }
}

fn hotkey(name: &str, value: &JsValue) -> Result<Option<Hotkey>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    arguments::parsed(name, value, "keys such as Alt+T, or null").map(Some)
}

/// An array of directions; `null` for those that suit the position.
fn directions(name: &str, value: &JsValue) -> Result<Option<SwipeDirections>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    let wrong = || arguments::wrong(name, "an array of left, right, up and down, or null");
    let words: &js_sys::Array = value.dyn_ref().ok_or_else(wrong)?;
    let mut directions = SwipeDirections::default();
    for word in words.iter() {
        match word.as_string().as_deref() {
            Some("left") => directions.left = true,
            Some("right") => directions.right = true,
            Some("up") => directions.up = true,
            Some("down") => directions.down = true,
            _ => return Err(wrong()),
        }
    }
    Ok(Some(directions))
}

fn count(name: &str, value: &JsValue) -> Result<usize, JsValue> {
    let count = arguments::count(name, value, 1)?;
    usize::try_from(count).or(Ok(usize::MAX))
}

fn pixels(name: &str, value: &JsValue) -> Result<u16, JsValue> {
    let pixels = arguments::whole(value).and_then(|pixels| u16::try_from(pixels).ok());
    pixels.ok_or_else(|| arguments::wrong(name, "a whole number of pixels, 0 or more"))
}

/// A number for all edges, or an object with numbers for some.
fn inset(name: &str, value: &JsValue) -> Result<Inset, JsValue> {
    if !value.is_object() {
        return pixels(name, value).map(Inset::from);
    }
    let edges = Fields::of(name, value)?;
    let edge = |edge| edges.read(edge, pixels);
    Ok(Inset {
        top: edge("top")?,
        right: edge("right")?,
        bottom: edge("bottom")?,
        left: edge("left")?,
    })
}

fn duration(name: &str, value: &JsValue) -> Result<Duration, JsValue> {
    Ok(arguments::duration(name, value)?.unwrap_or(Duration::MAX))
}
