//! Which tab polls the server: leadership by leases.
//!
//! A lock proves that a tab exists, not that it runs, so leadership rests on answers.
//! The leader sends heartbeats. A tab that has received none for [`LEASE`] asks; without an
//! answer within [`ANSWER`] it takes over in a higher term. A leader that finds itself
//! late by more than the lease gives up first and asks as a new tab does.

mod company;
mod incoming;
mod leadership;

use std::time::Duration;

use litemap::LiteMap;

use crate::message::{Message, Presence};
use crate::mutation::{self, Mutation};
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

/// Between two heartbeats of a leader that has company.
pub const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long a leader may be silent before it is asked.
pub const LEASE: Duration = Duration::from_secs(4);

/// How long the answer to that question may take.
pub const ANSWER: Duration = Duration::from_secs(2);

/// How long a new tab waits for a leader to answer, where it is reported that no older
/// tab is alive: as long as a leader may be silent.
const JOIN_WAIT: Duration = LEASE.saturating_add(ANSWER);

/// The same where that is not reported, and a lone tab must not wait for long.
const SHORT_JOIN_WAIT: Duration = Duration::from_millis(300);

/// How long messages that were kept for a tab take to arrive once it runs.
pub const BACKLOG: Duration = Duration::from_millis(50);

/// Tabs that would take over at the same time do so one after the other.
const STAGGER: Duration = Duration::from_millis(400);

/// A page that is still there so long after `pagehide` was not left.
const STILL_HERE: Duration = Duration::from_secs(1);

/// Between two questions of the leader who is there.
const ROLL_CALL: Duration = Duration::from_secs(30);

/// A tab that has owed an answer for so long is not counted as company any more.
pub const SILENCE: Duration = Duration::from_secs(40);

/// This tab among the tabs of its store.
#[derive(Debug)]
pub struct Ownership {
    own: TabId,
    opened: Timestamp,
    visible: bool,
    /// The highest term that this tab knows of.
    term: u64,
    role: Role,
    others: LiteMap<TabId, Other>,
    /// The number of the last `Hello`.
    question: u64,
    /// Whether it takes part behind all other tabs from now on.
    rejoined: bool,
    /// It does not take over before: what was kept for it while it was stopped, and what the
    /// others sent before they heard its last message, must have arrived.
    caught_up: Timestamp,
    /// When it last asked a hidden leader for the leadership.
    requested: Option<Timestamp>,
    /// Whether the driver reports closed tabs, and that no older tab is alive.
    watches_tabs: bool,
    outbox: Vec<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// There are no other tabs to share with.
    Alone,
    /// Asked who is there; leads if nobody does by then, and it is this tab's turn.
    Joining { deadline: Timestamp },
    /// Polls the server.
    Leader {
        heartbeat: Timestamp,
        roll_call: Timestamp,
    },
    /// Another tab polls the server.
    Follower {
        leader: TabId,
        /// Until then it need not be asked.
        lease: Timestamp,
        /// It was asked, and must have answered by then; then it is the first tab's turn.
        question: Option<Timestamp>,
    },
    /// The page is about to be left.
    Away { rejoin: Timestamp },
}

#[derive(Clone, Copy, Debug)]
struct Other {
    presence: Presence,
    last_message: Timestamp,
    /// Since when it owes an answer.
    asked: Option<Timestamp>,
    /// Whether it has answered since this tab began to join.
    answered: bool,
}

impl Ownership {
    /// A tab without others, which always polls.
    pub fn alone(own: TabId) -> Self {
        Self {
            own,
            opened: Timestamp::default(),
            visible: true,
            term: 0,
            role: Role::Alone,
            others: LiteMap::new(),
            question: 0,
            rejoined: false,
            caught_up: Timestamp::default(),
            requested: None,
            watches_tabs: true,
            outbox: Vec::new(),
        }
    }

    /// A tab that was just opened.
    pub fn join(own: TabId, visible: bool, watches_tabs: bool, now: Now) -> Self {
        let mut ownership = Self {
            opened: now.wall,
            visible,
            watches_tabs,
            ..Self::alone(own)
        };
        ownership.rejoin(now.monotonic);
        ownership
    }

    /// Between two roll calls: at every heartbeat, where closed tabs are not reported.
    const fn roll_call(&self) -> Duration {
        match self.watches_tabs {
            true => ROLL_CALL,
            false => HEARTBEAT,
        }
    }

    /// Whether this tab polls the server.
    pub const fn is_leader(&self) -> bool {
        matches!(self.role, Role::Alone | Role::Leader { .. })
    }

    /// The term in which this tab, or the one that it follows, leads.
    pub const fn term(&self) -> u64 {
        self.term
    }

    /// Whether this tab does not know yet who leads.
    pub const fn is_joining(&self) -> bool {
        matches!(self.role, Role::Joining { .. })
    }

    /// Whether this tab is about to close.
    pub const fn is_away(&self) -> bool {
        matches!(self.role, Role::Away { .. })
    }

