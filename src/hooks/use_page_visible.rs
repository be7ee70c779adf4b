//! A hook for the visibility of the page.

use yew::prelude::*;

use crate::page_visibility::{is_visible, listen};
use crate::use_guard::use_guard;

/// Whether the page is visible. Re-renders the component when that changes.
///
/// `use_visible` of yew-hooks tells whether an element is in the viewport, also in a hidden
/// tab.
#[hook]
pub(crate) fn use_page_visible() -> bool {
    let visible = use_state_eq(is_visible);
    use_guard((), {
        let visible = visible.setter();
        move |()| listen(move || visible.set(is_visible()))
    });
    *visible
}
