//! What changed is shown, and told to the other tabs.

use std::rc::Rc;
use std::time::Duration;

use litemap::LiteMap;

use super::Core;
use super::entry::Entry;
use crate::change::Change;
use crate::id::TaskId;
use crate::message::{Message, Raw};
use crate::output::{Output, ToastEffect};
use crate::snapshot::Snapshot;
use crate::sorted::{SortedSet, by_start};
use crate::tab::TabId;
use crate::task::Task;
use crate::time::{Now, Timestamp};

/// A visible tab that was asked to announce an end must confirm it within this time.
const CONFIRMATION: Duration = Duration::from_secs(2);

/// Ends of tasks that are to be announced.
#[derive(Debug, Default)]
pub struct Announcements {
    /// In this tab.
    here: SortedSet<TaskId>,
    /// In another tab, which must confirm it.
    elsewhere: LiteMap<TaskId, Delegated>,
}

#[derive(Debug)]
struct Delegated {
    to: TabId,
    run: u64,
    due: Timestamp,
}

impl Announcements {
    /// Another tab has announced the end of this run.
    pub fn confirm(&mut self, id: &TaskId, run: u64) {
        if self.elsewhere.get(id).is_some_and(|it| it.run <= run) {
            self.elsewhere.remove(id);
        }
    }

    /// A tab that is closed confirms nothing any more.
    pub fn tab_closed(&mut self, tab: TabId, now: Timestamp) {
        for (_, delegated) in self.elsewhere.iter_mut().filter(|(_, it)| it.to == tab) {
            delegated.due = now;
        }
    }

    /// The task was removed.
    pub fn forget(&mut self, id: &TaskId) {
        self.here.remove(id);
        self.elsewhere.remove(id);
    }

    /// When a confirmation is overdue.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.elsewhere.values().map(|it| it.due).min()
    }
}

/// The change and its effect when a task is taken off the list.
pub fn removed(task: Rc<Task>) -> Output {
    Output::Changed(Change::Removed(task), ToastEffect::Dismiss)
}

impl Core {
    /// A task that this tab drives has ended: a visible tab announces it, if there is one.
    pub(super) fn announce(&mut self, id: &TaskId, now: Now) {
        let visible_other = self.ownership.visible_other();
        let other = visible_other.filter(|_| !self.environment.visible);
        let entry = self.entries.get(id);
        if let (Some(to), Some(entry)) = (other, entry) {
            let run = entry.snapshot.run();
            let due = now.monotonic + CONFIRMATION;
            let snapshot = Raw::new(&entry.snapshot);
            self.announcements
                .elsewhere
                .insert(id.clone(), Delegated { to, run, due });
            self.send(Message::Announce { to, snapshot });
        } else {
            self.announcements.here.insert(id.clone());
            self.touched.insert(id.clone());
        }
    }

    /// Another tab asks this one to announce how a task ended.
    pub(super) fn announce_for(&mut self, from: TabId, snapshot: Snapshot, now: Now) {
        let (id, run) = (snapshot.id.clone(), snapshot.run());
        self.merge(Some(from), snapshot, now);
        let entry = self.entries.get_mut(&id);
        let entry = entry.filter(|it| it.is_finished() && it.snapshot.run() == run);
        if let Some(entry) = entry {
            if entry.announced != Some(run) {
                self.announcements.here.insert(id.clone());
                self.touched.insert(id.clone());
            }
            self.send(Message::Announced(id, run));
        }
    }

    /// The tab that was asked has not confirmed.
    pub(super) fn announce_overdue(&mut self, now: Timestamp) {
        let elsewhere = self.announcements.elsewhere.iter();
        let overdue = elsewhere.filter(|(_, it)| now >= it.due);
        let overdue: Vec<_> = overdue.map(|(id, _)| id.clone()).collect();
        for id in overdue {
            self.announcements.elsewhere.remove(&id);
            self.announcements.here.insert(id.clone());
            self.touched.insert(id);
        }
    }

    /// Shows what has changed since the last time, and tells the other tabs.
    pub(super) fn publish(&mut self, now: Now) {
        let touched = std::mem::take(&mut self.touched);
        let tab = self.config.tab;
        let (mut changes, mut announced) = (Vec::new(), Vec::new());
        for id in touched {
            let announces = self.announcements.here.remove(&id);
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            if announces {
                entry.announced = Some(entry.snapshot.run());
            }
            let task = entry.snapshot.task(tab);
            if entry.shown.as_deref() == Some(&task) {
                announced.extend(announces.then_some(id));
                continue;
            }
            let after = Rc::new(task);
            let before = entry.shown.replace(Rc::clone(&after));
            let effect = effect(entry, before.as_deref(), announces);
            changes.push((Change::Put { before, after }, effect));
        }
        // The list has them in the order of their starts, also after a reload.
        let changes = by_start(changes, |(change, _)| change.start());
        let changes = changes.into_iter();
        self.outputs
            .extend(changes.map(|(change, effect)| Output::Changed(change, effect)));
        self.outputs
            .extend(announced.into_iter().map(Output::Announce));
        self.share();
        self.evict(now);
    }

    /// Tells the other tabs what this one drives, or has started.
    fn share(&mut self) {
        let unsent = std::mem::take(&mut self.unsent);
        let (tab, leads) = (self.config.tab, self.is_leader());
        let mut snapshots = Vec::new();
        let has_company = self.ownership.has_company();
        for id in unsent {
            if let Some(entry) = self.entries.get_mut(&id) {
                let is_new = std::mem::take(&mut entry.is_new_here);
                if has_company && (is_new || entry.is_driven_by(tab, leads)) {
                    snapshots.push(Raw::new(&entry.snapshot));
                }
            }
        }
        if !snapshots.is_empty() {
            self.send(Message::Snapshots(snapshots));
        }
    }

    /// Only so many finished tasks are kept. The leader clears the others for all tabs,
    /// after all have learnt how they ended.
    fn evict(&mut self, _now: Now) {
        if self.is_leader() {
            let surplus: Vec<_> = self.finished.evict().into_iter().collect();
            self.clear(surplus);
        }
    }
}

/// What a change means for the task's toast.
fn effect(entry: &Entry, before: Option<&Task>, announces: bool) -> ToastEffect {
    let was_finished = before.map(|task| task.state.is_ended());
    match (was_finished, entry.is_finished()) {
        (None, false) if entry.snapshot.toast_closed => ToastEffect::Dismiss,
        (None | Some(true), false) => ToastEffect::Show,
        (Some(false), false) => ToastEffect::Update,
        (_, true) if announces => ToastEffect::Show,
        (Some(true), true) => ToastEffect::Update,
        (None | Some(false), true) => ToastEffect::Dismiss,
    }
}
