//! A stand-in for a shadow host, in a dialog that is not in the host's shadow tree.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use web_sys::{Element, Node, ShadowRoot};

use crate::shadow;

/// Marks the stand-in, for a custom element that is not to begin anew in it.
const MARK: &str = "data-stand-in";

/// A copy of the host, gone from the page when this is dropped. The page's own
/// nodes stay where the page has them; its rules for the host, with their custom
/// properties and parts, are as good for the copy.
pub(super) struct StandIn {
    host: Element,
    tree: Node,
}

impl StandIn {
    /// Puts one for the host of `tree` into `dialog`.
    ///
    /// # Errors
    ///
    /// What the browser throws: the copy has a shadow tree by itself.
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

    /// Whether it is still there: the page may have taken it out.
    pub(super) fn is_in(&self, dialog: &Element) -> bool {
        self.host.parent_element().as_ref() == Some(dialog)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.host.remove();
    }
}
