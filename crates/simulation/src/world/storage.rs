//! The storage that the tabs share, and what other programs write into it.

use background_tasks_core::internals::{from_record, record_key, to_record};
use background_tasks_core::{Input, StoredRecords, TaskId};

use super::checks::GHOST;
use super::{STORES, World, actions::pick};

impl World<'_> {
    pub(super) fn write(&mut self, number: u64, task: TaskId, key: String, value: Option<String>) {
        if self.storage_full {
            *self.counts.entry("write failed").or_insert(0) += 1;
            let (time, wall) = (self.time, self.wall);
            if let Some(tab) = self.tabs.get_mut(&number) {
                let now = tab.now(time, wall);
                tab.core.handle(Input::WriteFailed(task), now);
            }
            return;
        }
        match value {
            Some(value) => {
                self.storage.insert(key, value);
            }
            None => {
                self.storage.remove(&key);
            }
        }
    }

    pub(super) fn stored(&self, store: &str) -> StoredRecords {
        let prefix = format!("{store}/");
        let records = self.storage.iter();
        let records = records.filter(|(key, _)| key.starts_with(&prefix));
        StoredRecords {
            records: records
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            forgotten: self.storage.get(&format!("{store}!")).cloned(),
            migrated: Vec::new(),
        }
    }

    /// A store whose name begins like this one's has a task as well.
    pub(super) fn write_other_store(&mut self) {
        let values: Vec<_> = self.storage.values().cloned().collect();
        let chosen = pick(&values, self.rng.usize(..100));
        if let Some(mut snapshot) = chosen.and_then(|value| from_record(&value).ok()) {
            snapshot.id = TaskId::from(format!("{GHOST}-{}", snapshot.id));
            let key = record_key(&format!("{}/other", STORES[0]), &snapshot.id);
            self.storage.insert(key, to_record(&snapshot));
        }
    }

    /// A record of nonsense, or one that is damaged by a missing character.
    pub(super) fn write_nonsense(&mut self) {
        self.write_other_store();
        let key = format!("{}/nonsense-{}", STORES[0], self.rng.u64(0..4));
        let length = self.rng.usize(0..40);
        let value = (0..length).map(|_| char::from(self.rng.u8(..))).collect();
        let keys: Vec<_> = self.storage.keys().cloned().collect();
        if self.rng.bool()
            && let Some(key) = pick(&keys, self.rng.usize(..100))
            && let Some(value) = self.storage.get_mut(&key)
        {
            *value = value.chars().skip(1).collect();
            self.ledger.storage_cleared = true;
            self.ledger_lost_record(&key);
        }
        self.storage.insert(key, value);
    }
}
