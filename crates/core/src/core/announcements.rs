//! Announces each result of a task in one tab, a visible one if there is any.

mod pending;

use std::time::Duration;

pub use self::pending::Announcements;
use self::pending::Delegated;
use super::Core;
use super::entry::Entry;
use crate::id::TaskId;
use crate::message::{Message, Raw};
use crate::mutation::{self, Mutation};
use crate::snapshot::{EndNumber, Snapshot};
use crate::tab::TabId;
use crate::time::Now;

/// How long a visible tab has to reply when it is asked to announce a result.
const CONFIRMATION: Duration = Duration::from_secs(2);

impl Core {
    /// Announces the result of a task that this tab drives, in a visible tab if there is one.
    pub(super) fn announce(&mut self, id: &TaskId, now: Now) {
        let visible_other = self.ownership.visible_other();
        let other = visible_other.filter(|_| !self.environment.visible);
        let entry = self.entries.get(id);
        if entry.is_some_and(Entry::is_announced) {
            return;
        }
        if let (Some(to), Some(entry)) = (other, entry) {
            let end = entry.snapshot.end_number();
            let wait = match mutation::is(Mutation::AnnouncementNotConfirmed) {
                true => Duration::from_secs(1_000_000),
                false => CONFIRMATION,
            };
            let due = Some(now.monotonic + wait);
            let snapshot = Raw::new(&entry.snapshot);
            self.announcements.elsewhere.insert(
                id.clone(),
                Delegated {
                    to,
                    end,
                    due,
                    asked: true,
                },
            );
            self.send(Message::Announce { to, snapshot });
        } else {
            self.announce_here(id);
        }
    }

    /// A tab asks another to announce a result. Every tab that knows that it has been announced
    /// already replies.
    pub(super) fn announce_for(&mut self, from: TabId, to: TabId, snapshot: Snapshot, now: Now) {
        let (id, end) = (snapshot.id.clone(), snapshot.end_number());
        self.merge(Some(from), snapshot, now);
        let entry = self.entries.get(&id);
        let is_it = entry.is_some_and(|it| it.is_finished() && it.snapshot.end_number() == end);
        let by = entry.and_then(|it| it.announced);
        if is_it && by.is_some_and(|(last, by)| last >= end && by != to) {
            self.send(Message::Announced(id, end));
        } else if is_it && to == self.config.tab {
            let due = None;
            let asked = false;
            let offer = Delegated {
                to: from,
                end,
                due,
                asked,
            };
            self.announcements.offered.insert(id, offer);
            self.offer(now);
        }
    }

    /// The page is back, or was not left after all. Messages sent in the meantime are lost, so
    /// it asks again.
    pub(super) fn ask_again(&mut self, now: Now) {
        let mut questions = Vec::new();
        for (id, delegated) in self.announcements.elsewhere.iter_mut() {
            if let Some(entry) = self.entries.get(id)
                && delegated.due.is_some()
            {
                delegated.due = Some(now.monotonic + CONFIRMATION);
                let (to, snapshot) = (delegated.to, Raw::new(&entry.snapshot));
                questions.push(Message::Announce { to, snapshot });
            }
        }
        for question in questions {
            self.send(question);
        }
        for (_, offer) in self.announcements.offered.iter_mut() {
            offer.due = None;
        }
        self.offer(now);
    }

    /// Offers to announce the results that this tab was asked to announce. A page that is about
    /// to be left does so once it is back, or was not left after all.
    pub(super) fn offer(&mut self, now: Now) {
        if self.ownership.is_away() {
            return;
        }
        let has_company = self.ownership.has_company();
        let (mut offers, mut alone) = (Vec::new(), Vec::new());
        let offered = self.announcements.offered.iter_mut();
        for (id, offer) in offered.filter(|(_, it)| it.due.is_none()) {
            if !has_company {
                alone.push(id.clone());
                continue;
            }
            offer.due = Some(now.monotonic + CONFIRMATION);
            offer.asked = true;
            offers.push(Message::CanAnnounce(id.clone(), offer.end));
        }
        for offer in offers {
            self.send(offer);
        }
        // There is no other tab that could have announced them.
        for id in alone {
            self.announcements.offered.remove(&id);
            self.announce_here(&id);
        }
    }

