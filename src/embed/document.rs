//! The document and its body.

use wasm_bindgen::JsValue;
use web_sys::{Document, Node};

/// The page's document.
///
/// # Errors
///
/// An `Error` if there is none.
pub(super) fn document() -> Result<Document, JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    document.ok_or_else(|| js_sys::Error::new("there is no document").into())
}

/// The document's body.
///
/// # Errors
///
/// An `Error` if the document has no body yet.
pub(super) fn body() -> Result<Node, JsValue> {
    let body = document()?.body().map(Node::from);
    body.ok_or_else(|| js_sys::Error::new("the document has no body yet").into())
}
