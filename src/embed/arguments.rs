//! Values that JavaScript hands over, checked; what is wrong is named.

use std::str::FromStr;
use std::time::Duration;

use js_sys::{Function, Reflect, TypeError};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::task::AttachmentId;

/// The largest whole number that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A `TypeError` that names argument and expectation.
pub(super) fn wrong(name: &str, expected: &str) -> JsValue {
    TypeError::new(&format!("{name} must be {expected}")).into()
}

pub(super) fn text(name: &str, value: &JsValue) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| wrong(name, "a string"))
}

pub(super) fn text_or_number(name: &str, value: &JsValue) -> Result<String, JsValue> {
    match (value.as_string(), whole(value)) {
        (Some(text), _) if !text.is_empty() => Ok(text),
        (None, Some(number)) => Ok(number.to_string()),
        _ => Err(wrong(name, "a string that is not empty, or a whole number")),
    }
}

pub(super) fn attachment_id(value: &JsValue) -> Result<AttachmentId, JsValue> {
    match whole(value) {
        Some(number) => Ok(number.into()),
        None => text_or_number("attachmentId", value).map(AttachmentId::from),
    }
}

pub(super) fn truth(name: &str, value: &JsValue) -> Result<bool, JsValue> {
    value.as_bool().ok_or_else(|| wrong(name, "a boolean"))
}

pub(super) fn function(name: &str, value: &JsValue) -> Result<Function, JsValue> {
    let function = value.dyn_ref::<Function>().cloned();
    function.ok_or_else(|| wrong(name, "a function"))
}

/// A text that stands for a value of ours.
pub(super) fn parsed<T: FromStr>(
    name: &str,
    value: &JsValue,
    expected: &str,
) -> Result<T, JsValue> {
    let text = value.as_string();
    let value = text.and_then(|text| text.parse().ok());
    value.ok_or_else(|| wrong(name, expected))
}

/// Milliseconds; none for `Infinity`.
pub(super) fn duration(name: &str, value: &JsValue) -> Result<Option<Duration>, JsValue> {
    match value.as_f64() {
        Some(f64::INFINITY) => Ok(None),
        Some(millis) if millis >= 0.0 => Duration::try_from_secs_f64(millis / 1000.0)
            .map(Some)
            .or(Ok(None)),
        _ => Err(wrong(name, "milliseconds, 0 or more, or Infinity")),
    }
}

/// A field of an object; none where object or field are missing.
pub(super) fn field(options: &JsValue, name: &str) -> Result<Option<JsValue>, JsValue> {
    if options.is_undefined() || options.is_null() {
        return Ok(None);
    }
    if !options.is_object() {
        return Err(wrong("options", "an object"));
    }
    let value = Reflect::get(options, &name.into())?;
    Ok((!value.is_undefined()).then_some(value))
}

/// A field of an object, read; none where object or field are missing.
pub(super) fn optional<T>(
    options: &JsValue,
    name: &str,
    read: impl FnOnce(&str, &JsValue) -> Result<T, JsValue>,
) -> Result<Option<T>, JsValue> {
    field(options, name)?
        .map(|value| read(name, &value))
        .transpose()
}

pub(super) fn whole(value: &JsValue) -> Option<u64> {
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && (0.0..=MAX_SAFE_INTEGER).contains(&number);
    // Exact by the line above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fits.then_some(number as u64)
}
