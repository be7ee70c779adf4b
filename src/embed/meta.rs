//! Metadata of tasks: JSON values of the host page.

use background_tasks_core::Meta;
use js_sys::{JSON, Object};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::arguments;

/// A copy of a JSON value; `None` for `null`.
pub(super) fn read(name: &str, value: &JsValue) -> Result<Option<Meta>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    let meta = json(value).and_then(|json| Meta::from_json(json).ok());
    let expected = format!("a JSON value of at most {} bytes", Meta::MAX_BYTES);
    meta.map(Some)
        .ok_or_else(|| arguments::wrong(name, &expected))
}

/// The JSON text of a value; `None` if that is not JSON. `JSON.stringify` alone would leave
/// out functions and symbols, and replace numbers that are not finite.
fn json(value: &JsValue) -> Option<String> {
    type Check = dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>;
    let check = Closure::<Check>::new(|_, value: JsValue| {
        let is_infinite = value.as_f64().is_some_and(|number| !number.is_finite());
        if is_infinite || value.is_function() || value.is_symbol() || value.is_bigint() {
            Err(JsValue::NULL)
        } else {
            Ok(value)
        }
    });
    let json = JSON::stringify_with_replacer(value, check.as_ref());
    // It is undefined if `toJSON` returns that.
    json.ok().and_then(|json| JsValue::from(json).as_string())
}

/// The value of metadata, frozen with all values inside of it.
pub(super) fn write(meta: &Meta) -> JsValue {
    // Metadata is valid JSON.
    let value = JSON::parse(meta.as_json()).unwrap_or(JsValue::NULL);
    freeze(&value);
    value
}

fn freeze(value: &JsValue) {
    if let Some(object) = value.dyn_ref::<Object>() {
        // The depth is limited, as that of all metadata.
        Object::values(object)
            .iter()
            .for_each(|value| freeze(&value));
        Object::freeze(object);
    }
}
