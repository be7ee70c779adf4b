//! The connections that other tabs of the origin use, whatever their store: over HTTP/1.1, a
//! browser opens at most six connections to a server, which all tabs share.

use std::hash::{Hash as _, Hasher as _};
use std::time::Duration;

use litemap::LiteMap;

use super::Core;
use crate::codec::{codec_struct, decode, encode};
use crate::fnv::Fnv;
use crate::output::Output;
use crate::snapshot::VERSION;
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

/// The interval at which a tab that uses connections repeats its message.
const REPEAT: Duration = Duration::from_secs(20);

/// A tab whose last message is older than this uses no connections: even the timers of a
/// hidden tab fire at least once a minute.
const FORGET: Duration = Duration::from_secs(70);

/// The connections that one tab uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The number of uploads in flight.
    uploads: u16,
    /// Whether it has an event stream.
    streams: bool,
    /// Whether it polls.
    polls: bool,
}

/// Reports the usage of one tab.
#[derive(Clone, Copy, Debug)]
struct UsageMessage {
    version: u32,
    from: TabId,
    /// Identifies the store: the uploads of a tab's own store are known from its tasks.
    store: u64,
    usage: Usage,
}

codec_struct!(Usage {
    uploads,
    streams,
    polls
});
codec_struct!(UsageMessage {
    version,
    from,
    store,
    usage
});

/// The other tabs of the origin, as far as their messages have arrived.
#[derive(Debug, Default)]
pub struct Origin {
    others: LiteMap<TabId, Other>,
    /// The last usage that was sent, and when.
    sent: Option<(Usage, Timestamp)>,
}

#[derive(Clone, Copy, Debug)]
struct Other {
    store: u64,
    usage: Usage,
    last_message: Timestamp,
}

impl Origin {
    /// When this tab repeats its message, or forgets another tab.
    pub fn next_due(&self) -> Option<Timestamp> {
        let repeat = self.sent.filter(|(usage, _)| *usage != Usage::default());
        let repeat = repeat.map(|(_, at)| at + REPEAT);
        let busy = self.others.values();
        let forget = busy.map(|it| it.last_message + FORGET);
        repeat.into_iter().chain(forget).min()
    }

    /// The number of uploads in tabs of other stores.
    pub fn uploads_elsewhere(&self, store: u64) -> usize {
        let others = self.others.values().filter(|it| it.store != store);
        others.map(|it| usize::from(it.usage.uploads)).sum()
    }

    /// The number of event streams in other tabs.
    pub fn streams_elsewhere(&self) -> usize {
        self.others.values().filter(|it| it.usage.streams).count()
    }

    /// The number of other tabs that poll.
    pub fn pollers_elsewhere(&self) -> usize {
        self.others.values().filter(|it| it.usage.polls).count()
    }
}

impl Core {
    /// Receives a message of another tab of the origin. The text may be anything.
    pub(super) fn origin_message(&mut self, text: &str, now: Now) {
        let Some(message) = decode::<UsageMessage>(text) else {
            return;
        };
        if message.version != VERSION || message.from == self.config.tab {
            return;
        }
        let other = Other {
            store: message.store,
            usage: message.usage,
            last_message: now.monotonic,
        };
        if message.usage == Usage::default() {
            self.origin.others.remove(&message.from);
        } else if self.origin.others.insert(message.from, other).is_none() {
            // It may not know the usage of this tab yet.
            self.origin.sent = None;
        }
    }

    /// Forgets tabs whose last message is too old.
    pub(super) fn forget_silent(&mut self, now: Timestamp) {
        let is_present = |other: &Other| now < other.last_message + FORGET;
        self.origin.others.retain(|_, other| is_present(other));
    }

    /// Sends the usage of this tab if it has changed, or must be repeated.
    pub(super) fn publish_usage(&mut self, now: Timestamp) {
        let usage = self.usage();
        let is_idle = usage == Usage::default();
        let is_published = match self.origin.sent {
            Some((sent, at)) => sent == usage && (is_idle || now < at + REPEAT),
            None => is_idle,
        };
        if !is_published {
            self.send_usage(usage, now);
        }
    }

    /// Reports that this tab uses no connections, because the page is about to be left.
    pub(super) fn leave_origin(&mut self, now: Timestamp) {
        if self
            .origin
            .sent
            .is_some_and(|(sent, _)| sent != Usage::default())
        {
            self.send_usage(Usage::default(), now);
        }
        self.origin.others = LiteMap::new();
    }

    fn send_usage(&mut self, usage: Usage, now: Timestamp) {
        self.origin.sent = Some((usage, now));
        let message = UsageMessage {
            version: VERSION,
            from: self.config.tab,
            store: self.store_hash(),
            usage,
        };
        let text = encode(&message);
        self.outputs.push_back(Output::BroadcastToOrigin(text));
    }

    fn usage(&self) -> Usage {
        // One connection carries any number of requests: there is nothing to share.
        if self.multiplexed || self.ownership.is_away() {
            return Usage::default();
        }
        Usage {
            uploads: u16::try_from(self.scheduler.uploads()).unwrap_or(u16::MAX),
            streams: self.connection.is_some(),
            polls: self.is_leader() && self.follows_jobs(),
        }
    }

    /// Identifies this store. A tab without a store counts as a store of its own.
    pub(super) fn store_hash(&self) -> u64 {
        let mut hasher = Fnv::default();
        match &self.config.store {
            Some(store) => store.hash(&mut hasher),
            None => self.config.tab.0.hash(&mut hasher),
        }
        hasher.finish()
    }
}
