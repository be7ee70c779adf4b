//! The option `resumableUploads` as an object.

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;

use super::arguments::{self, Fields};
use super::page;
use crate::client::{CompleteUpload, TusSettings};

pub(super) fn settings(fields: &Fields<'_>) -> TusSettings {
    let mut settings = TusSettings::new();
    fields.group("resumableUploads", &mut |fields| {
        apply(&mut settings, fields)
    });
    settings
}

fn apply(settings: &mut TusSettings, fields: &Fields<'_>) {
    let mut new = std::mem::take(settings);
    if let Some(url) = fields.string("endpoint") {
        new = new.with_endpoint(&url);
    }
    for (name, value) in arguments::pairs(fields.value("metadata", "metadata")) {
        new = new.with_metadata(&name, &value);
    }
    if let Some(origins) = fields.value("allowedOrigins", "origins") {
        for origin in arguments::strings(origins) {
            new = new.with_allowed_origin(&origin);
        }
    }
    if let Some(allowed) = fields.boolean("idempotencyKey") {
        new = new.with_idempotency_key(allowed);
    }
    if let Some(read) = fields.function("attachmentId") {
        new = new.with_attachment_id(move |upload| {
            let id = read_attachment_id(&read, upload);
            arguments::attachment_id(&id).ok()
        });
    }
    *settings = new;
}

fn read_attachment_id(read: &Function, upload: &CompleteUpload<'_>) -> JsValue {
    let headers = upload.headers();
    let headers: Array = headers
        .map(|(name, value)| Array::of2(&name.into(), &value.into()))
        .collect();
    page::read_attachment_id(read, upload.url(), &headers)
}
