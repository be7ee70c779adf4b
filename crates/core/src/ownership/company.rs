//! The other tabs, as far as this one knows of them.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Other, Ownership, Role, STAGGER};
use crate::message::Presence;
use crate::tab::TabId;
use crate::time::Timestamp;

impl Ownership {
    /// Whether there are other tabs to tell anything.
    pub fn has_company(&self) -> bool {
        match self.role {
            Role::Alone | Role::Away { .. } => false,
            Role::Joining { .. } | Role::Follower { .. } => true,
            Role::Leader { .. } => !self.others.is_empty(),
        }
    }

    /// Whether the tab was heard within `age`.
    pub fn was_heard(&self, tab: TabId, age: Duration, now: Timestamp) -> bool {
        self.others
            .get(&tab)
            .is_some_and(|other| now.since(other.last_message) <= age)
    }

    /// The visible tab that shows how a task ended if this one is hidden.
    pub fn visible_other(&self) -> Option<TabId> {
        let visible = self.others.iter().filter(|(_, it)| it.presence.visible);
        let oldest = visible.min_by_key(|(tab, it)| (it.presence.opened, **tab));
        oldest.map(|(tab, _)| *tab)
    }

    /// A tab is closed.
    pub fn closed(&mut self, tab: TabId, now: Timestamp) {
        self.others.remove(&tab);
        match self.role {
            Role::Follower { leader, .. } if leader == tab => {
                let deadline = (now + self.stagger()).max(self.caught_up);
                self.role = Role::Joining { deadline };
                if now >= self.caught_up {
                    self.settle(now);
                }
            }
            Role::Joining { .. } => self.settle(now),
            Role::Alone | Role::Leader { .. } | Role::Follower { .. } | Role::Away { .. } => {}
        }
    }

    /// A tab that is not known yet gets the time to say something.
    pub fn expect(&mut self, tab: TabId, now: Timestamp) {
        let presence = Presence {
            visible: false,
            opened: self.opened,
            term: 0,
            leads: false,
            digest: 0,
        };
        self.others.entry(tab).or_insert(Other {
            presence,
            last_message: now,
            asked: Some(now),
            answered: true,
        });
    }

    /// Takes out the tabs that have owed an answer for so long.
    pub fn take_silent(&mut self, silence: Duration, now: Timestamp) -> Vec<TabId> {
        let silent = |other: &Other| other.asked.is_some_and(|at| now.since(at) >= silence);
        let tabs = self.others.iter().filter(|(_, it)| silent(it));
        let tabs: Vec<_> = tabs.map(|(tab, _)| *tab).collect();
        self.others.retain(|_, other| !silent(other));
        tabs
    }

    /// Whoever joins need not wait longer than until all have answered.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let all_answered = self.others.values().all(|it| it.answered);
        let is_first = self.stagger() == Duration::ZERO;
        if matches!(self.role, Role::Joining { .. })
            && !self.others.is_empty()
            && all_answered
            && is_first
        {
            self.claim(now);
        }
    }

    /// How much later than the first tab this one takes over.
    pub(super) fn stagger(&self) -> Duration {
        let leader = match self.role {
            Role::Follower { leader, .. } => Some(leader),
            Role::Alone | Role::Joining { .. } | Role::Leader { .. } | Role::Away { .. } => None,
        };
        let rank = |tab: TabId, it: Presence| (Reverse(it.visible), it.opened, tab);
        let own = rank(self.own, self.presence());
        let others = self.others.iter().filter(|(tab, _)| Some(**tab) != leader);
        let before = others.filter(|(tab, it)| rank(**tab, it.presence) < own);
        let place = u32::try_from(before.count()).unwrap_or(u32::MAX);
        STAGGER.saturating_mul(place)
    }
}
