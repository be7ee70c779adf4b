//! Shadow trees with our style sheets.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

pub(crate) fn attach(host: &Element, sheets: &[&str]) -> Result<ShadowRoot, JsValue> {
    let root = match host.shadow_root() {
        Some(root) => root,
        None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
    };
    let all = Array::new();
    for text in sheets {
        let sheet = web_sys::CssStyleSheet::new()?;
        sheet.replace_sync(text)?;
        all.push(&sheet);
    }
    Reflect::set(&root, &"adoptedStyleSheets".into(), &all)?;
    Ok(root)
}