    /// Takes out what is to be sent to the other tabs.
    pub fn take_outbox(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.outbox)
    }

    /// Whether the tab has joined, or joined again, since the last call.
    pub fn take_rejoined(&mut self) -> bool {
        std::mem::take(&mut self.rejoined)
    }

    /// When [`tick`](Self::tick) is due. `has_work`: whether there are unfinished tasks.
    pub fn next_due(&self, has_work: bool) -> Option<Timestamp> {
        match self.role {
            Role::Alone => None,
            Role::Joining { deadline } => Some(self.in_turn(deadline)),
            Role::Leader {
                heartbeat,
                roll_call,
            } => match self.others.is_empty() {
                false => Some(heartbeat.min(roll_call)),
                // A message may have been lost: another tab may lead as well.
                true => has_work.then_some(roll_call),
            },
            Role::Follower {
                lease, question, ..
            } => {
                let unanswered = question.map(|deadline| self.in_turn(deadline));
                unanswered.or(has_work.then_some(lease))
            }
            Role::Away { rejoin } => Some(rejoin),
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, has_work: bool, now: Timestamp) {
        if self.next_due(has_work).is_none_or(|due| now < due) {
            return;
        }
        match self.role {
            Role::Alone => {}
            Role::Joining { .. } => self.claim(now),
            Role::Leader { roll_call, .. } if now >= roll_call => self.call_roll(now),
            Role::Leader { roll_call, .. } => {
                let heartbeat = now + HEARTBEAT;
                self.role = Role::Leader {
                    heartbeat,
                    roll_call,
                };
                self.present();
            }
            Role::Follower {
                question: Some(_), ..
            } => self.claim(now),
            Role::Follower { .. } => self.ask(now),
            Role::Away { .. } => self.rejoin(now),
        }
    }

    /// Asks the leader whether it runs, unless it was asked already.
    ///
    /// A leader notices that it was stopped once it is late by [`ANSWER`], and it may have
    /// run a moment ago: during its lease it gets a heartbeat more, so that it notices
    /// before another has taken over.
    pub fn ask(&mut self, now: Timestamp) {
        if mutation::is(Mutation::SilentLeaderStays) {
            return;
        }
        if let Role::Follower {
            question, lease, ..
        } = &mut self.role
            && question.is_none()
        {
            let wait = match now < *lease {
                true => ANSWER + HEARTBEAT,
                false => ANSWER,
            };
            *question = Some(now + wait);
            self.outbox.push(Message::Ping);
        }
    }

    /// No older tab is alive: this one need not wait for a leader, only for tabs that come
    /// first among those that it knows.
    pub fn oldest_tab(&mut self, now: Timestamp) {
        self.wait_no_longer(now);
        if self.others.is_empty() && self.is_joining() {
            self.claim(now);
        }
    }

    /// The tab was shown or hidden.
    pub fn set_visible(&mut self, visible: bool, now: Timestamp) {
        if self.visible == visible {
            return;
        }
        self.visible = visible;
        if self.has_company() {
            self.present();
            self.catch_up_with_others(now);
            self.requested = None;
            self.want_lead(now);
        }
    }

    /// This tab did not run for longer than the lease: another may lead in the meantime.
    pub fn woken(&mut self, now: Timestamp) {
        match self.role {
            Role::Alone | Role::Away { .. } => {}
            // A browser that throttles timers may never run it in time.
            Role::Joining { .. } if self.others.is_empty() && !self.watches_tabs => self.claim(now),
            Role::Joining { .. } | Role::Leader { .. } | Role::Follower { .. } => self.rejoin(now),
        }
    }

    /// A leader that may have been replaced leads on, if nothing that waits for it says
    /// otherwise.
    pub fn doubt(&mut self, now: Timestamp) {
        if matches!(self.role, Role::Leader { .. }) {
            // Messages from the time in which this tab was stopped are no replies.
            self.expect_answers(now);
            let deadline = now + BACKLOG;
            self.role = Role::Joining { deadline };
        }
    }

    /// What was kept for a follower that was stopped may say that the leader is gone, and
    /// only then who leads since.
    pub fn catch_up_first(&mut self, now: Timestamp) {
        if matches!(self.role, Role::Follower { .. }) {
            self.catch_up_with_others(now);
        }
    }

    fn catch_up_with_others(&mut self, now: Timestamp) {
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

    /// The page is here again, or was not left after all.
    pub fn rejoin(&mut self, now: Timestamp) {
        self.rejoin_within(self.join_wait(), now);
    }

    /// The leader has given up leadership. Had another tab begun to lead since, it would have
    /// said so: only the answers to this tab's question are waited for.
    fn leader_gave_up(&mut self, now: Timestamp) {
        self.rejoin_within(ANSWER.min(self.join_wait()), now);
    }

    const fn join_wait(&self) -> Duration {
        match self.watches_tabs {
            true => JOIN_WAIT,
            false => SHORT_JOIN_WAIT,
        }
    }

    fn rejoin_within(&mut self, wait: Duration, now: Timestamp) {
        self.expect_answers(now);
        let deadline = now + wait;
        self.role = Role::Joining { deadline };
        self.rejoined = true;
        self.greet();
    }

    /// Answers to earlier questions do not count from now on: they may have waited for this
    /// tab while it was stopped, and another may lead since.
    fn expect_answers(&mut self, now: Timestamp) {
        self.question = self.question.wrapping_add(1);
        for (_, other) in self.others.iter_mut() {
            other.answered = false;
            // This tab could hear nothing.
            other.asked = other.asked.map(|_| now);
        }
        self.catch_up_with_others(now);
    }

    /// Asks for the tasks of the others, as a new tab does.
    pub fn greet(&mut self) {
        let hello = Message::Hello(self.presence(), self.question);
        self.outbox.push(hello);
    }
}

#[cfg(test)]
mod tests;
