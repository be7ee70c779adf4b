//! Under which name the tasks of an instance are kept.

use std::cell::RefCell;

use background_tasks_core::sorted::SortedSet;
use wasm_bindgen::JsValue;

use super::arguments;

thread_local! {
    /// The numbers of those who were given no name.
    static UNNAMED: RefCell<SortedSet<u32>> = const { RefCell::new(SortedSet::new()) };
}

/// Where the tasks of one instance are kept.
pub(super) enum StoreName {
    /// Nowhere.
    Nothing,
    /// Where everybody who says so has them.
    Given(String),
    /// In a place of its own: the first free one, which is the same after a
    /// reload of a page that sets up its instances in the same order.
    Own(Number),
}

/// A number that nobody else on the page has, until it is dropped.
pub(super) struct Number(u32);

impl Drop for Number {
    fn drop(&mut self) {
        UNNAMED.with_borrow_mut(|numbers| numbers.remove(&self.0));
    }
}

impl StoreName {
    pub(super) fn own() -> Self {
        UNNAMED.with_borrow_mut(|numbers| {
            let free = (1..).find(|number| !numbers.contains(number)).unwrap_or(0);
            numbers.insert(free);
            Self::Own(Number(free))
        })
    }

    pub(super) fn read(name: &str, value: &JsValue) -> Result<Self, JsValue> {
        if value.is_null() {
            return Ok(Self::Nothing);
        }
        let given = value.as_string().filter(|given| !given.is_empty());
        let wrong = || arguments::wrong(name, "a string that is not empty, or null");
        given.map(Self::Given).ok_or_else(wrong)
    }

    /// The key in local storage (CONTRACT §7).
    pub(super) fn key(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Given(name) => Some(format!("background-tasks:{name}")),
            Self::Own(Number(1)) => Some("background-tasks:tasks".to_owned()),
            Self::Own(Number(number)) => Some(format!("background-tasks:tasks-{number}")),
        }
    }
}
