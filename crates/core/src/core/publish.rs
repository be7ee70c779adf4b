//! Publishes changes to the driver and to the other tabs.

use std::rc::Rc;

use super::Core;
use super::entry::Entry;
use crate::change::Change;
use crate::message::{Message, Raw};
use crate::mutation::{self, Mutation};
use crate::output::{Output, ToastEffect};
use crate::sorted::by_start;
use crate::task::Task;
use crate::time::Now;

/// The change and its effect when a task is removed from the list.
pub fn removed(task: Rc<Task>) -> Output {
    Output::Changed(Change::Removed(task), ToastEffect::Dismiss)
}

impl Core {
    /// Publishes the changes since the last call.
    pub(super) fn publish(&mut self, now: Now) {
        let touched = std::mem::take(&mut self.touched);
        let tab = self.config.tab;
        let (mut changes, mut announced) = (Vec::new(), Vec::new());
        for id in touched {
            let mut announces = self.announcements.take_here(&id);
            announces |= mutation::is(Mutation::AnnouncedEverywhere);
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            // It may have been retried since it ended.
            announces &= entry.is_finished();
            if announces {
                entry.announced = Some((entry.snapshot.end_number(), tab));
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

    /// Sends the changes of tasks that this tab drives, or has started, to the other tabs.
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
            self.send(Message::Changes(snapshots));
        }
    }

    /// Limits the number of finished tasks. The leader clears the others for all tabs, after
    /// their results were sent.
    fn evict(&mut self, now: Now) {
        if self.is_leader() {
            let surplus: Vec<_> = self.finished.evict().into_iter().collect();
            self.clear(surplus, now);
        }
    }
}

/// The effect of a change on the task's toast.
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