    /// A tab that was asked replies, in time or, after a freeze, too late.
    pub(super) fn let_announce(&mut self, to: TabId, task: TaskId, end: EndNumber) {
        let entry = self.entries.get_mut(&task);
        let by = entry.as_ref().and_then(|it| it.announced);
        if self.announcements.delegate(to, &task, end) {
            if let Some(entry) = entry {
                entry.announced = Some((end, to));
            }
            self.send(Message::DoAnnounce { to, task, end });
        } else if by == Some((end, to)) {
            // Several tabs had asked it at once.
            self.send(Message::DoAnnounce { to, task, end });
        } else if by.is_some_and(|(last, _)| last >= end) {
            self.send(Message::Announced(task, end));
        }
    }

    /// This tab was asked to announce a result, and has been waited for since. If it was in the
    /// back/forward cache meanwhile, it may have lost its offer.
    pub(super) fn announce_as_asked(&mut self, id: &TaskId, end: EndNumber) {
        self.announcements.remove_offer(id, end);
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        if entry.announced.is_some_and(|(last, _)| last >= end) {
            // That tab could not hear it.
            self.send(Message::Announced(id.clone(), end));
        } else if entry.snapshot.end_number() == end {
            self.announce_here(id);
        }
    }

    /// Another tab has announced the result.
    pub(super) fn announced_elsewhere(&mut self, by: TabId, id: &TaskId, end: EndNumber) {
        self.announcements.settle(id, end);
        if let Some(entry) = self.entries.get_mut(id)
            && entry.announced.is_none_or(|(last, _)| last < end)
        {
            entry.announced = Some((end, by));
        }
    }

    /// Announces a result in this tab and informs the others, because a tab that missed earlier
    /// messages may not know that it is announced.
    pub(super) fn announce_here(&mut self, id: &TaskId) {
        if let Some(entry) = self.entries.get(id)
            && entry.is_finished()
            && !entry.is_announced()
        {
            let end = entry.snapshot.end_number();
            self.announcements.here.insert(id.clone());
            self.touched.insert(id.clone());
            self.send(Message::Announced(id.clone(), end));
        }
    }

    /// This tab received the result of a task from another one. That tab, or the one that it
    /// asked, may be closed before the result is announced.
    pub(super) fn watch_announcement(&mut self, id: &TaskId, from: TabId, now: Now) {
        let Some(entry) = self.entries.get(id).filter(|it| !it.is_announced()) else {
            return;
        };
        let patience = match self.environment.visible {
            true => 2,
            false => 4,
        };
        let offer = Delegated {
            to: from,
            end: entry.snapshot.end_number(),
            due: Some(now.monotonic + CONFIRMATION * patience),
            asked: false,
        };
        self.announcements.offered.insert(id.clone(), offer);
    }

    /// Announces results whose replies are overdue.
    pub(super) fn announce_overdue(&mut self, now: Now) {
        let is_overdue = |it: &Delegated| it.due.is_some_and(|due| now.monotonic >= due);
        // There may be no other tab left to ask.
        let is_alone = !self.ownership.has_company() && !self.ownership.is_away();
        let waiting = &mut self.announcements;
        let (mut overdue, mut is_unasked) = (Vec::new(), false);
        for (id, it) in waiting
            .elsewhere
            .iter_mut()
            .chain(waiting.offered.iter_mut())
        {
            if is_overdue(it) && (it.asked || is_alone) {
                overdue.push(id.clone());
            } else if is_overdue(it) {
                it.due = None;
                is_unasked = true;
            }
        }
        for id in overdue {
            let told = self.announcements.elsewhere.remove(&id);
            self.announcements.offered.remove(&id);
            if let (Some(told), Some(entry)) = (told, self.entries.get_mut(&id))
                && entry.announced == Some((told.end, told.to))
            {
                // That tab was closed before it could announce the result.
                entry.announced = None;
            }
            self.announce_here(&id);
        }
        if is_unasked {
            self.offer(now);
        }
    }
}
