//! The records in the storage: one per task, written in batches by the tab that drives it.

use std::time::Duration;

use litemap::LiteMap;

use super::Core;
use crate::id::TaskId;
use crate::output::Output;
use crate::snapshot::{record_key, to_record};
use crate::sorted::SortedSet;
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

/// The minimum time between two batches. A state transition is written with the next one.
const WRITE_DELAY: Duration = Duration::from_millis(500);

/// The same for progress. It is written when the page is left in any case, so only a
/// crash makes it two seconds older.
const PROGRESS_WRITE_DELAY: Duration = Duration::from_secs(2);

/// How much longer progress may wait to be written with other changes, without a timer of
/// its own.
const PROGRESS_SLACK: Duration = Duration::from_millis(100);

/// A change that was received so recently may not be written yet by the tab that sent it.
pub const RECENT: Duration = Duration::from_secs(3);

/// The state of the records, as far as this tab knows.
#[derive(Debug, Default)]
pub struct Records {
    /// Tasks whose records are to be written.
    pub dirty: SortedSet<TaskId>,
    /// Tasks whose records are to be removed.
    pub removed: SortedSet<TaskId>,
    /// When the next batch may be written, and when it must be.
    pub due: Option<(Timestamp, Timestamp)>,
    pub last: Option<Timestamp>,
    /// Tasks of which another tab has just sent a change, and when.
    pub received: LiteMap<TaskId, Timestamp>,
    /// Whether they are written once the storage has been read.
    pub writes_heard: bool,
    /// Tasks whose record was read or written, so that its absence means something.
    pub confirmed: SortedSet<TaskId>,
    /// The mark that was found when the storage was first read.
    pub mark: Option<Option<String>>,
    pub has_warned: bool,
    /// Tabs whose end is reported.
    pub watched: SortedSet<TabId>,
    /// Closed tabs whose uploads only the leader may call interrupted.
    pub gone: SortedSet<TabId>,
}

impl Records {
    /// A task has changed state.
    pub fn mark(&mut self, id: &TaskId, now: Timestamp) {
        self.dirty.insert(id.clone());
        let last = self.last.unwrap_or_default();
        self.schedule(now.max(last + WRITE_DELAY), Duration::ZERO);
    }

    /// A task has made progress.
    pub fn mark_later(&mut self, id: &TaskId, now: Timestamp) {
        self.dirty.insert(id.clone());
        self.schedule(now + PROGRESS_WRITE_DELAY, PROGRESS_SLACK);
    }

    /// Another tab, which writes the record of the task, has sent a change.
    pub fn mark_received(&mut self, id: &TaskId, now: Timestamp) {
        self.received.retain(|_, at| now < *at + RECENT);
        self.received.insert(id.clone(), now);
    }

    /// The tab that wrote them is no longer the leader.
    pub fn mark_all_heard(&mut self, now: Timestamp) {
        for (id, _) in std::mem::take(&mut self.received) {
            self.mark(&id, now);
        }
    }

    /// Leaves out tasks that another tab writes from now on, unless there is none.
    pub fn hand_over(&mut self, is_written_here: impl Fn(&TaskId) -> bool, now: Timestamp) {
        for id in std::mem::take(&mut self.dirty) {
            match is_written_here(&id) {
                true => drop(self.dirty.insert(id)),
                false => self.mark_received(&id, now),
            }
        }
    }

    fn schedule(&mut self, at: Timestamp, slack: Duration) {
        let before = self.due.unwrap_or((at, at + slack));
        self.due = Some((before.0.min(at), before.1.min(at + slack)));
    }

    /// When the next batch needs a timer.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.map(|(_, latest)| latest)
    }

    /// Removes and returns the closed tabs.
    pub fn take_gone(&mut self) -> SortedSet<TabId> {
        std::mem::take(&mut self.gone)
    }
}

impl Core {
    pub(super) fn write_soon(&mut self, id: &TaskId, now: Now) {
        self.records.mark(id, now.monotonic);
    }

    /// Removes the record with the next batch.
    pub(super) fn remove_record(&mut self, id: &TaskId) {
        self.records.removed.insert(id.clone());
        self.records.mark(id, self.last_handled);
    }

    pub(super) fn write_due(&mut self, now: Timestamp) {
        if self.records.due.is_some_and(|(due, _)| now >= due) {
            self.write_all();
        }
    }

    /// Writes and removes what has changed.
    pub(super) fn write_all(&mut self) {
        self.records.due = None;
        self.records.last = Some(self.last_handled);
        let dirty = std::mem::take(&mut self.records.dirty);
        let removed = std::mem::take(&mut self.records.removed);
        let Some(store) = self.config.store.clone() else {
            return;
        };
        for id in removed {
            if !self.entries.contains_key(&id) {
                self.records.confirmed.remove(&id);
                self.write(&store, id, None);
            }
        }
        // While there is no leader, no other tab may write the changes of this one.
        let leads = self.is_leader() || self.ownership.is_joining();
        let tab = self.config.tab;
        for id in dirty {
            let Some(entry) = self.entries.get(&id) else {
                continue;
            };
            // Another tab writes what it drives; a task that is new here is written by both.
            let is_confirmed = self.records.confirmed.contains(&id);
            if entry.is_driven_by(tab, leads) || !is_confirmed {
                let record = to_record(&entry.snapshot);
                self.records.confirmed.insert(id.clone());
                self.write(&store, id, Some(record));
            }
        }
    }

    pub(super) fn write(&mut self, store: &str, task: TaskId, value: Option<String>) {
        let key = record_key(store, &task);
        self.outputs.push_back(Output::Write { task, key, value });
    }

    /// The page works without storage, and forgets nothing because a write failed.
    pub(super) fn write_failed(&mut self, id: TaskId, now: Now) {
        self.records.confirmed.remove(&id);
        if self
            .entries
            .get(&id)
            .is_some_and(|it| it.snapshot.kept().is_some())
        {
            // After a reload nothing would name the copy, so the page has to ask before it is left.
            self.drop_copy(&id);
            self.note_copy(&id, now);
        }
        // Tried again with the next batch.
        self.records.dirty.insert(id);
        if !std::mem::replace(&mut self.records.has_warned, true) {
            let text = "tasks cannot be saved in this browser, and will not survive a reload";
            self.outputs.push_back(Output::Warn(text.to_owned()));
        }
    }
}
