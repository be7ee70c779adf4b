//! Values that JavaScript hands over, checked; what is wrong is named.

use std::str::FromStr;
use std::time::Duration;

use background_tasks_core::AttachmentId;
use js_sys::{Function, Reflect, Symbol, TypeError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

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

/// A node, of this window or of another one.
pub(super) fn node(value: &JsValue) -> Option<Node> {
    let number = |name: &str| Reflect::get(value, &name.into()).ok()?.as_f64();
    let is_node = value.is_object() && number("nodeType").is_some();
    is_node.then(|| value.clone().unchecked_into())
}

/// An object of the browser's, of this window or of another one, of which
/// `instanceof` knows nothing.
pub(super) fn of_class<T: JsCast>(class: &str, name: &str, value: &JsValue) -> Result<T, JsValue> {
    let is_one = value.is_instance_of::<T>() || {
        let tag = value
            .is_object()
            .then(|| Reflect::get(value, &Symbol::to_string_tag()));
        tag.and_then(Result::ok)
            .and_then(|tag| tag.as_string())
            .as_deref()
            == Some(class)
    };
    let expected = format!(
        "{} {class}",
        if class.starts_with('A') { "an" } else { "a" }
    );
    let object = is_one.then(|| value.clone().unchecked_into());
    object.ok_or_else(|| wrong(name, &expected))
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

/// Milliseconds that end.
pub(super) fn millis(name: &str, value: &JsValue) -> Result<Duration, JsValue> {
    let wrong = || wrong(name, "milliseconds, 0 or more");
    let millis = value.as_f64().filter(|millis| *millis >= 0.0);
    Duration::try_from_secs_f64(millis.ok_or_else(wrong)? / 1000.0).map_err(|_| wrong())
}

/// A whole number, `least` or more.
pub(super) fn count(name: &str, value: &JsValue, least: u32) -> Result<u32, JsValue> {
    let count = whole(value).and_then(|count| u32::try_from(count).ok());
    let expected = || wrong(name, &format!("a whole number, {least} or more"));
    count.filter(|count| *count >= least).ok_or_else(expected)
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

/// The fields of an object that the caller handed over. `undefined` and what is
/// missing are the same.
pub(super) struct Fields<'a> {
    object: &'a JsValue,
    /// What the object is called in messages, with a dot behind it; empty for
    /// the options of a call.
    of: String,
}

impl<'a> Fields<'a> {
    /// The fields of a call's options, all of which may be missing.
    pub(super) fn of_options(object: &'a JsValue) -> Result<Self, JsValue> {
        let of = String::new();
        if object.is_undefined() || object.is_null() || object.is_object() {
            Ok(Self { object, of })
        } else {
            Err(wrong("options", "an object"))
        }
    }

    /// The fields of the object called `name`.
    pub(super) fn of(name: &str, object: &'a JsValue) -> Result<Self, JsValue> {
        if object.is_object() {
            let of = format!("{name}.");
            Ok(Self { object, of })
        } else {
            Err(wrong(name, "an object"))
        }
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<JsValue>, JsValue> {
        if !self.object.is_object() {
            return Ok(None);
        }
        let value = Reflect::get(self.object, &name.into())?;
        Ok((!value.is_undefined()).then_some(value))
    }

    pub(super) fn read<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str, &JsValue) -> Result<T, JsValue>,
    ) -> Result<Option<T>, JsValue> {
        let value = self.get(name)?;
        value
            .map(|value| read(&format!("{}{name}", self.of), &value))
            .transpose()
    }
}

impl Fields<'_> {
    /// Puts a field in the place of `setting`, where it is there.
    pub(super) fn set<T>(
        &self,
        setting: &mut T,
        name: &str,
        read: impl FnOnce(&str, &JsValue) -> Result<T, JsValue>,
    ) -> Result<(), JsValue> {
        if let Some(value) = self.read(name, read)? {
            *setting = value;
        }
        Ok(())
    }
}

/// A field of a call's options; none where options or field are missing.
pub(super) fn field(options: &JsValue, name: &str) -> Result<Option<JsValue>, JsValue> {
    Fields::of_options(options)?.get(name)
}

/// A field of a call's options, read; none where options or field are missing.
pub(super) fn optional<T>(
    options: &JsValue,
    name: &str,
    read: impl FnOnce(&str, &JsValue) -> Result<T, JsValue>,
) -> Result<Option<T>, JsValue> {
    Fields::of_options(options)?.read(name, read)
}

pub(super) fn whole(value: &JsValue) -> Option<u64> {
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && (0.0..=MAX_SAFE_INTEGER).contains(&number);
    // Exact by the line above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fits.then_some(number as u64)
}
