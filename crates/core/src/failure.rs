//! How requests and tasks fail. The texts that the user reads are made in `messages`.

use std::rc::Rc;
use std::time::Duration;

use thiserror::Error;

use crate::mutation::{self, Mutation};

/// Why a request got no usable response. A client of the app's own returns one of these, and
/// [`is_transient`](Self::is_transient) decides whether the request is repeated.
///
/// Its text, in English, is for logs; [`Messages`](crate::Messages) has those for the user.
///
/// ```
/// use std::time::Duration;
/// use background_tasks_core::RequestError;
///
/// let busy = RequestError::Status {
///     status: 503,
///     retry_after: Some(Duration::from_secs(20)),
///     message: None,
/// };
/// assert!(busy.is_transient() && RequestError::Unreachable.is_transient());
/// assert_eq!(busy.to_string(), "the server responded with status 503");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// There is no connection, or it was lost.
    #[error("the server cannot be reached")]
    Unreachable,
    /// There was no response within the timeout.
    #[error("no response within {} s", .limit.as_secs())]
    TimedOut {
        /// The timeout.
        limit: Duration,
    },
    /// An upload made no progress within the timeout.
    #[error("the upload made no progress for {} s", .limit.as_secs())]
    Stalled {
        /// The phase in which the upload made no progress.
        at: UploadPhase,
        /// The timeout.
        limit: Duration,
    },
    /// The response has an HTTP status other than success.
    #[error("the server responded with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The value of `Retry-After`.
        retry_after: Option<Duration>,
        /// The error message in its body, if there is a readable one.
        message: Option<Rc<str>>,
    },
    /// The body is not the expected JSON.
    #[error("invalid response: {detail}")]
    InvalidResponse {
        /// What is wrong with it.
        detail: Rc<str>,
    },
    /// The response names a job status that is not known.
    #[error("unknown status \"{value}\"")]
    UnknownStatus {
        /// The value as the server sent it, shortened.
        value: Rc<str>,
    },
    /// The request was not sent, since what it needs is missing at the moment: a function of
    /// the app that returns a token or headers has failed.
    #[error("the request was not sent: {detail}")]
    NotSent {
        /// What is missing, and why.
        detail: Rc<str>,
    },
    /// The response is a web page, or a redirect that the page cannot follow: of a server that
    /// asks the user to sign in, or of a captive portal.
    #[error("a web page instead of the response")]
    WebPage,
    /// The file cannot be read any more: it was moved or changed, or access is denied.
    #[error("the file cannot be read")]
    FileUnreadable,
    /// The server accepted an upload, but its response was invalid, also when the upload was
    /// repeated. The file may already be stored.
    #[error("the upload was accepted, but the response is invalid: {detail}")]
    Unconfirmed {
        /// What is wrong with the response.
        detail: Rc<str>,
    },
    /// The connection was closed twice near the same low offset of an upload. The server may
    /// not accept a file of this size.
    #[error("the connection was closed twice near the same offset")]
    ClosedEarly,
    /// The server does not accept an upload of this size.
    #[error("the server accepts at most {limit} bytes")]
    TooLarge {
        /// The maximum size in bytes that the server reports.
        limit: u64,
    },
    /// The server is not set up correctly, which only whoever runs it can change.
    #[error("the server is not set up correctly: {detail}")]
    Misconfigured {
        /// What is wrong with it.
        detail: Rc<str>,
    },
}

impl RequestError {
    /// Whether the request should be retried automatically: there was no valid response, or
    /// its status is 404, 408, 425, 429 or 5xx except 501 and 505.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::InvalidResponse { .. }
            | Self::UnknownStatus { .. }
            | Self::NotSent { .. }
            | Self::WebPage => true,
            Self::FileUnreadable
            | Self::Unconfirmed { .. }
            | Self::ClosedEarly
            | Self::TooLarge { .. }
            | Self::Misconfigured { .. } => false,
            Self::Status { status, .. } => match status {
                404 | 408 | 425 | 429 => true,
                501 | 505 => false,
                400..=499 => false,
                // Whatever is neither a success nor a client error is the server's problem.
                _ => true,
            },
        }
    }

    /// The same for a request with an idempotency key. If an earlier attempt may have arrived,
    /// 409 and 425 say that the server is still working on it; otherwise they are final.
    pub(crate) fn is_transient_with_key(&self, may_have_arrived: bool) -> bool {
        match self {
            Self::Status {
                status: 409 | 425, ..
            } => may_have_arrived && !mutation::is(Mutation::ConflictIsFinal),
            _ => self.is_transient(),
        }
    }

    /// How long the server asks to wait before the next request.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::InvalidResponse { .. }
            | Self::UnknownStatus { .. }
            | Self::NotSent { .. }
            | Self::WebPage
            | Self::FileUnreadable
            | Self::Unconfirmed { .. }
            | Self::ClosedEarly
            | Self::TooLarge { .. }
            | Self::Misconfigured { .. } => None,
        }
    }

    /// Whether the server may have processed the request all the same, so that a manual
    /// retry must keep its idempotency key. A gateway responds with 502 or 504 for a server
    /// that may well have done what it was asked.
    pub const fn may_have_arrived(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::InvalidResponse { .. }
            | Self::WebPage
            | Self::Unconfirmed { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::UnknownStatus { .. }
            | Self::NotSent { .. }
            | Self::FileUnreadable
            | Self::ClosedEarly
            | Self::TooLarge { .. }
            | Self::Misconfigured { .. } => false,
        }
    }
}

/// The phases of an upload, each with a timeout of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadPhase {
    /// No byte has been sent yet.
    Connect,
    /// Bytes are being sent.
    Transfer,
    /// All bytes have been sent; the response is missing.
    Response,
}

/// A rule for files that a file violates.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Restriction {
    /// It must be of one of these types: MIME types, `video/*`, or file name extensions such
    /// as `.mp4`.
    Types(Vec<String>),
    /// It must not have more bytes than this.
    MaxSize(u64),
    /// It must not be empty.
    NotEmpty,
}

/// Why a task failed. It determines what Retry does.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The server reported that the job failed. Retry starts a new job.
    #[error("the job failed: {}", .reason.as_deref().unwrap_or("no reason given"))]
    Job {
        /// The reason that the server gave.
        reason: Option<Rc<str>>,
    },
    /// The budget of checks is spent. Retry continues with the same job.
    #[error("not finished after {checks} checks")]
    TimedOut {
        /// The number of checks that reported an unfinished job.
        checks: u32,
    },
    /// The page was closed during the upload. Retry asks for the file again.
    #[error("the page was closed during the upload")]
    Interrupted,
    /// The file violates a restriction. Retry asks for another one.
    #[error("\"{name}\" is not an accepted file")]
    Refused {
        /// The file's name.
        name: Rc<str>,
        /// The restriction that it violates.
        restriction: Restriction,
    },
    /// A request failed permanently, or too often in a row. Retry repeats it.
    #[error(transparent)]
    Request(#[from] RequestError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> RequestError {
        RequestError::Status {
            status,
            retry_after: None,
            message: None,
        }
    }

    #[test]
    fn transient_statuses_are_retried_and_others_are_not() {
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
