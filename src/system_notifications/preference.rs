//! The user's preference, kept in local storage if the browser allows it.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, Storage, StorageEvent};

const KEY: &str = "background-tasks:notifications";

/// Whether a `storage` event may be about the preference: `clear` has no key.
pub(super) fn is_affected(event: &Event) -> bool {
    let event: Option<&StorageEvent> = event.dyn_ref();
    let key = event.and_then(StorageEvent::key);
    key.is_none_or(|key| key == KEY)
}

/// The stored preference.
pub(super) struct Preference {
    persistent: bool,
}

impl Preference {
    pub(super) const fn new(persistent: bool) -> Self {
        Self { persistent }
    }

    /// The stored value; `None` if there is none or it is invalid.
    pub(super) fn read(&self) -> Option<bool> {
        let text = self.storage()?.get_item(KEY).ok().flatten()?;
        match text.as_str() {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        }
    }

    /// Stores the preference. If storage is full or forbidden, the preference lasts as long as
    /// the page; the storage of tasks has already logged a warning.
    pub(super) fn write(&self, enabled: bool) {
        let Some(storage) = self.storage() else {
            return;
        };
        let value = if enabled { "on" } else { "off" };
        if storage.set_item(KEY, value).is_err() {
            // A missing value is better than an outdated one.
            let _ = storage.remove_item(KEY);
        }
    }

    fn storage(&self) -> Option<Storage> {
        let window = web_sys::window().filter(|_| self.persistent)?;
        window.local_storage().ok().flatten()
    }
}
