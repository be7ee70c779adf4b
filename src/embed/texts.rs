//! The option `texts`: texts that replace those of the language.

use background_tasks_core::messages::{
    JobText, Label, Messages, Reason, TaskText, Text, TextKey, UploadText,
};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::arguments;

/// The members of `texts` that are objects.
const GROUPS: [&str; 4] = ["upload", "jobs", "reasons", "labels"];

/// `messages` with the texts of a plain object, whose names are those of the keys in camel
/// case.
///
/// # Errors
///
/// A `TypeError` that names the path of a value that is not a text.
pub(super) fn read(mut messages: Messages, texts: &JsValue) -> Result<Messages, JsValue> {
    let upload = names(UploadText::ALL, UploadText::name);
    let reasons = names(Reason::ALL, Reason::name);
    let labels = names(Label::ALL, Label::name);
    let jobs = names(JobText::ALL, JobText::name);
    let single = names(TaskText::ALL, TaskText::name);
    for (name, value) in members("texts", texts)? {
        let path = format!("texts.{name}");
        let mut set = |key: Option<TextKey>, text: Text| {
            if let Some(key) = key {
                messages.set_text(key, text);
            }
        };
        match name.as_str() {
            "upload" => replace(&path, &value, &upload, &mut |place, text| {
                set(UploadText::ALL.get(place).copied().map(TextKey::from), text);
            })?,
            "reasons" => replace(&path, &value, &reasons, &mut |place, text| {
                set(Reason::ALL.get(place).copied().map(TextKey::from), text);
            })?,
            "labels" => replace(&path, &value, &labels, &mut |place, text| {
                set(Label::ALL.get(place).copied().map(TextKey::from), text);
            })?,
            "jobs" => {
                for (kind, value) in members(&path, &value)? {
                    let path = format!("{path}.{kind}");
                    replace(&path, &value, &jobs, &mut |place, text| {
                        if let Some(key) = JobText::ALL.get(place) {
                            messages.set_job_text(kind.clone(), *key, text);
                        }
                    })?;
                }
            }
            "language" => {
                let language = arguments::text(&path, &value)?;
                messages = messages.with_language(language);
            }
            _ => {
                let Some(place) = single.iter().position(|known| *known == name) else {
                    let language = ["language".to_owned()];
                    let known = [&language, &single[..], &GROUPS.map(str::to_owned)].concat();
                    return Err(unknown("texts", &name, &known));
                };
                let text = arguments::text(&path, &value)?.into();
                set(TaskText::ALL.get(place).copied().map(TextKey::from), text);
            }
        }
    }
    Ok(messages)
}

/// Calls `set` with each text of `object`, and with the index of its name in `names`.
fn replace(
    path: &str,
    object: &JsValue,
    names: &[String],
    set: &mut dyn FnMut(usize, Text),
) -> Result<(), JsValue> {
    for (name, value) in members(path, object)? {
        let Some(place) = names.iter().position(|known| *known == name) else {
            return Err(unknown(path, &name, names));
        };
        set(
            place,
            arguments::text(&format!("{path}.{name}"), &value)?.into(),
        );
    }
    Ok(())
}

/// The own properties of an object, except those that are undefined.
fn members(path: &str, object: &JsValue) -> Result<Vec<(String, JsValue)>, JsValue> {
    if !object.is_object() {
        return Err(arguments::wrong(path, "an object"));
    }
    let mut members = Vec::new();
    for key in Reflect::own_keys(object)?.iter() {
        let value = Reflect::get(object, &key)?;
        // No text is named by a symbol.
        if let Some(name) = key.as_string().filter(|_| !value.is_undefined()) {
            members.push((name, value));
        }
    }
    Ok(members)
}

fn unknown(path: &str, name: &str, known: &[String]) -> JsValue {
    let expected = format!("removed: the known keys are {}", known.join(", "));
    arguments::wrong(&format!("{path}.{name}"), &expected)
}

/// The names of keys in JavaScript.
fn names<K: Copy>(keys: &[K], name: fn(K) -> &'static str) -> Vec<String> {
    keys.iter().map(|key| camel_case(name(*key))).collect()
}

/// A name in JavaScript.
fn camel_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut begins_word = false;
    for character in field.chars() {
        match character {
            '_' => begins_word = true,
            _ if begins_word => {
                name.push(character.to_ascii_uppercase());
                begins_word = false;
            }
            _ => name.push(character),
        }
    }
    name
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
