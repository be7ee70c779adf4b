//! The elements of all instances on the page. `page.js` knows them, as the memory of this module
//! is invalid after a panic.

use web_sys::Element;

use super::page;

/// An element of an instance, removed from the page when this is dropped.
pub(super) struct Shown(Element);

impl Shown {
    pub(super) fn new(element: Element) -> Self {
        page::show(&element);
        Self(element)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        page::hide(&self.0);
    }
}
