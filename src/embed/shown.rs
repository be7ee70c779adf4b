//! The elements that all instances have on the page.

use std::cell::RefCell;

use web_sys::Element;

thread_local! {
    static SHOWN: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
}

/// An element of an instance, off the page when this is dropped.
pub(super) struct Shown(Element);

impl Shown {
    pub(super) fn new(element: Element) -> Self {
        SHOWN.with_borrow_mut(|shown| shown.push(element.clone()));
        Self(element)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.remove();
        SHOWN.with_borrow_mut(|shown| shown.retain(|element| *element != self.0));
    }
}

/// Whether one of them is such a one.
pub(super) fn is_any(is_such: impl Fn(&Element) -> bool) -> bool {
    SHOWN.with_borrow(|shown| shown.iter().any(is_such))
}

/// Takes all of them off the page after a panic: nothing in them would tell the
/// truth any more, or could be pressed.
pub(super) fn remove_all() {
    // Whether it is borrowed depends on where the panic was.
    let _ = SHOWN.try_with(|shown| {
        if let Ok(shown) = shown.try_borrow() {
            shown.iter().for_each(Element::remove);
        }
    });
}
