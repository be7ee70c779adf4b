//! What the page shows above its content: modal dialogs, popovers and a full-screen element.

use wasm_bindgen::JsCast as _;
use web_sys::{Document, DocumentFragment, Element, Event, Node, ShadowRoot};

use super::CLASS;

/// Whether the target has become an open popover that is not a toaster.
pub(super) fn is_popover_of_page(event: &Event) -> bool {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target| {
        target.matches(":popover-open").unwrap_or(false) && !target.class_list().contains(CLASS)
    })
}

/// The tree of an element, and the trees around it up to the document.
pub(super) fn trees_around(element: &Element) -> Vec<Node> {
    let around = |tree: &Node| Some(tree.dyn_ref::<ShadowRoot>()?.host().get_root_node());
    std::iter::successors(Some(element.get_root_node()), around).collect()
}

pub(super) fn modals_in(tree: &Node) -> Vec<Element> {
    const MODALS: &str = "dialog:modal";
    let found = match tree.dyn_ref::<Document>() {
        Some(document) => document.query_selector_all(MODALS).ok(),
        None => tree
            .dyn_ref::<DocumentFragment>()
            .and_then(|shadow| shadow.query_selector_all(MODALS).ok()),
    };
    let Some(found) = found else {
        return Vec::new();
    };
    let dialogs = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok());
    dialogs.collect()
}

/// The full-screen element outside of which everything is inert, as for a modal dialog. `None`
/// if `home` is in it, or if it shows no children.
pub(super) fn full_screen(home: &Element) -> Option<Element> {
    let outermost = home.owner_document()?.fullscreen_element()?;
    let inside = |host: &Element| host.shadow_root()?.fullscreen_element();
    let element = std::iter::successors(Some(outermost), inside).last()?;
    let around = |inner: &Element| inner.get_root_node().dyn_into::<ShadowRoot>().ok();
    let mut hosts = std::iter::successors(Some(home.clone()), |inner| Some(around(inner)?.host()));
    let has_no_children = element.matches("audio, canvas, embed, iframe, img, object, video");
    let is_inert = !hosts.any(|host| element.contains(Some(&host)));
    (is_inert && !has_no_children.unwrap_or(true)).then_some(element)
}
