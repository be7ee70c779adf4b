//! The hook that follows whether anyone can see the page.

use yew::prelude::*;

use crate::page_visibility::{is_visible, listen};
use crate::use_guard::use_guard;

/// Whether the page is in front. Re-renders when that changes.
///
/// `use_visible` of yew-hooks is about an element's place in the viewport, and
/// says nothing of a tab in the background.
#[hook]
pub(crate) fn use_page_visible() -> bool {
    let visible = use_state_eq(is_visible);
    use_guard((), {
        let visible = visible.setter();
        move |()| listen(move || visible.set(is_visible()))
    });
    *visible
}
