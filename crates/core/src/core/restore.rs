//! Reads the records of the storage.

use super::Core;
use super::entry::{Entry, FileSource};
use crate::id::TaskId;
use crate::input::StoredRecords;
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::snapshot::{Unreadable, from_record, record_key};
use crate::sorted::SortedSet;
use crate::time::Now;

impl Core {
    /// Merges the stored tasks.
    pub(super) fn stored(&mut self, stored: StoredRecords, now: Now) {
        let Some(store) = self.config.store.clone() else {
            return;
        };
        let known_mark = self.records.mark.replace(stored.forgotten.clone());
        let is_first = known_mark.is_none();
        if stored.forgotten.is_some() && known_mark.is_some_and(|mark| mark != stored.forgotten) {
            self.forget_locally(stored.forgotten);
        }
        let mut present = SortedSet::new();
        let (mut damaged, mut version) = (0, None);
        let prefix = record_key(&store, &TaskId::from(""));
        for (key, value) in stored.records {
            // Also a record that cannot be read: its task was not cleared.
            if let Some(id) = key.strip_prefix(&prefix) {
                present.insert(TaskId::from(id));
            }
            let snapshot = match from_record(&value) {
                Ok(snapshot)
                    if record_key(&store, &snapshot.id) == key
                        || mutation::is(Mutation::RecordsOfOtherStores) =>
                {
                    snapshot
                }
                // The record of a store whose name begins like this one's.
                Ok(_) => continue,
                Err(Unreadable::Damaged) => {
                    damaged += 1;
                    continue;
                }
                Err(Unreadable::Version(other)) => {
                    version = Some(other);
                    continue;
                }
            };
            let id = snapshot.id.clone();
            if snapshot.is_outdated(now.wall) && !self.entries.contains_key(&id) {
                // Nobody will continue this partial upload.
                if let Some(partial) = snapshot.resume().cloned() {
                    self.scheduler.queue_discard(partial);
                }
                self.write(&store, id, None);
                continue;
            }
            self.records.confirmed.insert(id);
            self.merge(None, snapshot, now);
        }
        for snapshot in stored.migrated {
            let id = snapshot.id.clone();
            if !snapshot.is_outdated(now.wall) && !self.entries.contains_key(&id) {
                self.merge(None, snapshot, now);
                self.records.mark(&id, now.monotonic);
            }
        }
        match is_first {
            true => self.sweep_copies(now),
            false => self.remove_missing(&present),
        }
        if std::mem::take(&mut self.records.writes_heard) {
            self.write_heard(now.monotonic);
        }
        if damaged > 0 {
            let text = format!("saved tasks that cannot be read: {damaged}");
            self.outputs.push_back(Output::Warn(text));
        }
        if let Some(version) = version {
            let text = format!("a saved task has version {version}, which is not known");
            self.outputs.push_back(Output::Warn(text));
        }
    }

    /// Removes tasks whose records are missing, because another tab has cleared them or the
    /// storage was cleared. A record that could never be written does not count.
    fn remove_missing(&mut self, present: &SortedSet<TaskId>) {
        let tab = self.config.tab;
        let is_queued = |id: &TaskId| {
            let mut outputs = self.outputs.iter();
            outputs.any(|output| matches!(output, Output::Write { task, .. } if task == id))
        };
        let is_missing = |id: &TaskId, entry: &Entry| {
            let is_local = entry.file_source(tab) == Some(FileSource::Local);
            let was_written = self.records.confirmed.contains(id)
                && !self.records.dirty.contains(id)
                && !is_queued(id);
            (was_written || mutation::is(Mutation::FailedWriteForgets))
                && !present.contains(id)
                && (entry.is_finished() || !is_local)
        };
        let entries = self.entries.iter();
        let missing = entries.filter(|(id, entry)| is_missing(id, entry));
        let missing: Vec<_> = missing.map(|(id, _)| id.clone()).collect();
        for id in missing {
            self.records.confirmed.remove(&id);
            self.remove(&id);
        }
    }
}
