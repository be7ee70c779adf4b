//! Reads values from JavaScript that `page.js` has validated. Errors name the invalid argument.

use std::cell::OnceCell;
use std::str::FromStr;
use std::time::Duration;

use background_tasks_core::{AttachmentId, Percent};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast as _, JsValue};
use yew::AttrValue;

use super::page;
pub(super) use super::page::{check, wrong};

pub(super) fn text(name: &str, value: &JsValue) -> Result<String, JsValue> {
    check(name, value, "text").map(string)
}

/// The name of a store.
pub(super) fn store(name: &str, value: &JsValue) -> Result<String, JsValue> {
    check(name, value, "store").map(string)
}

/// An id as text. A number is accepted only if it is exact.
pub(super) fn id(name: &str, value: &JsValue) -> Result<String, JsValue> {
    check(name, value, "id").map(string)
}

pub(super) fn attachment_id(value: &JsValue) -> Result<AttachmentId, JsValue> {
    let text = id("attachmentId", value)?;
    let number = text.parse::<u64>().ok().filter(|_| !value.is_string());
    Ok(number.map_or_else(|| text.into(), AttachmentId::from))
}

pub(super) fn function(name: &str, value: &JsValue) -> Result<Function, JsValue> {
    check(name, value, "function").map(JsValue::unchecked_into)
}

/// Reads the options of a call, which may be missing as a whole.
///
/// # Errors
///
/// The first error of a field, or a `TypeError` if the options are not an object.
pub(super) fn read<T>(
    options: &JsValue,
    mut read: impl FnMut(&Fields<'_>) -> T,
) -> Result<T, JsValue> {
    let mut value = None;
    read_fields(options, &mut |fields| value = Some(read(fields)))?;
    // It was called, as there is no error.
    value.ok_or(JsValue::UNDEFINED)
}

#[inline(never)]
fn read_fields(options: &JsValue, read: &mut dyn FnMut(&Fields<'_>)) -> Result<(), JsValue> {
    let object = check("options", options, "options")?;
    let error = OnceCell::new();
    read(&Fields {
        object: &object,
        path: String::new(),
        error: &error,
    });
    error.into_inner().map_or(Ok(()), Err)
}

/// The fields of an object. A field that is `undefined` counts as missing, and so do all fields
/// after an error.
///
/// The methods are not generic, so that each exists once in the WASM: there are 80 options.
pub(super) struct Fields<'a> {
    object: &'a JsValue,
    /// The prefix of field names in error messages: the object's name and a dot. Empty for
    /// the options of a call.
    path: String,
    error: &'a OnceCell<JsValue>,
}

impl Fields<'_> {
    /// Reads the fields of a field, which may be missing.
    #[inline(never)]
    pub(super) fn group(&self, name: &str, read: &mut dyn FnMut(&Fields<'_>)) {
        if let Some(object) = self.value(name, "object") {
            read(&Fields {
                object: &object,
                path: format!("{}{name}.", self.path),
                error: self.error,
            });
        }
    }

    /// A field in the form of a rule of `page.js`; `None` if it is missing or invalid.
    #[inline(never)]
    pub(super) fn value(&self, name: &str, rule: &str) -> Option<JsValue> {
        if self.error.get().is_some() {
            return None;
        }
        match page::field(self.object, &self.path, name, rule) {
            Ok(value) => Some(value).filter(|value| !value.is_undefined()),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Reports an error, if it is the first one.
    pub(super) fn fail(&self, error: JsValue) {
        let _ = self.error.set(error);
    }

    /// Reports that a field is invalid.
    pub(super) fn wrong(&self, name: &str, expected: &str) {
        self.fail(wrong(&format!("{}{name}", self.path), expected));
    }

    #[inline(never)]
    pub(super) fn string(&self, name: &str) -> Option<String> {
        self.value(name, "text").map(string)
    }

    #[inline(never)]
    pub(super) fn text(&self, name: &str, text: &mut AttrValue) {
        if let Some(given) = self.string(name) {
            *text = given.into();
        }
    }

    #[inline(never)]
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.value(name, "boolean").map(|value| value.is_truthy())
    }

    #[inline(never)]
    pub(super) fn flag(&self, name: &str, flag: &mut bool) {
        *flag = self.boolean(name).unwrap_or(*flag);
    }

    #[inline(never)]
    pub(super) fn number(&self, name: &str, rule: &str) -> Option<f64> {
        self.value(name, rule)?.as_f64()
    }

    /// An integer of at least 1.
    #[inline(never)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rule admits no other numbers"
    )]
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        self.number(name, "count").map(|number| number as u32)
    }

    /// An integer up to 2^53 - 1.
    #[inline(never)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rules admit no other numbers"
    )]
    pub(super) fn bytes(&self, name: &str, rule: &str, bytes: &mut Option<u64>) {
        if let Some(number) = self.number(name, rule) {
            *bytes = Some(number as u64);
        }
    }

    #[inline(never)]
    pub(super) fn millis(&self, name: &str, duration: &mut Duration) {
        if let Some(millis) = self.number(name, "millis") {
            *duration = self::millis(millis);
        }
    }

    /// A duration that may be infinite.
    #[inline(never)]
    pub(super) fn duration(&self, name: &str) -> Option<Duration> {
        self.number(name, "duration").map(millis)
    }

    #[inline(never)]
    pub(super) fn function(&self, name: &str) -> Option<Function> {
        Some(self.value(name, "function")?.unchecked_into())
    }

    /// A percentage that may be `null`.
    #[inline(never)]
    pub(super) fn progress(&self, name: &str) -> Option<Option<Percent>> {
        let value = self.value(name, "progress")?;
        Some(value.as_f64().and_then(Percent::from_f64))
    }

    /// A value given by its name.
    pub(super) fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Option<T> {
        let value = self.value(name, "any")?.as_string();
        let value = value.and_then(|value| value.parse().ok());
        if value.is_none() {
            self.wrong(name, expected);
        }
        value
    }
}

/// A number of milliseconds that is not negative. Infinity, and what is as good as that, is
/// [`Duration::MAX`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate"
)]
pub(super) fn millis(millis: f64) -> Duration {
    match (millis * 1000.0) as u64 {
        u64::MAX => Duration::MAX,
        micros => Duration::from_micros(micros),
    }
}

/// A value that a rule has found to be a string.
pub(super) fn string(value: JsValue) -> String {
    value.as_string().unwrap_or_default()
}

/// Names and values that are one array; empty if it is missing.
pub(super) fn pairs(array: Option<JsValue>) -> Vec<(String, String)> {
    let mut texts = array.into_iter().flat_map(strings);
    let pairs = std::iter::from_fn(|| texts.next().zip(texts.next()));
    pairs.collect()
}

/// The strings of an array.
pub(super) fn strings(array: JsValue) -> impl Iterator<Item = String> {
    let array: Array = array.unchecked_into();
    array.into_iter().map(string)
}
