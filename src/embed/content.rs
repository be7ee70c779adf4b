//! Nodes of the host page that toasts show.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DocumentFragment, Element, Node, ShadowRoot};

use super::{arguments, shown};

/// A node that can be inserted into a toast: an element, a text or a fragment that contains
/// no toasts.
///
/// # Errors
///
/// A `TypeError` for anything else: the browser would throw while the toast is rendered.
pub(super) fn read(name: &str, value: &JsValue, expected: &str) -> Result<Node, JsValue> {
    let is_valid = |node: &Node| {
        let kind = node.node_type();
        let is_shadow = node.has_type::<ShadowRoot>();
        let is_content = [
            Node::ELEMENT_NODE,
            Node::TEXT_NODE,
            Node::DOCUMENT_FRAGMENT_NODE,
        ];
        is_content.contains(&kind) && !is_shadow && !has_toasts(node)
    };
    let node = arguments::node(value).filter(is_valid);
    node.ok_or_else(|| arguments::wrong(name, expected))
}

fn has_toasts(node: &Node) -> bool {
    const TOASTER: &str = "[data-toaster]";
    let below = match node.dyn_ref::<Element>() {
        Some(element) if element.matches(TOASTER).unwrap_or(false) => return true,
        Some(element) => element.query_selector(TOASTER),
        None => match node.dyn_ref::<DocumentFragment>() {
            Some(fragment) => fragment.query_selector(TOASTER),
            None => Ok(None),
        },
    };
    below.ok().flatten().is_some() || shown::is_any(|shown| contains(node, shown))
}

/// Whether `node` contains an element, also one in a shadow tree.
fn contains(node: &Node, element: &Element) -> bool {
    let host_of = |inside: &Node| {
        let root = inside.get_root_node();
        root.dyn_ref().map(ShadowRoot::host).map(Node::from)
    };
    let mut places = std::iter::successors(Some(Node::from(element.clone())), host_of);
    places.any(|place| node.contains(Some(&place)))
}
