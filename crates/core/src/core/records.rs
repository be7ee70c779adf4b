//! What is stored: one record per task, written in batches by the tab that drives it.

use std::time::Duration;

use litemap::LiteMap;

use super::Core;
use super::entry::{Entry, FileSource};
use crate::id::TaskId;
use crate::input::StoredRecords;
use crate::message::Message;
use crate::monitor;
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::ownership::Ownership;
use crate::snapshot::{Unreadable, from_record, record_key, to_record};
use crate::sorted::SortedSet;
use crate::tab::TabId;
use crate::time::{Now, Timestamp};
use crate::upload;

/// The least time between two batches. A state transition is written with the next.
const WRITE_DELAY: Duration = Duration::from_millis(500);

/// The same for progress. It is written when the page is left in any case, so only a
/// crash makes it two seconds older.
const PROGRESS_WRITE_DELAY: Duration = Duration::from_secs(2);

/// How much longer progress waits for a check, so that it needs no timer of its own.
const PROGRESS_SLACK: Duration = Duration::from_millis(100);

/// A change that was received so recently may not be written yet by the tab that sent it.
const RECENT: Duration = Duration::from_secs(3);

/// What this tab knows of the storage.
#[derive(Debug, Default)]
pub struct Records {
    /// Tasks whose records are to be written.
    dirty: SortedSet<TaskId>,
    /// Tasks whose records are to be removed.
    removed: SortedSet<TaskId>,
    /// When the next batch may be written, and when it must be.
    due: Option<(Timestamp, Timestamp)>,
    last: Option<Timestamp>,
    /// Tasks of which another tab has just sent a change.
    received: LiteMap<TaskId, Timestamp>,
    /// Whether it is to be written once it is known what stands there.
    writes_heard: bool,
    /// Tasks whose record was read or written, so that its absence means something.
    pub(super) confirmed: SortedSet<TaskId>,
    /// The mark that was found when the storage was first read.
    mark: Option<Option<String>>,
    has_warned: bool,
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
        self.received.retain(|_, at| now.since(*at) < RECENT);
        self.received.insert(id.clone(), now);
    }

    /// The tab that wrote them leads no more.
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

    /// Takes out the tabs that are closed.
    pub fn take_gone(&mut self) -> SortedSet<TabId> {
        std::mem::take(&mut self.gone)
    }
}

impl Core {
    pub(super) fn write_soon(&mut self, id: &TaskId, now: Now) {
        self.records.mark(id, now.monotonic);
    }

    /// Has the record removed with the next batch.
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
    fn write_all(&mut self) {
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
        // Until it is known who leads nobody else may write what has changed here.
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

    fn write(&mut self, store: &str, task: TaskId, value: Option<String>) {
        let key = record_key(store, &task);
        self.outputs.push_back(Output::Write { task, key, value });
    }

    /// The page works without storage, and forgets nothing because a write failed.
    pub(super) fn write_failed(&mut self, id: TaskId) {
        self.records.confirmed.remove(&id);
        // Tried again with the next batch.
        self.records.dirty.insert(id);
        if !std::mem::replace(&mut self.records.has_warned, true) {
            let text = "tasks cannot be saved in this browser, and will not survive a reload";
            self.outputs.push_back(Output::Warn(text.to_owned()));
        }
    }

    /// Takes in what is stored.
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
            // Also one that cannot be read: its task is not cleared.
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
        if !is_first {
            self.remove_missing(&present);
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

    /// Another tab has cleared these, or the storage was: a record that could never be
    /// written is no reason to forget its task.
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

    /// The page is about to be left: everything is written, and another tab takes over.
    pub(super) fn page_hide(&mut self, now: Now) {
        self.write_all();
        if !self.records.received.is_empty() {
            // What stands there may be newer than what was received.
            self.records.writes_heard = true;
            self.outputs.push_back(Output::ReadStorage);
        }
        self.change_role(now, Ownership::leave);
        self.leave_origin(now.monotonic);
        self.records.watched.clear();
    }

    /// A page that is loaded again must not show less than before.
    fn write_heard(&mut self, now: Timestamp) {
        let received = std::mem::take(&mut self.records.received);
        let Some(store) = self.config.store.clone() else {
            return;
        };
        for (id, at) in received {
            if now.since(at) < RECENT
                && let Some(entry) = self.entries.get(&id)
            {
                let record = to_record(&entry.snapshot);
                self.write(&store, id, Some(record));
            }
        }
    }

    /// The page has come back: other tabs may have changed everything meanwhile.
    pub(super) fn page_show(&mut self, now: Now) {
        self.outputs
            .extend(self.config.store.as_ref().map(|_| Output::ReadStorage));
        if self.ownership.is_away() {
            self.change_role(now, Ownership::rejoin);
        }
        self.step_all(now, &monitor::Event::Woken, &upload::Event::Woken);
    }

    /// Forgets everything under this store's name, in every tab. Jobs on the server continue.
    pub(super) fn forget_everything(&mut self, now: Now) {
        let mark = format!("{}-{}", self.config.tab, now.wall.as_millis());
        self.send(Message::Forget(mark.clone()));
        self.forget_locally(Some(mark.clone()));
        if self.config.store.is_some() {
            self.outputs.push_back(Output::Forget(mark));
        }
    }

    /// Forgets every task of this tab, and removes the records that it may have written
    /// before it learned of the mark.
    pub(super) fn forget_locally(&mut self, mark: Option<String>) {
        for request in self.scheduler.take_all() {
            self.outputs.push_back(Output::Abort(request));
        }
        self.connection = None;
        self.unlisted.clear();
        self.stream = crate::stream::Stream::default();
        let ids: Vec<_> = self.entries.keys().cloned().collect();
        for id in ids {
            let run = self.entries.get(&id).map_or(0, |it| it.snapshot.run());
            self.remove(&id);
            if let Some(store) = self.config.store.clone() {
                self.write(&store, id.clone(), None);
            }
            self.note_cleared(id, run);
        }
        let watched = std::mem::take(&mut self.records.watched);
        self.records = Records {
            mark: Some(mark),
            watched,
            ..Records::default()
        };
    }
}
