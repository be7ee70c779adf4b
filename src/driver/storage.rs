//! Records of tasks in the browser's local storage.

use std::cell::Cell;
use std::rc::Rc;

use background_tasks_core::internals::migrate;
use background_tasks_core::{Snapshot, StoredRecords};
use web_sys::Storage;

use super::store_name::Names;
use super::warn;

/// What version 1 wrote after all tasks were cleared.
const NO_TASKS_IN_VERSION_1: &str = r#"{"version":1,"tasks":[]}"#;

/// The records of one store. Their keys begin with `{store}/`; the mark of
/// [`Output::Forget`](background_tasks_core::Output::Forget) is under `{store}!`.
pub(super) struct Records {
    prefix: String,
    mark: String,
    /// The key under which version 1 stored all tasks as one text.
    version_1: Option<Rc<str>>,
    /// Whether that text is still there, and its tasks are to be written in the new format.
    is_migrating: Cell<bool>,
}

impl Records {
    pub(super) fn new(names: &Names) -> Self {
        let store = &names.key;
        Self {
            prefix: format!("{store}/"),
            mark: format!("{store}!"),
            version_1: names.version_1.clone(),
            is_migrating: Cell::default(),
        }
    }

    pub(super) fn read(&self) -> StoredRecords {
        let Some(storage) = storage() else {
            return StoredRecords::default();
        };
        let get = |key: &str| storage.get_item(key).ok().flatten();
        let keys = self.keys(&storage).into_iter();
        let records = keys.filter_map(|key| get(&key).map(|value| (key, value)));
        StoredRecords {
            records: records.collect(),
            forgotten: get(&self.mark),
            migrated: self.read_version_1(&storage),
        }
    }

    /// Whether the record was written, or removed if there is no `value`. The storage may
    /// be full or forbidden.
    pub(super) fn write(&self, key: &str, value: Option<&str>) -> bool {
        let Some(storage) = storage() else {
            return false;
        };
        if self.is_migrating.take() {
            // The tasks are written one after another from here on, and may need its room.
            self.remove_version_1(&storage);
        }
        match value {
            Some(value) => storage.set_item(key, value).is_ok(),
            None => storage.remove_item(key).is_ok(),
        }
    }

    /// Removes every record and leaves `mark`.
    pub(super) fn forget(&self, mark: &str) {
        let Some(storage) = storage() else {
            return;
        };
        for key in self.keys(&storage) {
            let _ = storage.remove_item(&key);
        }
        self.remove_version_1(&storage);
        // There is room for it: more was removed. Storage that is forbidden has no records.
        let _ = storage.set_item(&self.mark, mark);
    }

    fn keys(&self, storage: &Storage) -> Vec<String> {
        let length = storage.length().unwrap_or_default();
        let keys = (0..length).filter_map(|index| storage.key(index).ok().flatten());
        keys.filter(|key| key.starts_with(&self.prefix)).collect()
    }

    fn read_version_1(&self, storage: &Storage) -> Vec<Snapshot> {
        let Some((_, text)) = self.version_1(storage) else {
            return Vec::new();
        };
        let snapshots = migrate(&text);
        if snapshots.is_empty() {
            self.remove_version_1(storage);
            if text != NO_TASKS_IN_VERSION_1 {
                warn("tasks saved by an earlier version cannot be read");
            }
        } else {
            self.is_migrating.set(true);
        }
        snapshots
    }

    fn remove_version_1(&self, storage: &Storage) {
        if let Some((key, _)) = self.version_1(storage) {
            let _ = storage.remove_item(key);
        }
    }

    /// The key and the text of version 1, if there is one.
    fn version_1(&self, storage: &Storage) -> Option<(&str, String)> {
        let key = self.version_1.as_deref()?;
        let text = storage.get_item(key).ok().flatten()?;
        // Values under other keys with our prefix are not JSON objects.
        text.starts_with('{').then_some((key, text))
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
