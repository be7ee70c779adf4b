//! What the server says about a job (CONTRACT §1).

use std::rc::Rc;

use super::percent::Percent;

/// A status answer that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The job waits for its turn.
    Queued,
    /// The job is being done.
    Running {
        /// The server's percentage, where it tells a usable one.
        progress: Option<Percent>,
    },
    /// The job is done.
    Succeeded,
    /// The job failed.
    Failed {
        /// The server's words on why.
        reason: Option<Rc<str>>,
    },
    /// The job was cancelled.
    Cancelled,
}
