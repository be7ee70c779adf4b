//! The event stream: which jobs have changed since a subscriber last asked.

use litemap::LiteMap;

use crate::jobs::JobName;
use crate::status::Report;

/// What one client of the event stream was told. It belongs to the shell and
/// dies with the connection.
#[derive(Clone, Debug, Default)]
pub struct Subscriber {
    told: LiteMap<JobName, Report>,
}

/// A job whose report has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The endpoint, which is the event's name.
    pub endpoint: String,
    /// The key of the job.
    pub key: String,
    /// What a status request would be answered with.
    pub report: Report,
}

impl Subscriber {
    /// A subscriber that was told nothing yet: it is told of all jobs first.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in how a job is now; tells whether that is news.
    pub(crate) fn is_news(&mut self, name: &JobName, report: &Report) -> bool {
        if self.told.get(name) == Some(report) {
            return false;
        }
        self.told.insert(name.clone(), report.clone());
        true
    }

    /// Forgets the jobs that no longer exist.
    pub(crate) fn retain(&mut self, exists: impl Fn(&JobName) -> bool) {
        self.told.retain(|name, _| exists(name));
    }
}
