//! A place on the page for an app under test, and ways to look at it.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// An element of its own in the document, gone with this.
pub struct Page(Element);

impl Page {
    pub fn new() -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.expect("a document");
        let root = document.create_element("div").expect("an element");
        let body = document.body().expect("a body");
        body.append_child(&root).expect("it is appended");
        Self(root)
    }

    pub fn root(&self) -> Element {
        self.0.clone()
    }

    pub fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.0.query_selector_all(selector).expect("a selector");
        let nodes = (0..found.length()).filter_map(|index| found.get(index));
        nodes.filter_map(|node| node.dyn_into().ok()).collect()
    }

    pub fn one(&self, selector: &str) -> HtmlElement {
        let mut all = self.all(selector);
        assert!(!all.is_empty(), "there is no {selector}");
        all.swap_remove(0)
    }

    pub fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.0.remove();
    }
}
