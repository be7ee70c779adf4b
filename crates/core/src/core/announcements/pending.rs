//! Results of tasks that are to be announced.

use litemap::LiteMap;

use crate::id::TaskId;
use crate::snapshot::EndNumber;
use crate::sorted::SortedSet;
use crate::tab::TabId;
use crate::time::Timestamp;

/// Results of tasks that are not announced yet.
#[derive(Debug, Default)]
pub struct Announcements {
    /// In this tab.
    pub here: SortedSet<TaskId>,
    /// In another tab, which must reply.
    pub elsewhere: LiteMap<TaskId, Delegated>,
    /// In this tab, unless the tab that asked has announced it: that one must reply as well.
    pub offered: LiteMap<TaskId, Delegated>,
}

#[derive(Debug)]
pub struct Delegated {
    pub to: TabId,
    pub end: EndNumber,
    /// When the reply is due. `None` while this page is about to be left and cannot ask, and
    /// once the other tab has been instructed to announce the result.
    pub due: Option<Timestamp>,
    /// Whether the other tabs were asked if the result is announced already.
    pub asked: bool,
}

impl Announcements {
    /// Whether the result is to be announced in this tab.
    pub fn take_here(&mut self, id: &TaskId) -> bool {
        self.here.remove(id)
    }

    /// Delegates the announcement to a tab that has replied in time. Returns whether it was
    /// still pending.
    pub fn delegate(&mut self, to: TabId, id: &TaskId, end: EndNumber) -> bool {
        let waiting = self.elsewhere.get_mut(id);
        let Some(delegated) = waiting.filter(|it| it.end == end && it.due.is_some()) else {
            return false;
        };
        (delegated.to, delegated.due) = (to, None);
        true
    }

    /// Another tab has announced the result.
    pub fn settle(&mut self, id: &TaskId, end: EndNumber) {
        if self.elsewhere.get(id).is_some_and(|it| it.end == end) {
            self.elsewhere.remove(id);
        }
        self.remove_offer(id, end);
    }

    /// Removes the offer of this tab once the tab that asked has replied.
    pub fn remove_offer(&mut self, id: &TaskId, end: EndNumber) {
        if self.offered.get(id).is_some_and(|it| it.end == end) {
            self.offered.remove(id);
        }
    }

    /// A closed tab sends no more replies; those it has already sent arrive before `due`.
    pub fn tab_closed(&mut self, tab: TabId, due: Timestamp) {
        for (_, delegated) in self.elsewhere.iter_mut().filter(|(_, it)| it.to == tab) {
            delegated.due = Some(delegated.due.map_or(due, |before| before.min(due)));
        }
        for (_, offer) in self.offered.iter_mut().filter(|(_, it)| it.to == tab) {
            offer.due = offer.due.map(|before| before.min(due));
        }
    }

    /// This tab was stopped. The replies may be among the messages that were kept for it.
    pub fn postpone(&mut self, due: Timestamp) {
        let all = self.elsewhere.iter_mut().chain(self.offered.iter_mut());
        for (_, delegated) in all {
            delegated.due = delegated.due.map(|before| before.max(due));
        }
    }

    /// The task was removed.
    pub fn forget(&mut self, id: &TaskId) {
        self.here.remove(id);
        self.elsewhere.remove(id);
        self.offered.remove(id);
    }

    /// When a reply becomes overdue.
    pub fn next_due(&self) -> Option<Timestamp> {
        let all = self.elsewhere.values().chain(self.offered.values());
        all.filter_map(|it| it.due).min()
    }
}
