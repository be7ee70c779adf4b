//! Which tab polls the server: leadership by leases.
//!
//! A lock proves that a tab exists, not that it runs, so leadership is based on replies.
//! The leader sends heartbeats. A tab that has received none for [`LEASE`] sends a ping; without
//! a reply within [`ANSWER`] it takes over in a higher term. A leader that is late by more than
//! the lease first gives up leadership, and joins as a new tab does.

mod company;
mod incoming;
mod joining;
mod leadership;

use std::time::Duration;

use litemap::LiteMap;

use crate::message::{Message, Presence};
use crate::mutation::{self, Mutation};
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

/// The interval of heartbeats while there are other tabs.
pub const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long a leader may be silent before a follower sends a ping.
pub const LEASE: Duration = Duration::from_secs(4);

/// The timeout of the reply.
pub const ANSWER: Duration = Duration::from_secs(2);

/// How long a new tab waits for the reply of a leader if the driver reports that no older tab
/// is open: as long as a leader may be silent.
const JOIN_WAIT: Duration = LEASE.saturating_add(ANSWER);

/// The same if the driver cannot report it, so that a lone tab does not wait for long.
const SHORT_JOIN_WAIT: Duration = Duration::from_millis(300);

/// How long queued messages take to arrive once a tab runs again.
pub const BACKLOG: Duration = Duration::from_millis(50);

/// The delay between tabs that would otherwise take over at the same time.
const STAGGER: Duration = Duration::from_millis(400);

/// A page that still runs this long after `pagehide` was not left.
const STILL_HERE: Duration = Duration::from_secs(1);

/// The interval at which the leader requests the presence of the others.
const ROLL_CALL: Duration = Duration::from_secs(30);

/// A tab that has not replied for this long no longer counts.
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
    /// Whether it has joined, or joined again, since the driver was last told.
    rejoined: bool,
    /// The earliest time at which it takes over: messages that were queued while it was stopped,
    /// or sent before the others received its last message, must have arrived.
    caught_up: Timestamp,
    /// When it last requested leadership from a hidden leader.
    requested: Option<Timestamp>,
    /// Whether the driver reports closed tabs, and that no older tab is alive.
    watches_tabs: bool,
    outbox: Vec<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// There are no other tabs.
    Alone,
    /// Waits for replies; leads if there is no leader by then, and it is this tab's turn.
    Joining { deadline: Timestamp },
    /// Polls the server.
    Leader {
        heartbeat: Timestamp,
        roll_call: Timestamp,
    },
    /// Another tab polls the server.
    Follower {
        leader: TabId,
        /// Until then no ping is needed.
        lease: Timestamp,
        /// When the reply to a ping is overdue, and it is the first tab's turn.
        question: Option<Timestamp>,
    },
    /// The page is about to be left.
    Away { rejoin: Timestamp },
}

#[derive(Clone, Copy, Debug)]
struct Other {
    presence: Presence,
    last_message: Timestamp,
    /// Since when a reply is expected.
    asked: Option<Timestamp>,
    /// Whether it has replied since this tab began to join.
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

    /// The interval of roll calls: that of heartbeats if closed tabs are not reported.
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

    /// Removes and returns the messages to send.
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

    /// Does what is due.
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

    /// Sends the leader a ping, unless a reply is expected already.
    ///
    /// A leader notices that it was stopped once it is late by [`ANSWER`], and it may have
    /// run a moment ago. During its lease the timeout is one heartbeat longer, so that it
    /// notices before another tab has taken over.
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
}

#[cfg(test)]
mod tests;
