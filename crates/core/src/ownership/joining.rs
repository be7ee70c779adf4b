//! Joining the other tabs, and leaving them.

use std::time::Duration;

use super::{ANSWER, BACKLOG, JOIN_WAIT, Ownership, Role, SHORT_JOIN_WAIT, STILL_HERE};
use crate::message::Message;
use crate::time::Timestamp;

impl Ownership {
    /// No older tab is open: this one stops waiting for a leader, and waits only for the known
    /// tabs whose turn comes first.
    pub fn oldest_tab(&mut self, now: Timestamp) {
        self.wait_no_longer(now);
        if self.others.is_empty() && self.is_joining() {
            self.claim(now);
        }
    }

    /// This tab did not run for longer than the lease, so another tab may lead now.
    pub fn woken(&mut self, now: Timestamp) {
        match self.role {
            Role::Alone | Role::Away { .. } => {}
            // With throttled timers it may never run in time.
            Role::Joining { .. } if self.others.is_empty() && !self.watches_tabs => self.claim(now),
            Role::Joining { .. } | Role::Leader { .. } | Role::Follower { .. } => self.rejoin(now),
        }
    }

    /// A leader that may have been replaced stays leader unless a queued message says
    /// otherwise.
    pub fn doubt(&mut self, now: Timestamp) {
        if matches!(self.role, Role::Leader { .. }) {
            // Messages from the time in which this tab was stopped do not count as replies.
            self.expect_answers(now);
            let deadline = now + BACKLOG;
            self.role = Role::Joining { deadline };
        }
    }

    /// Among the messages that were queued while a follower was stopped, one may say that the
    /// leader is closed, and a later one who leads since.
    pub fn catch_up_first(&mut self, now: Timestamp) {
        if matches!(self.role, Role::Follower { .. }) {
            self.catch_up_with_others(now);
        }
    }

    pub(super) fn catch_up_with_others(&mut self, now: Timestamp) {
        self.caught_up = now + BACKLOG;
    }

    /// The page is about to be left.
    pub fn leave(&mut self, now: Timestamp) {
        if !matches!(self.role, Role::Alone | Role::Away { .. }) {
            self.outbox.push(Message::Bye);
            let rejoin = now + STILL_HERE;
            self.role = Role::Away { rejoin };
        }
    }

    /// The page is back, or was not left after all.
    pub fn rejoin(&mut self, now: Timestamp) {
        self.rejoin_within(self.join_wait(), now);
    }

    /// The leader has given up leadership. If another tab had taken over, it would have sent a
    /// heartbeat, so this tab waits only for the replies of the others.
    pub(super) fn leader_gave_up(&mut self, now: Timestamp) {
        self.rejoin_within(ANSWER.min(self.join_wait()), now);
    }

    pub(super) const fn join_wait(&self) -> Duration {
        match self.watches_tabs {
            true => JOIN_WAIT,
            false => SHORT_JOIN_WAIT,
        }
    }

    pub(super) fn rejoin_within(&mut self, wait: Duration, now: Timestamp) {
        self.expect_answers(now);
        let deadline = now + wait;
        self.role = Role::Joining { deadline };
        self.rejoined = true;
        self.greet();
    }

    /// Replies to earlier requests no longer count: they may have been queued while this tab was
    /// stopped, and another tab may lead since.
    pub(super) fn expect_answers(&mut self, now: Timestamp) {
        self.question = self.question.wrapping_add(1);
        for (_, other) in self.others.iter_mut() {
            other.answered = false;
            // This tab has received nothing in the meantime.
            other.asked = other.asked.map(|_| now);
        }
        self.catch_up_with_others(now);
    }

    /// Requests the presence and the tasks of the others, as a new tab does.
    pub fn greet(&mut self) {
        let hello = Message::Hello(self.presence(), self.question);
        self.outbox.push(hello);
    }
}
