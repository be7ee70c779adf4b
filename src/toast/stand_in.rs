//! A stand-in for a shadow host, inside of a dialog that is not in the same shadow tree.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use web_sys::{Element, Node, ShadowRoot};

use crate::shadow;

/// Marks the stand-in, so that a custom element does not initialize itself again.
const MARK: &str = "data-stand-in";

/// A copy of the host, removed when this value is dropped. The page's nodes are not
/// moved, and its style rules for the host, custom properties and parts apply to the
/// copy too.
pub(super) struct StandIn {
    host: Element,
    tree: Node,
}

impl StandIn {
    /// Adds a stand-in for the host of `tree` to `dialog`.
    ///
    /// # Errors
    ///
    /// The exception of the browser if the copy creates a shadow tree itself.
    pub(super) fn in_dialog(tree: &ShadowRoot, dialog: &Element) -> Result<Self, JsValue> {
        let host: Element = tree.host().clone_node()?.unchecked_into();
        host.remove_attribute("id")?;
        host.set_attribute(MARK, "")?;
        let tree = shadow::attach_like(&host, tree)?.into();
        dialog.append_child(&host)?;
        Ok(Self { host, tree })
    }

    pub(super) const fn tree(&self) -> &Node {
        &self.tree
    }

    /// Whether it is still in the dialog: the page may have removed it.
    pub(super) fn is_in(&self, dialog: &Element) -> bool {
        self.host.parent_element().as_ref() == Some(dialog)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.host.remove();
    }
}
