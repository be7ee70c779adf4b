//! What the server says about a job (CONTRACT §1).

use std::rc::Rc;

use super::id::ResumeKey;

use crate::percent::Percent;

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

/// What is heard of an upload on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadNews {
    /// So many bytes are sent, of so many. What is counted, the file alone or
    /// with what goes around it, is the client's choice, if only it is the same for both.
    Sent {
        /// Sent so far, in this attempt and those before it that it goes on from.
        bytes: u64,
        /// All.
        total: u64,
    },
    /// From here on the upload can be gone on with by this key.
    Resumable(ResumeKey),
}
