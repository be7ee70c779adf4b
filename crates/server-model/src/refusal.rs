//! Why the server did not do what it was asked to.

/// A request that was understood and refused. Its text is what the server gives
/// as the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// 404: there is nothing with this id.
    #[error("there is no {what} {id:?}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// 410: the upload was terminated.
    #[error("the upload {id:?} was terminated")]
    Terminated {
        /// The id of the upload.
        id: String,
    },
    /// 409: a request with the same idempotency key is still being processed.
    #[error("a request with this Idempotency-Key is still being processed")]
    InProgress,
    /// 409: the bytes do not belong where the upload ends.
    #[error("the upload is at {offset}, not at {requested}")]
    OffsetMismatch {
        /// Where the upload ends.
        offset: u64,
        /// Where the request wants to continue.
        requested: u64,
    },
    /// 413: the file is too large.
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge {
        /// The most bytes that a file may have.
        limit: u64,
    },
    /// 413: one request holds too many bytes.
    #[error("one request may hold {limit} bytes")]
    PartTooLarge {
        /// The most bytes that one request may hold.
        limit: u64,
    },
    /// 413: more bytes than the upload was created for.
    #[error("more than the {length} bytes that the upload was created for")]
    BeyondLength {
        /// The length of the upload.
        length: u64,
    },
    /// 422: the file has no bytes.
    #[error("the file is empty")]
    EmptyFile,
    /// 422: the idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// 423: another request holds the upload.
    #[error("another request writes to this upload")]
    Locked,
}

impl Refusal {
    /// The HTTP status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unknown { .. } => 404,
            Self::InProgress | Self::OffsetMismatch { .. } => 409,
            Self::Terminated { .. } => 410,
            Self::FileTooLarge { .. } | Self::PartTooLarge { .. } | Self::BeyondLength { .. } => {
                413
            }
            Self::EmptyFile | Self::KeyReused => 422,
            Self::Locked => 423,
        }
    }

    pub(crate) fn unknown(what: &'static str, id: &str) -> Self {
        Self::Unknown {
            what,
            id: id.to_owned(),
        }
    }
}
