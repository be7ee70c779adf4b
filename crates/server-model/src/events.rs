//! The event stream: which jobs have changed since a subscriber last asked.

use litemap::LiteMap;

use crate::status::Report;

/// The reports that a client of the event stream has received. It belongs to the shell and is
/// dropped with the connection.
#[derive(Clone, Debug, Default)]
pub struct Subscriber {
    sent: LiteMap<(String, String), Report>,
}

/// A job whose report has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The endpoint, which is the event's name.
    pub endpoint: String,
    /// The key of the job.
    pub key: String,
    /// The response to a status request.
    pub report: Report,
}

impl Subscriber {
    /// A subscriber that has received nothing. It first receives the reports of all jobs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records the report of a job. Returns whether it has changed.
    pub(crate) fn record(&mut self, change: &Change) -> bool {
        let name = (change.endpoint.clone(), change.key.clone());
        let before = self.sent.insert(name, change.report.clone());
        before.as_ref() != Some(&change.report)
    }

    /// Forgets the jobs that no longer exist.
    pub(crate) fn retain(&mut self, exists: impl Fn(&str, &str) -> bool) {
        self.sent.retain(|(endpoint, key), _| exists(endpoint, key));
    }
}
