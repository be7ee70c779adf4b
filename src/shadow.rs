//! Style sheets, and shadow trees that isolate them from the page's style.

use std::cell::RefCell;

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, Document, Element, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// Part of every tree: resets the styles that a tree inherits from the page.
const RESET: &str = include_str!(concat!(env!("OUT_DIR"), "/shadow.css"));

const ADOPTED: &str = "adoptedStyleSheets";

/// Attaches an open shadow tree with style sheets, such as
/// [`toast::STYLES`](crate::toast::STYLES), to `host`. The host no longer generates a box.
///
/// The page's styles do not apply inside, neither inherited nor `!important` ones; its custom
/// properties and its rules for `::part` do. The sheets are adopted, which a
/// Content-Security-Policy with `style-src 'self'` allows, and are shared by all trees.
/// Render the app into an element with the class `ybt-root`, which has no box either. Its
/// `data-theme` (`light`, `dark` or `system`) sets the theme of the indicator and the list.
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
/// The exception of the browser, if the host already has a shadow tree, cannot have one, or
/// is not in the window's document.
pub fn attach(host: &Element, sheets: &[&'static str]) -> Result<ShadowRoot, JsValue> {
    let texts = [RESET].into_iter().chain(sheets.iter().copied());
    let sheets = texts.map(sheet).collect::<Result<Array, _>>()?;
    attach_with(host, &sheets)
}

/// Adds style sheets to a document, which then needs no links to them. Sheets that it has
/// already adopted are kept.
///
/// # Errors
///
/// The exception of the browser, if the document is not the window's.
pub fn adopt(document: &Document, texts: &[&'static str]) -> Result<(), JsValue> {
    let adopted = Array::from(&Reflect::get(document, &ADOPTED.into())?);
    for text in texts {
        adopted.push(&*sheet(text)?);
    }
    Reflect::set(document, &ADOPTED.into(), &adopted)?;
    Ok(())
}

/// Attaches an open shadow tree with the style of another tree to `host`.
///
/// # Errors
///
/// The exception of the browser, if the host already has a shadow tree or cannot have one.
pub(crate) fn attach_like(host: &Element, other: &ShadowRoot) -> Result<ShadowRoot, JsValue> {
    let reset = sheet(RESET)?;
    let sheets = Array::from(&Reflect::get(other, &ADOPTED.into())?);
    if !sheets.includes(&reset, 0) {
        sheets.unshift(&reset);
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

/// The style sheet of a text, created once.
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
