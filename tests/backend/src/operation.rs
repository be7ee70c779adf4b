//! The operations of the API, by the names that faults and the log use.

use serde::{Deserialize, Serialize};

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `POST attachments`
    Upload,
    /// `GET attachments`
    List,
    /// `DELETE attachments/{id}`
    Delete,
    /// `POST video-processing/start`
    VideoStart,
    /// `GET video-processing/status/{queue_id}` and `?ids=`
    VideoStatus,
    /// `POST video-processing/cancel/{queue_id}`
    VideoCancel,
    /// `POST embeddings/start`
    EmbeddingStart,
    /// `GET embeddings/status/{attachment_id}` and `?ids=`
    EmbeddingStatus,
    /// `GET events`
    Events,
    /// `POST uploads`
    UploadCreate,
    /// `HEAD uploads/{id}`
    UploadOffset,
    /// `PATCH uploads/{id}`
    UploadPart,
    /// `DELETE uploads/{id}`
    UploadDiscard,
    /// A request under the API's path that it does not know.
    Unknown,
}

impl Operation {
    /// Whether this is a check of a job.
    #[must_use]
    pub fn is_check(self) -> bool {
        match self {
            Self::VideoStatus | Self::EmbeddingStatus => true,
            Self::Upload
            | Self::List
            | Self::Delete
            | Self::VideoStart
            | Self::VideoCancel
            | Self::EmbeddingStart
            | Self::Events
            | Self::UploadCreate
            | Self::UploadOffset
            | Self::UploadPart
            | Self::UploadDiscard
            | Self::Unknown => false,
        }
    }
}
