//! The elements of all instances on the page.

use std::cell::RefCell;

use web_sys::Element;

thread_local! {
    static SHOWN: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
}

/// An element of an instance, removed from the page when this is dropped.
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

/// Whether `test` is true for one of them.
pub(super) fn is_any(test: impl Fn(&Element) -> bool) -> bool {
    // Copied, since `test` calls the page.
    let shown = SHOWN.with_borrow(Vec::clone);
    shown.iter().any(test)
}

/// Removes all of them from the page after a panic: they would show an outdated state, and
/// their buttons would not work.
pub(super) fn remove_all() {
    // It may be borrowed, depending on where the panic was.
    let _ = SHOWN.try_with(|shown| {
        if let Ok(shown) = shown.try_borrow() {
            shown.iter().for_each(Element::remove);
        }
    });
}
