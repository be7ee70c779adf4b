//! What the server reports about a job, and the client about an upload.

use std::rc::Rc;

use crate::id::ResumeKey;
use crate::percent::Percent;

/// The status of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobStatus {
    /// The job is waiting.
    Queued,
    /// The job is running.
    Running {
        /// The progress, if the server reports a usable one.
        progress: Option<Percent>,
    },
    /// The job has succeeded.
    Succeeded,
    /// The job has failed.
    Failed {
        /// The reason that the server gives.
        reason: Option<Rc<str>>,
    },
    /// The job was cancelled.
    Cancelled,
}

/// An event of an upload in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadEvent {
    /// Bytes have been sent. Both numbers count the same: the file alone, or the whole
    /// request body.
    Sent {
        /// Bytes sent so far, including those of the attempts that this one continues.
        bytes: u64,
        /// Bytes in total.
        total: u64,
    },
    /// From now on the upload can be continued with this key.
    Resumable(ResumeKey),
    /// A request begins whose progress may not be observable, as behind a service worker.
    /// Until bytes are reported, it has a single timeout, which grows with its length.
    Unobserved {
        /// Bytes in the request.
        bytes: u64,
    },
    /// All bytes of a request have been sent that is not the last one of the upload.
    PartSent,
    /// The server accepts no request with more bytes of a file than this.
    PartLimit(u64),
}
