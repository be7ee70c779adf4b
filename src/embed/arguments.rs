//! Validates values from JavaScript. Errors name the invalid argument.

use std::str::FromStr;
use std::time::Duration;

use background_tasks_core::AttachmentId;
use js_sys::{BigInt, Function, Reflect, Symbol, TypeError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Node, Range};

/// The largest integer up to which all integers are exact as JavaScript numbers.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A `TypeError` that names the argument and what it must be.
pub(super) fn wrong(name: &str, expected: &str) -> JsValue {
    TypeError::new(&format!("{name} must be {expected}")).into()
}

pub(super) fn text(name: &str, value: &JsValue) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| wrong(name, "a string"))
}

/// The name of a store.
pub(super) fn store(name: &str, value: &JsValue) -> Result<String, JsValue> {
    let store = value.as_string().filter(|store| !store.is_empty());
    store.ok_or_else(|| wrong(name, "a non-empty string"))
}

/// An id as text. A number is accepted only if it is exact.
pub(super) fn id(name: &str, value: &JsValue) -> Result<String, JsValue> {
    let text = value.as_string().filter(|text| !text.is_empty());
    let number = || whole(value).map(|number| number.to_string());
    let text = text.or_else(number).or_else(|| natural_bigint(value));
    let expected = "a non-empty string, an integer from 0 to 2^53 - 1, or a bigint from 0";
    text.ok_or_else(|| wrong(name, expected))
}

pub(super) fn attachment_id(value: &JsValue) -> Result<AttachmentId, JsValue> {
    let text = id("attachmentId", value)?;
    let number = text.parse::<u64>().ok().filter(|_| !value.is_string());
    Ok(number.map_or_else(|| text.into(), AttachmentId::from))
}

/// The digits of a bigint that is not negative.
fn natural_bigint(value: &JsValue) -> Option<String> {
    let digits = value.dyn_ref::<BigInt>()?.to_string(10).ok()?;
    let digits = String::from(digits);
    (!digits.starts_with('-')).then_some(digits)
}

pub(super) fn boolean(name: &str, value: &JsValue) -> Result<bool, JsValue> {
    value.as_bool().ok_or_else(|| wrong(name, "a boolean"))
}

pub(super) fn function(name: &str, value: &JsValue) -> Result<Function, JsValue> {
    let function = value.dyn_ref::<Function>().cloned();
    function.ok_or_else(|| wrong(name, "a function"))
}

/// A node of this window or of another one.
pub(super) fn node(value: &JsValue) -> Option<Node> {
    let node = value.clone().unchecked_into();
    // Throws for anything that only looks like a node; `instanceof` fails for another window's.
    let is_node = Range::new().ok()?.is_point_in_range(&node, 0).is_ok();
    is_node.then_some(node)
}

/// An instance of a class of the browser. `instanceof` fails for objects of another window.
pub(super) fn of_class<T: JsCast>(class: &str, name: &str, value: &JsValue) -> Result<T, JsValue> {
    let is_instance = value.is_instance_of::<T>() || {
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
    let object = is_instance.then(|| value.clone().unchecked_into());
    object.ok_or_else(|| wrong(name, &expected))
}

/// A value given by its name.
pub(super) fn parsed<T: FromStr>(
    name: &str,
    value: &JsValue,
    expected: &str,
) -> Result<T, JsValue> {
    let text = value.as_string();
    let value = text.and_then(|text| text.parse().ok());
    value.ok_or_else(|| wrong(name, expected))
}

/// A finite number of milliseconds.
pub(super) fn millis(name: &str, value: &JsValue) -> Result<Duration, JsValue> {
    let wrong = || wrong(name, "milliseconds, 0 or more");
    let millis = value.as_f64().filter(|millis| *millis >= 0.0);
    Duration::try_from_secs_f64(millis.ok_or_else(wrong)? / 1000.0).map_err(|_| wrong())
}

/// An integer that is at least `least`.
pub(super) fn count(name: &str, value: &JsValue, least: u32) -> Result<u32, JsValue> {
    let count = whole(value).and_then(|count| u32::try_from(count).ok());
    let expected = || wrong(name, &format!("a whole number, {least} or more"));
    count.filter(|count| *count >= least).ok_or_else(expected)
}

/// A number of milliseconds; `None` for `Infinity`.
pub(super) fn duration(name: &str, value: &JsValue) -> Result<Option<Duration>, JsValue> {
    match value.as_f64() {
        Some(f64::INFINITY) => Ok(None),
        Some(millis) if millis >= 0.0 => Duration::try_from_secs_f64(millis / 1000.0)
            .map(Some)
            .or(Ok(None)),
        _ => Err(wrong(name, "milliseconds, 0 or more, or Infinity")),
    }
}

/// The fields of an object. A field that is `undefined` counts as missing.
pub(super) struct Fields<'a> {
    object: &'a JsValue,
    /// The prefix of field names in error messages: the object's name and a dot. Empty for
    /// the options of a call.
    prefix: String,
}

impl<'a> Fields<'a> {
    /// The fields of a call's options, which may be missing as a whole.
    pub(super) fn of_options(object: &'a JsValue) -> Result<Self, JsValue> {
        let prefix = String::new();
        if object.is_undefined() || object.is_null() || object.is_object() {
            Ok(Self { object, prefix })
        } else {
            Err(wrong("options", "an object"))
        }
    }

    /// The fields of the object called `name`.
    pub(super) fn of(name: &str, object: &'a JsValue) -> Result<Self, JsValue> {
        if object.is_object() {
            let prefix = format!("{name}.");
            Ok(Self { object, prefix })
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
            .map(|value| read(&format!("{}{name}", self.prefix), &value))
            .transpose()
    }

    /// Replaces `setting` by a field, unless that is missing.
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

/// A field of a call's options; `None` if the options or the field are missing.
pub(super) fn field(options: &JsValue, name: &str) -> Result<Option<JsValue>, JsValue> {
    Fields::of_options(options)?.get(name)
}

/// A validated field of a call's options; `None` if the options or the field are missing.
pub(super) fn optional<T>(
    options: &JsValue,
    name: &str,
    read: impl FnOnce(&str, &JsValue) -> Result<T, JsValue>,
) -> Result<Option<T>, JsValue> {
    Fields::of_options(options)?.read(name, read)
}

/// An integer from 0 to 2^53 - 1.
pub(super) fn whole(value: &JsValue) -> Option<u64> {
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && (0.0..=MAX_SAFE_INTEGER).contains(&number);
    // Exact by the line above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fits.then_some(number as u64)
}
