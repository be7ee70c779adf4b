//! The operations of the API, by the names that fault rules and the request log use.

use background_tasks_server_model::{self as model, EMBEDDINGS, VIDEO};
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
    /// A path or method that the API does not have.
    Unknown,
}

impl Operation {
    const ALL: [Self; 14] = [
        Self::Upload,
        Self::List,
        Self::Delete,
        Self::VideoStart,
        Self::VideoStatus,
        Self::VideoCancel,
        Self::EmbeddingStart,
        Self::EmbeddingStatus,
        Self::Events,
        Self::UploadCreate,
        Self::UploadOffset,
        Self::UploadPart,
        Self::UploadDiscard,
        Self::Unknown,
    ];

    /// The operation of the model, and the endpoint if it is about jobs.
    #[must_use]
    pub const fn model(self) -> (model::Operation, Option<&'static str>) {
        match self {
            Self::Upload => (model::Operation::Upload, None),
            Self::List => (model::Operation::List, None),
            Self::Delete => (model::Operation::Delete, None),
            Self::VideoStart => (model::Operation::Start, Some(VIDEO)),
            Self::VideoStatus => (model::Operation::Status, Some(VIDEO)),
            Self::VideoCancel => (model::Operation::Cancel, Some(VIDEO)),
            Self::EmbeddingStart => (model::Operation::Start, Some(EMBEDDINGS)),
            Self::EmbeddingStatus => (model::Operation::Status, Some(EMBEDDINGS)),
            Self::Events => (model::Operation::Events, None),
            Self::UploadCreate => (model::Operation::UploadCreate, None),
            Self::UploadOffset => (model::Operation::UploadOffset, None),
            Self::UploadPart => (model::Operation::UploadPart, None),
            Self::UploadDiscard => (model::Operation::UploadTerminate, None),
            Self::Unknown => (model::Operation::Unknown, None),
        }
    }

    /// The operation that [`model`](Self::model) describes.
    #[must_use]
    pub fn from_model(operation: model::Operation, endpoint: Option<&str>) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.model() == (operation, endpoint))
    }

    /// Whether this is a status request.
    #[must_use]
    pub fn is_check(self) -> bool {
        self.model().0 == model::Operation::Status
    }
}
