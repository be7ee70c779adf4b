//! Starting to lead or to follow.

use std::cmp::Reverse;

use super::{HEARTBEAT, LEASE, Other, Ownership, Role};
use crate::message::{Message, Presence};
use crate::tab::TabId;
use crate::time::Timestamp;

impl Ownership {
    pub(super) fn claim(&mut self, now: Timestamp) {
        let terms = self.others.values().map(|it| it.presence.term);
        self.term = terms.fold(self.term, u64::max).saturating_add(1);
        self.lead(now);
    }

    pub(super) fn lead(&mut self, now: Timestamp) {
        self.role = Role::Leader {
            heartbeat: now + HEARTBEAT,
            roll_call: now + self.roll_call(),
        };
        self.present();
    }

    pub(super) fn follow(&mut self, leader: TabId, now: Timestamp) {
        self.role = Role::Follower {
            leader,
            lease: now + LEASE,
            question: None,
        };
    }

    pub(super) fn call_roll(&mut self, now: Timestamp) {
        self.role = Role::Leader {
            heartbeat: now + HEARTBEAT,
            roll_call: now + self.roll_call(),
        };
        for (_, other) in self.others.iter_mut() {
            other.asked.get_or_insert(now);
        }
        self.present();
        self.outbox.push(Message::Ping);
    }

    /// A visible tab requests leadership from a hidden leader, not for every heartbeat: those
    /// that were kept for this tab while it was stopped arrive all at once.
    pub(super) fn want_lead(&mut self, now: Timestamp) {
        let Role::Follower { leader, .. } = self.role else {
            return;
        };
        let is_hidden = |other: &Other| !other.presence.visible;
        let is_better = self.visible && self.others.get(&leader).is_some_and(is_hidden);
        let last = self.requested;
        if is_better && last.is_none_or(|last| now >= last + HEARTBEAT / 2) {
            self.requested = Some(now);
            self.outbox.push(Message::RequestLead);
        }
    }

    pub(super) fn present(&mut self) {
        let presence = self.presence();
        self.outbox.push(Message::Present(presence, None));
    }

    pub(super) fn presence(&self) -> Presence {
        Presence {
            visible: self.visible,
            opened: self.opened,
            term: self.term,
            leads: self.is_leader(),
            // Set when the message is sent: only the core knows the tasks.
            digest: 0,
        }
    }
}

/// If two tabs lead, the one with the higher claim stays leader: first by term, then by
/// visibility, then by age.
pub(super) fn claim(tab: TabId, presence: Presence) -> (u64, bool, Reverse<(Timestamp, TabId)>) {
    let age = Reverse((presence.opened, tab));
    (presence.term, presence.visible, age)
}
