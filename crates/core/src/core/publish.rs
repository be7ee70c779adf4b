//! What changed is shown, and told to the other tabs.

use std::rc::Rc;
use std::time::Duration;

use litemap::LiteMap;

use super::Core;
use super::entry::Entry;
use crate::change::Change;
use crate::id::TaskId;
use crate::message::{Message, Raw};
use crate::mutation::{self, Mutation};
use crate::output::{Output, ToastEffect};
use crate::snapshot::Snapshot;
use crate::sorted::{SortedSet, by_start};
use crate::tab::TabId;
use crate::task::Task;
use crate::time::{Now, Timestamp};

/// A visible tab that was asked to announce an end must answer within this time.
const CONFIRMATION: Duration = Duration::from_secs(2);

/// Ends of tasks that are to be announced.
#[derive(Debug, Default)]
pub struct Announcements {
    /// In this tab.
    here: SortedSet<TaskId>,
    /// In another tab, which must answer.
    elsewhere: LiteMap<TaskId, Delegated>,
    /// Here, unless the tab that asked does it: it must answer as well.
    offered: LiteMap<TaskId, Delegated>,
}

#[derive(Debug)]
struct Delegated {
    to: TabId,
    run: u64,
    due: Timestamp,
}

impl Announcements {
    /// The other tab answers in time: whether it is still to be announced there.
    fn delegate(&mut self, id: &TaskId, run: u64) -> bool {
        let is_it = self.elsewhere.get(id).is_some_and(|it| it.run == run);
        is_it && self.elsewhere.remove(id).is_some()
    }

    /// The tab that asked has answered: whether this tab had offered it.
    pub fn take_offer(&mut self, id: &TaskId, run: u64) -> bool {
        let is_it = self.offered.get(id).is_some_and(|it| it.run == run);
        is_it && self.offered.remove(id).is_some()
    }

    /// A tab that is closed answers nothing any more.
    pub fn tab_closed(&mut self, tab: TabId, now: Timestamp) {
        let all = self.elsewhere.iter_mut().chain(self.offered.iter_mut());
        for (_, delegated) in all.filter(|(_, it)| it.to == tab) {
            delegated.due = now;
        }
    }

    /// The task was removed.
    pub fn forget(&mut self, id: &TaskId) {
        self.here.remove(id);
        self.elsewhere.remove(id);
        self.offered.remove(id);
    }

    /// When an answer is overdue.
    pub fn next_due(&self) -> Option<Timestamp> {
        let all = self.elsewhere.values().chain(self.offered.values());
        all.map(|it| it.due).min()
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
        if entry.is_some_and(|it| it.announced == Some(it.snapshot.run())) {
            return;
        }
        if let (Some(to), Some(entry)) = (other, entry) {
            let run = entry.snapshot.run();
            let wait = match mutation::is(Mutation::AnnouncementNotConfirmed) {
                true => Duration::from_secs(1_000_000),
                false => CONFIRMATION,
            };
            let due = now.monotonic + wait;
            let snapshot = Raw::new(&entry.snapshot);
            self.announcements
                .elsewhere
                .insert(id.clone(), Delegated { to, run, due });
            self.send(Message::Announce { to, snapshot });
        } else {
            self.announce_here(id);
        }
    }

    /// Another tab asks this one to announce how a task ended.
    pub(super) fn announce_for(&mut self, from: TabId, snapshot: Snapshot, now: Now) {
        let (id, run) = (snapshot.id.clone(), snapshot.run());
        self.merge(Some(from), snapshot, now);
        let entry = self.entries.get(&id);
        let is_it = entry.is_some_and(|it| it.is_finished() && it.snapshot.run() == run);
        // A page that is about to be left cannot answer.
        if is_it && self.ownership.has_company() {
            let due = now.monotonic + CONFIRMATION;
            let offer = Delegated { to: from, run, due };
            self.announcements.offered.insert(id.clone(), offer);
            self.send(Message::CanAnnounce(id, run));
        }
    }

    /// A tab that was asked answers. After a freeze that is too late.
    pub(super) fn let_announce(&mut self, to: TabId, task: TaskId, run: u64) {
        if self.announcements.delegate(&task, run) {
            if let Some(entry) = self.entries.get_mut(&task) {
                entry.announced = Some(run);
            }
            self.send(Message::DoAnnounce { to, task, run });
        } else if self.entries.get(&task).and_then(|it| it.announced) >= Some(run) {
            self.send(Message::Announced(task, run));
        }
    }

    /// This tab shows how a task ended.
    pub(super) fn announce_here(&mut self, id: &TaskId) {
        if let Some(entry) = self.entries.get(id)
            && entry.is_finished()
            && entry.announced != Some(entry.snapshot.run())
        {
            self.announcements.here.insert(id.clone());
            self.touched.insert(id.clone());
        }
    }

    /// A tab that should have answered has not.
    pub(super) fn announce_overdue(&mut self, now: Timestamp) {
        let waiting = &self.announcements;
        let all = waiting.elsewhere.iter().chain(waiting.offered.iter());
        let overdue = all.filter(|(_, it)| now >= it.due);
        let overdue: Vec<_> = overdue.map(|(id, _)| id.clone()).collect();
        for id in overdue {
            let delegated = self.announcements.elsewhere.remove(&id);
            self.announcements.offered.remove(&id);
            self.announce_here(&id);
            // The tab that did not answer reads this when it runs again.
            if let Some(Delegated { run, .. }) = delegated {
                self.send(Message::Announced(id, run));
            }
        }
    }

    /// Shows what has changed since the last time, and tells the other tabs.
    pub(super) fn publish(&mut self, now: Now) {
        let touched = std::mem::take(&mut self.touched);
        let tab = self.config.tab;
        let (mut changes, mut announced) = (Vec::new(), Vec::new());
        for id in touched {
            let mut announces = self.announcements.here.remove(&id);
            announces |= mutation::is(Mutation::AnnouncedEverywhere);
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
