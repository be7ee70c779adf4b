//! Messages of other tabs about themselves, and the leader that follows from them.

use super::leadership::claim;
use super::{Other, Ownership, Role};
use crate::message::{Message, Presence};
use crate::mutation::{self, Mutation};
use crate::tab::TabId;
use crate::time::Timestamp;

impl Ownership {
    /// Receives a message of another tab. Messages about tasks are handled elsewhere.
    pub fn on_message(&mut self, from: TabId, message: &Message, now: Timestamp) {
        if matches!(self.role, Role::Alone) || from == self.own {
            return;
        }
        if let Some(other) = self.others.get_mut(&from) {
            other.last_message = now;
            other.asked = None;
        }
        let is_presence = matches!(
            message,
            Message::Hello(..) | Message::Present(..) | Message::Bye
        );
        if !is_presence && !self.others.contains_key(&from) && !self.is_away() {
            // The tab was believed closed.
            self.outbox.push(Message::Ping);
        }
        match message {
            Message::Hello(presence, question) => {
                self.note(from, *presence, now);
                self.catch_up(*presence);
                if !self.is_away() {
                    self.catch_up_with_others(now);
                    // While another tab may lead, that tab replies.
                    let answers = !self.follows_another(from, now);
                    let answers = answers.then_some((from, *question));
                    self.outbox.push(Message::Present(self.presence(), answers));
                }
            }
            Message::Present(presence, answers) => {
                self.note(from, *presence, now);
                let answered = *answers == Some((self.own, self.question));
                if let Some(other) = self.others.get_mut(&from) {
                    other.answered |= answered;
                }
                let was_leader =
                    matches!(self.role, Role::Follower { leader, .. } if leader == from);
                if presence.leads {
                    self.on_leader(from, *presence, now);
                } else if was_leader && presence.term >= self.term {
                    // It was stopped.
                    self.leader_gave_up(now);
                } else if was_leader {
                    // It does not know yet that leadership was handed over to it.
                    let (to, term) = (from, self.term);
                    self.outbox.push(Message::HandOver { to, term });
                } else {
                    if self.catch_up(*presence) {
                        self.present();
                    }
                    self.settle(now);
                }
            }
            Message::Ping => {
                if !self.is_away() {
                    self.present();
                }
            }
            Message::RequestLead => {
                if matches!(self.role, Role::Leader { .. }) && !self.visible {
                    self.term = self.term.saturating_add(1);
                    let (to, term) = (from, self.term);
                    self.follow(from, now);
                    self.outbox.push(Message::HandOver { to, term });
                }
            }
            Message::HandOver { to, term } => {
                if *term > self.term && !self.is_away() {
                    self.term = *term;
                    if *to == self.own {
                        self.lead(now);
                    } else {
                        self.follow(*to, now);
                    }
                }
            }
            Message::Bye => self.closed(from, now),
            Message::Snapshots(_)
            | Message::Changes(_)
            | Message::Cleared(_)
            | Message::Command(_)
            | Message::Executed(_)
            | Message::ToastClosed(_)
            | Message::Announce { .. }
            | Message::CanAnnounce(..)
            | Message::DoAnnounce { .. }
            | Message::Announced(..)
            | Message::Forget(_) => {}
        }
    }

    /// Whether a tab other than `tab` leads, as far as this one knows.
    pub(super) fn follows_another(&self, tab: TabId, now: Timestamp) -> bool {
        matches!(self.role, Role::Follower { leader, lease, .. } if leader != tab && now < lease)
    }

    /// A leader that learns of a later term starts a new one after it. Returns whether the
    /// leader was behind.
    pub(super) fn catch_up(&mut self, other: Presence) -> bool {
        let is_behind = matches!(self.role, Role::Leader { .. }) && other.term > self.term;
        if is_behind && !other.leads {
            self.term = other.term.saturating_add(1);
        }
        is_behind
    }

    pub(super) fn on_leader(&mut self, from: TabId, presence: Presence, now: Timestamp) {
        match self.role {
            Role::Alone | Role::Away { .. } => {}
            Role::Leader { .. } => {
                if mutation::is(Mutation::LeadersStay) {
                    return;
                }
                if claim(from, presence) > claim(self.own, self.presence()) {
                    self.term = presence.term;
                    self.follow(from, now);
                } else {
                    // The other leader does not know this term yet.
                    self.present();
                }
            }
            Role::Joining { .. } | Role::Follower { .. } => {
                if presence.term >= self.term {
                    self.term = presence.term;
                    self.follow(from, now);
                    self.want_lead(now);
                }
            }
        }
    }

    pub(super) fn note(&mut self, tab: TabId, presence: Presence, now: Timestamp) {
        let answered = self.others.get(&tab).is_some_and(|it| it.answered);
        let other = Other {
            presence,
            last_message: now,
            asked: None,
            answered,
        };
        self.others.insert(tab, other);
    }
}
