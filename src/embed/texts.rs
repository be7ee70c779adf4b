//! The option `texts` and the texts of `kinds`, which replace those of the language.

use background_tasks_core::messages::{
    JobText, Label, Messages, Reason, TaskText, TextKey, UploadText,
};
use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};

use super::arguments::{self, Fields};
use super::page;

/// Applies the options: plain objects, whose names are those of the keys in camel case.
pub(super) fn read(messages: &mut Messages, fields: &Fields<'_>) {
    let [texts, kinds] = ["texts", "kinds"].map(|name| fields.value(name, "any"));
    if texts.is_none() && kinds.is_none() {
        return;
    }
    let texts = page::texts(
        &texts.unwrap_or_default(),
        &kinds.unwrap_or_default(),
        TaskText::NAMES,
        UploadText::NAMES,
        JobText::NAMES,
        Reason::NAMES,
        Label::NAMES,
    );
    match texts {
        Ok(texts) => texts.iter().for_each(|text| apply(messages, &text)),
        Err(error) => fields.fail(error),
    }
}

/// Applies `[group, index, text, kind of job]`.
fn apply(messages: &mut Messages, entry: &JsValue) {
    let entry: &Array = entry.unchecked_ref();
    let [group, index, text, kind] = [0, 1, 2, 3].map(|place| entry.get(place));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the index of a name"
    )]
    let index = index.as_f64().unwrap_or_default() as usize;
    let text = arguments::string(text);
    let key = match arguments::string(group).as_str() {
        "upload" => UploadText::ALL.get(index).copied().map(TextKey::from),
        "reasons" => Reason::ALL.get(index).copied().map(TextKey::from),
        "labels" => Label::ALL.get(index).copied().map(TextKey::from),
        "jobs" => {
            if let Some(key) = JobText::ALL.get(index) {
                messages.set_job_text(arguments::string(kind), *key, text);
            }
            return;
        }
        // The first one is the language.
        _ => match index.checked_sub(1) {
            Some(index) => TaskText::ALL.get(index).copied().map(TextKey::from),
            None => {
                *messages = std::mem::take(messages).with_language(text);
                return;
            }
        },
    };
    if let Some(key) = key {
        messages.set_text(key, text);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
