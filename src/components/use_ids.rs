//! A hook for element ids.

use std::cell::Cell;

use yew::prelude::*;

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// The ids of the elements of one component instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ids(u32);

impl Ids {
    /// The id of an element that the component calls `name`.
    pub(super) fn of(self, name: &str) -> String {
        format!("ybt-{}-{name}", self.0)
    }
}

/// Returns ids that are unique on the page, however many instances of the component there
/// are. They do not change while the component is mounted.
#[hook]
pub(super) fn use_ids() -> Ids {
    *use_ref(|| {
        let number = LAST.get() + 1;
        LAST.set(number);
        Ids(number)
    })
}
