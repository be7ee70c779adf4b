//! Removes finished tasks from the list.

use super::Core;
use super::entry::{Entry, FileSource};
use crate::id::TaskId;
use crate::message::Message;
use crate::time::Now;

/// How many cleared tasks are remembered, so that a late message restores none of them.
const MAX_CLEARED: usize = 500;

impl Core {
    /// Removes finished tasks from the list of every tab.
    pub(super) fn clear(&mut self, ids: Vec<TaskId>, now: Now) {
        let mut cleared = Vec::new();
        for id in ids {
            let Some(entry) = self.entries.get(&id).filter(|it| it.is_finished()) else {
                continue;
            };
            cleared.push((id.clone(), entry.snapshot.run()));
            // This partial upload will not be continued.
            if let Some(upload) = entry.snapshot.resume().cloned() {
                self.scheduler.queue_discard(upload);
            }
            self.drop_copy(&id);
            self.take_off(&id, now);
            self.remove_record(&id);
        }
        if !cleared.is_empty() {
            for (id, run) in cleared.iter().cloned() {
                self.note_cleared(id, run);
            }
            self.send(Message::Cleared(cleared));
        }
    }

    pub(super) fn cleared_elsewhere(&mut self, tasks: Vec<(TaskId, u64)>, now: Now) {
        for (id, run) in tasks {
            let tab = self.config.tab;
            let is_meant = |entry: &Entry| {
                let is_local = entry.file_source(tab) == Some(FileSource::Local);
                entry.snapshot.run() <= run && (entry.is_finished() || !is_local)
            };
            if self.entries.get(&id).is_none_or(is_meant) {
                self.drop_copy(&id);
                self.take_off(&id, now);
                self.note_cleared(id.clone(), run);
                if self.is_leader() {
                    self.remove_record(&id);
                    self.records.mark(&id, now.monotonic);
                }
            }
        }
    }

    /// Remembers that a task was cleared in this run.
    pub(super) fn note_cleared(&mut self, id: TaskId, run: u64) {
        if let Some((_, last)) = self.cleared.iter_mut().find(|(it, _)| *it == id) {
            *last = run.max(*last);
            return;
        }
        self.cleared.push_back((id, run));
        if self.cleared.len() > MAX_CLEARED {
            self.cleared.pop_front();
        }
    }

    /// Removes a task, and aborts its request.
    pub(super) fn remove(&mut self, id: &TaskId) {
        self.set_attempt(id, None);
        if let Some(entry) = self.entries.remove(id) {
            self.schedule.set(id, None);
            self.index.forget(&entry.snapshot);
            self.finished.remove(id);
            self.drop_outdated_commands(id);
            self.announcements.forget(id);
            self.records.confirmed.remove(id);
            self.unsent.remove(id);
            self.copies.remove(id);
            self.touched.remove(id);
            self.outputs
                .extend(entry.shown.map(super::publish::removed));
        }
    }
}
