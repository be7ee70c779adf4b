//! Style sheets for any page, and shadow trees: its style does not reach in, and ours not out.

use std::cell::RefCell;

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, Document, Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// Keeps the page's style out; part of every tree.
const SHIELD: &str = include_str!(concat!(env!("OUT_DIR"), "/shadow.css"));

const ADOPTED: &str = "adoptedStyleSheets";

/// Gives `host` an open shadow tree with the style sheets of these texts, such as
/// [`toast::STYLES`](crate::toast::STYLES). The host has no box from then on.
///
/// The page's style does not reach in, be it inherited or `!important`; its
/// custom properties do, and its rules for `::part`. The sheets are adopted, so
/// that `style-src 'self'` of a content security policy holds, and one per text
/// serves all trees. An app in it is best rendered into an element of the class
/// `ybt-root`, which has no box either; its `data-theme`, one of `light`, `dark`
/// and `system`, says what indicator and list look like.
///
/// ```no_run
/// # fn mount(host: &web_sys::Element) -> Result<(), wasm_bindgen::JsValue> {
/// use yew_background_tasks::{shadow, toast};
///
/// let tree = shadow::attach(host, &[toast::STYLES])?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// What the browser throws: the host has a shadow tree, can have none, or is in
/// another document than the window's.
pub fn attach(host: &Element, sheets: &[&'static str]) -> Result<ShadowRoot, JsValue> {
    let texts = [SHIELD].into_iter().chain(sheets.iter().copied());
    let sheets = texts.map(sheet).collect::<Result<Array, _>>()?;
    attach_with(host, &sheets)
}

/// Adds the style sheets of these texts to a page, which needs no links to them
/// then. What it has adopted before stays.
///
/// # Errors
///
/// What the browser throws: the document is not the window's.
pub fn adopt(document: &Document, texts: &[&'static str]) -> Result<(), JsValue> {
    let adopted = Array::from(&Reflect::get(document, &ADOPTED.into())?);
    for text in texts {
        adopted.push(&*sheet(text)?);
    }
    Reflect::set(document, &ADOPTED.into(), &adopted)?;
    Ok(())
}

/// Gives `host` an open shadow tree with the style that another tree has.
///
/// # Errors
///
/// What the browser throws: the host has a shadow tree, or can have none.
pub(crate) fn attach_like(host: &Element, other: &ShadowRoot) -> Result<ShadowRoot, JsValue> {
    let shield = sheet(SHIELD)?;
    let sheets = Array::from(&Reflect::get(other, &ADOPTED.into())?);
    if !sheets.includes(&shield, 0) {
        sheets.unshift(&shield);
    }
    let tree = attach_with(host, &sheets)?;
    let elements = other.query_selector_all("style, link[rel~=stylesheet]")?;
    for element in (0..elements.length()).filter_map(|index| elements.get(index)) {
        tree.append_child(&element.clone_node_with_deep(true)?)?;
    }
    Ok(tree)
}

fn attach_with(host: &Element, sheets: &JsValue) -> Result<ShadowRoot, JsValue> {
    let tree = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
    Reflect::set(&tree, &ADOPTED.into(), sheets)?;
    Ok(tree)
}

/// The one style sheet of a text.
fn sheet(text: &'static str) -> Result<CssStyleSheet, JsValue> {
    thread_local! {
        static SHEETS: RefCell<Vec<(&'static str, CssStyleSheet)>> = RefCell::default();
    }
    SHEETS.with_borrow_mut(|sheets| {
        if let Some((_, sheet)) = sheets.iter().find(|(known, _)| *known == text) {
            return Ok(sheet.clone());
        }
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(text)?;
        sheets.push((text, sheet.clone()));
        Ok(sheet)
    })
}
