//! Texts in place of the language's own, as JavaScript hands them over.

use background_tasks_core::{
    JobKind,
    messages::{JobTexts, Labels, Messages, Reasons, Text, UploadTexts},
};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::arguments;

/// What stands beside the groups of texts.
const SINGLE: [&str; 5] = ["language", "percent", "recovering", "offline", "cancelled"];

/// `messages` with what `texts` say: a plain object that has any of their
/// texts, by the names of the fields in camel case.
///
/// # Errors
///
/// A `TypeError` that names the path of what is no text.
pub(super) fn read(mut messages: Messages, texts: &JsValue) -> Result<Messages, JsValue> {
    // All by name, so that a text that is added cannot be forgotten here.
    let Messages {
        language,
        upload,
        jobs,
        percent,
        recovering,
        offline,
        cancelled,
        reasons,
        labels,
        numbers: _,
    } = &mut messages;
    for (name, value) in members("texts", texts)? {
        let path = format!("texts.{name}");
        match name.as_str() {
            "upload" => replace(&path, &value, UploadTexts::NAMES, &mut upload.texts_mut())?,
            "reasons" => replace(&path, &value, Reasons::NAMES, &mut reasons.texts_mut())?,
            "labels" => replace(&path, &value, Labels::NAMES, &mut labels.texts_mut())?,
            "jobs" => {
                for (kind, value) in members(&path, &value)? {
                    let path = format!("{path}.{kind}");
                    let own = || job_texts(&kind);
                    let texts = jobs.entry(kind.clone().into()).or_insert_with(own);
                    replace(&path, &value, JobTexts::NAMES, &mut texts.texts_mut())?;
                }
            }
            _ => {
                let texts = [
                    &mut *language,
                    &mut *percent,
                    &mut *recovering,
                    &mut *offline,
                    &mut *cancelled,
                ];
                let known = SINGLE.into_iter().zip(texts);
                let Some((_, text)) = known.into_iter().find(|(known, _)| *known == name) else {
                    let groups = ["upload", "jobs", "reasons", "labels"];
                    return Err(unknown("texts", &name, &[&SINGLE[..], &groups].concat()));
                };
                *text = arguments::text(&path, &value)?.into();
            }
        }
    }
    Ok(messages)
}

/// Puts each string of `object` in the place of the text that it is named for.
fn replace(
    path: &str,
    object: &JsValue,
    names: &[&str],
    texts: &mut [&mut Text],
) -> Result<(), JsValue> {
    for (name, value) in members(path, object)? {
        let place = names.iter().position(|known| camel_case(known) == name);
        let Some(text) = place.and_then(|place| texts.get_mut(place)) else {
            return Err(unknown(path, &name, names));
        };
        **text = arguments::text(&format!("{path}.{name}"), &value)?.into();
    }
    Ok(())
}

/// What an object has of its own, by name. What is undefined is not there.
fn members(path: &str, object: &JsValue) -> Result<Vec<(String, JsValue)>, JsValue> {
    if !object.is_object() {
        return Err(arguments::wrong(path, "an object"));
    }
    let mut members = Vec::new();
    for key in Reflect::own_keys(object)?.iter() {
        let value = Reflect::get(object, &key)?;
        // A symbol is a name that no text can have.
        if let Some(name) = key.as_string().filter(|_| !value.is_undefined()) {
            members.push((name, value));
        }
    }
    Ok(members)
}

/// What a kind says of which the language has no texts.
fn job_texts(kind: &str) -> JobTexts {
    let built_in = [JobKind::video(), JobKind::embedding()];
    let built_in = built_in.into_iter().find(|known| known.name() == kind);
    let kind = built_in.unwrap_or_else(|| JobKind::new(kind.to_owned(), kind.to_owned()));
    kind.texts().clone()
}

fn unknown(path: &str, name: &str, known: &[&str]) -> JsValue {
    let known: Vec<_> = known.iter().map(|known| camel_case(known)).collect();
    let expected = format!("left out: {path} may have {}", known.join(", "));
    arguments::wrong(&format!("{path}.{name}"), &expected)
}

/// A field's name as JavaScript has it.
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
