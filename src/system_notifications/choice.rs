//! The person's choice, kept in local storage where the browser lets it.

use web_sys::Storage;

const KEY: &str = "background-tasks:notifications";

/// Where the choice is kept, or that it is not.
pub(super) struct Choice {
    kept: bool,
}

impl Choice {
    pub(super) const fn new(kept: bool) -> Self {
        Self { kept }
    }

    /// As it is kept; none where nothing is, or nothing that makes sense.
    pub(super) fn read(&self) -> Option<bool> {
        let text = self.storage()?.get_item(KEY).ok().flatten()?;
        match text.as_str() {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        }
    }

    /// Where storage is full or forbidden the choice lasts as long as the page,
    /// of which persistence has warned already.
    pub(super) fn write(&self, wanted: bool) {
        let Some(storage) = self.storage() else {
            return;
        };
        let word = if wanted { "on" } else { "off" };
        if storage.set_item(KEY, word).is_err() {
            // No choice is better there than an older one, and takes no room.
            let _ = storage.remove_item(KEY);
        }
    }

    fn storage(&self) -> Option<Storage> {
        let window = web_sys::window().filter(|_| self.kept)?;
        window.local_storage().ok().flatten()
    }
}
