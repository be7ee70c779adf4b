//! Files: those to upload, and those on the server.

use std::rc::Rc;

use background_tasks_core::internals::is_video;
use background_tasks_core::{AttachmentId, IdempotencyKey, ResumeKey};
use serde::{Deserialize, Serialize};

/// A file to upload.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewAttachment {
    /// The file.
    pub file: web_sys::File,
    /// The title that the user entered.
    pub title: Rc<str>,
    /// The same for all attempts of one upload.
    pub idempotency_key: IdempotencyKey,
    /// The key that an earlier attempt has reported as
    /// [`UploadEvent::Resumable`](background_tasks_core::UploadEvent::Resumable).
    pub resume: Option<ResumeKey>,
    /// The most bytes of the file in one request of a resumable upload.
    pub chunk_bytes: Option<u64>,
    /// Whether `PATCH` is sent as `POST` with `X-HTTP-Method-Override`.
    pub override_method: bool,
}

impl NewAttachment {
    /// An upload that starts from the beginning.
    pub fn new(
        file: web_sys::File,
        title: impl Into<Rc<str>>,
        idempotency_key: IdempotencyKey,
    ) -> Self {
        Self {
            file,
            title: title.into(),
            idempotency_key,
            resume: None,
            chunk_bytes: None,
            override_method: false,
        }
    }

    /// Limits the bytes of the file in one request of a resumable upload.
    #[must_use]
    pub const fn with_chunk_bytes(mut self, bytes: u64) -> Self {
        self.chunk_bytes = Some(bytes);
        self
    }

    /// Sets whether `PATCH` is sent as `POST` with `X-HTTP-Method-Override`.
    #[must_use]
    pub const fn with_override_method(mut self, override_method: bool) -> Self {
        self.override_method = override_method;
        self
    }

    /// Resumes an earlier attempt.
    #[must_use]
    pub fn with_resume(mut self, key: ResumeKey) -> Self {
        self.resume = Some(key);
        self
    }
}

/// A file on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attachment {
    /// The id.
    pub id: AttachmentId,
    /// The title.
    pub title: Rc<str>,
    /// The MIME type.
    #[serde(default)]
    pub content_type: Rc<str>,
    /// The size in bytes.
    #[serde(default)]
    pub size: u64,
}

impl Attachment {
    /// An attachment without a MIME type and with a size of 0.
    pub fn new(id: impl Into<AttachmentId>, title: impl Into<Rc<str>>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            content_type: Rc::default(),
            size: 0,
        }
    }

    /// Sets the MIME type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<Rc<str>>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Sets the size in bytes.
    #[must_use]
    pub const fn with_size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// Whether it is a video, which is processed and embedded after the upload.
    pub fn is_video(&self) -> bool {
        is_video("", &self.content_type)
    }

    /// The same; `None` if the server does not know the type.
    pub(crate) fn video(&self) -> Option<bool> {
        let is_known = !matches!(&*self.content_type, "" | "application/octet-stream");
        is_known.then(|| self.is_video())
    }
}
