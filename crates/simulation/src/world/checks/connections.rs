//! The connections of the origin, which its tabs share.

use background_tasks_core::Request;

use super::super::World;
use crate::tab::Tab;

/// The most connections of all tabs together.
const CONNECTIONS: usize = 4;

/// Tabs that have been running for so long know of each other's connections: they repeat how
/// many there are every 20 s.
const ACQUAINTED: u64 = 25_000;

/// A request that was sent so long ago is known to the other tabs.
const KNOWN: u64 = 50;

impl World<'_> {
    /// A tab keeps within the connections, and counts those of the other tabs that it knows.
    pub(super) fn check_connections(&mut self, number: u64, request: &Request) {
        if !occupies(request) {
            return;
        }
        self.count("requests stay within the connections");
        self.count("tabs share the connections");
        let Some(tab) = self.tabs.get(&number) else {
            return;
        };
        let own = 1 + tab.in_flight.values().filter(|it| occupies(it)).count();
        let time = self.time;
        let acquainted = |tab: &Tab| tab.runs() && time - tab.runs_since > ACQUAINTED;
        let others = self.tabs.values().filter(|other| other.number != number);
        let others = others.filter(|other| acquainted(other) && acquainted(tab));
        let elsewhere: usize = others.map(|other| known(other, time)).sum();
        // A tab that occupies none may always begin, since the others may never stop, and one
        // connection is always left for status requests.
        let is_allowed = own == 1 || is_status(request) && !tab.in_flight.values().any(is_status);
        if own > CONNECTIONS {
            let detail = format!("tab {number} has {own} requests in flight");
            self.break_rule("requests stay within the connections", detail);
        }
        if own + elsewhere > CONNECTIONS && !is_allowed && !self.scenario.lossy_channel {
            let detail = format!("tab {number} has {own} requests in flight, others {elsewhere}");
            self.break_rule("tabs share the connections", detail);
        }
    }
}

const fn occupies(request: &Request) -> bool {
    is_status(request) || matches!(request, Request::Upload { .. } | Request::Stream)
}

const fn is_status(request: &Request) -> bool {
    matches!(request, Request::Status(_) | Request::Statuses(_))
}

/// The connections of a tab that the others know. However many status requests it sends, one
/// connection is theirs.
fn known(tab: &Tab, time: u64) -> usize {
    let is_known = |id| tab.sent.get(id).is_some_and(|at| time - at > KNOWN);
    let requests = tab.in_flight.iter().filter(|(id, _)| is_known(*id));
    let (mut long, mut polls) = (0, 0);
    for (_, request) in requests {
        match request {
            Request::Upload { .. } | Request::Stream => long += 1,
            Request::Status(_) | Request::Statuses(_) => polls = 1,
            Request::Start { .. } | Request::Cancel(_) | Request::Discard(_) => {}
        }
    }
    long + polls
}
