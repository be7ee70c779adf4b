//! How calls and tasks fail. What a person reads of it is made in `messages`.

use std::rc::Rc;
use std::time::Duration;

use thiserror::Error;

/// Why a call to the server brought no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// No connection, or it broke.
    #[error("the server cannot be reached")]
    Unreachable,
    /// No answer within the time limit.
    #[error("no answer within {} s", .limit.as_secs())]
    TimedOut {
        /// The limit that passed.
        limit: Duration,
    },
    /// An upload stood still for too long.
    #[error("the upload stood still for {} s", .limit.as_secs())]
    Stalled {
        /// Where it stood still.
        at: UploadLeg,
        /// The limit that passed.
        limit: Duration,
    },
    /// The server answered with a status that is not a success.
    #[error("the server answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long it asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
        /// What its body says, where it says something readable.
        message: Option<Rc<str>>,
    },
    /// The body is not the expected JSON.
    #[error("the answer is not understood: {detail}")]
    NotUnderstood {
        /// What is wrong with it.
        detail: Rc<str>,
    },
    /// A status word that CONTRACT §1 does not know.
    #[error("the status word {word:?} is not known")]
    UnknownWord {
        /// The word as the server wrote it, shortened.
        word: Rc<str>,
    },
    /// The file cannot be read any more: moved, changed or forbidden.
    #[error("the file cannot be read")]
    FileUnreadable,
}

impl CallError {
    /// Whether it passes by itself, so that the call is made again (CONTRACT §2).
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::NotUnderstood { .. }
            | Self::UnknownWord { .. } => true,
            Self::FileUnreadable => false,
            Self::Status { status, .. } => match status {
                404 | 408 | 425 | 429 => true,
                501 | 505 => false,
                400..=499 => false,
                // What is neither success nor a client's error is the server's trouble.
                _ => true,
            },
        }
    }

    /// How long the server asks to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::NotUnderstood { .. }
            | Self::UnknownWord { .. }
            | Self::FileUnreadable => None,
        }
    }

    /// Whether the request may have arrived all the same, so that repeating it
    /// by hand must not make a second thing. A gateway answers 502 or 504 for a
    /// server that may well have done what it was asked.
    pub const fn may_have_arrived(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::NotUnderstood { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::UnknownWord { .. } | Self::FileUnreadable => false,
        }
    }
}

/// Where an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadLeg {
    /// No byte is sent yet.
    Start,
    /// Bytes are being sent.
    Bytes,
    /// All bytes are sent, and the server has not answered.
    Answer,
}

/// What a file must be like to be sent, of which it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// One of these types: MIME types, `video/*`, or endings such as `.mp4`.
    Types(Vec<String>),
    /// At most so many bytes.
    MaxSize(u64),
    /// At least one byte.
    NotEmpty,
}

/// Why a task failed, which is also what Retry does about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The server said that the job failed. Retry starts it again there.
    #[error("the job failed: {}", .reason.as_deref().unwrap_or("no reason given"))]
    Job {
        /// What the server says about it.
        reason: Option<Rc<str>>,
    },
    /// The budget of checks is spent. Retry goes on following the same job.
    #[error("not finished after {checks} checks")]
    TimedOut {
        /// Answered checks of the unfinished job.
        checks: u32,
    },
    /// The page was left while a file was sent. Retry asks for the file again.
    #[error("the page was left during the upload")]
    Interrupted,
    /// The file is not one that may be sent. Retry asks for another.
    #[error("{name:?} is not a file that may be sent")]
    Refused {
        /// The file's name.
        name: Rc<str>,
        /// What it does not keep to.
        restriction: Restriction,
    },
    /// A call failed for good, or too often in a row. Retry makes it again.
    #[error(transparent)]
    Call(#[from] CallError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> CallError {
        CallError::Status {
            status,
            retry_after: None,
            message: None,
        }
    }

    #[test]
    fn statuses_that_pass_by_themselves_are_those_of_the_contract() {
        for code in [404, 408, 425, 429, 500, 502, 503, 504, 507, 599] {
            assert!(status(code).is_transient(), "{code}");
        }
        for code in [
            400, 401, 402, 403, 405, 406, 409, 410, 413, 415, 418, 422, 451, 501, 505,
        ] {
            assert!(!status(code).is_transient(), "{code}");
        }
    }
}
