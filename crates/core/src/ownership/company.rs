//! The other tabs that this one knows.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Other, Ownership, Role, STAGGER};
use crate::message::Presence;
use crate::tab::TabId;
use crate::time::Timestamp;

impl Ownership {
    /// Whether there are other tabs that receive messages.
    pub fn has_company(&self) -> bool {
        match self.role {
            Role::Alone | Role::Away { .. } => false,
            Role::Joining { .. } | Role::Follower { .. } => true,
            Role::Leader { .. } => !self.others.is_empty(),
        }
    }

    /// Whether the last message of the tab arrived within `age`.
    pub fn was_active(&self, tab: TabId, age: Duration, now: Timestamp) -> bool {
        self.others
            .get(&tab)
            .is_some_and(|other| now <= other.last_message + age)
    }

    /// The visible tab that announces results if this one is hidden.
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
                self.role = Role::Joining { deadline: now };
            }
            Role::Joining { .. } => self.settle(now),
            Role::Alone | Role::Leader { .. } | Role::Follower { .. } | Role::Away { .. } => {}
        }
    }

    /// Adds a tab that has not sent a message yet, and expects one.
    pub fn expect_message(&mut self, tab: TabId, now: Timestamp) {
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

    /// Removes and returns the tabs that have owed a reply for this long.
    pub fn take_silent(&mut self, silence: Duration, now: Timestamp) -> Vec<TabId> {
        let silent = |other: &Other| other.asked.is_some_and(|at| now >= at + silence);
        let tabs = self.others.iter().filter(|(_, it)| silent(it));
        let tabs: Vec<_> = tabs.map(|(tab, _)| *tab).collect();
        self.others.retain(|_, other| !silent(other));
        tabs
    }

    /// Ends the wait of the first of the joining tabs once all others have replied. A younger
    /// one may not know all of them.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let is_first = self.stagger() == Duration::ZERO;
        if is_first && !self.others.is_empty() && self.others.values().all(|it| it.answered) {
            self.wait_no_longer(now);
        }
    }

    /// Nobody leads: the tabs that are joining take over, one after the other.
    pub(super) fn wait_no_longer(&mut self, now: Timestamp) {
        if let Role::Joining { deadline } = &mut self.role {
            *deadline = now.min(*deadline);
        }
    }

    /// When this tab takes over if nobody leads at `deadline`: not before it has received
    /// what was kept for it, and after the tabs that come first by what is known now.
    pub(super) fn in_turn(&self, deadline: Timestamp) -> Timestamp {
        deadline.max(self.caught_up) + self.stagger()
    }

    /// The delay with which this tab takes over, relative to the first candidate.
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
