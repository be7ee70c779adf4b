//! What an app provides: signed requests, and the requests of multipart uploads.

use std::fmt;

use background_tasks_core::AttachmentId;

use crate::client::{Call, NewAttachment};

/// Signs uploads to object storage, usually by asking the app's own server. It may be asked again
/// for the same file: after an error, and after a signature has expired.
///
/// An error is the reason of a failed attempt. [`NotSent`](crate::RequestError::NotSent),
/// [`Unreachable`](crate::RequestError::Unreachable) and the transient statuses are retried.
pub trait S3Signer {
    /// Signs a `PUT` of the whole file.
    fn sign_put(&self, upload: NewAttachment) -> Call<SignedRequest>;
}

/// Makes the requests of multipart uploads, usually by asking the app's own server.
pub trait S3MultipartSigner {
    /// Creates a multipart upload (`CreateMultipartUpload`).
    fn create(&self, upload: NewAttachment) -> Call<MultipartUpload>;

    /// Signs the request of a part (`UploadPart`) of so many bytes. Numbers start at 1.
    fn sign_part(&self, upload: MultipartUpload, number: u32, bytes: u64) -> Call<SignedRequest>;

    /// Lists all parts that the storage has (`ListParts`, which returns at most 1000 at a time).
    ///
    /// # Errors
    ///
    /// Status 404 if there is no such upload: then it is created again.
    fn list_parts(&self, upload: MultipartUpload) -> Call<Vec<UploadedPart>>;

    /// Completes a multipart upload (`CompleteMultipartUpload`), given the numbers and ETags of its
    /// parts, and returns the attachment's id; without one it is the key of the object.
    ///
    /// It is called again if its response was lost. `parts` is empty if the storage has no such
    /// upload any more: then the object may exist already. Status 404 says that it does not.
    fn complete(
        &self,
        upload: MultipartUpload,
        file: NewAttachment,
        parts: Vec<(u32, String)>,
    ) -> Call<Option<AttachmentId>>;

    /// Deletes a multipart upload (`AbortMultipartUpload`).
    fn abort(&self, upload: MultipartUpload) -> Call<()>;
}

/// A URL that the storage accepts without credentials, for some time.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) id: Option<AttachmentId>,
}

impl SignedRequest {
    /// A `PUT` to this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
            id: None,
        }
    }

    /// Adds a header, as the signature requires it.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the attachment's id once the file is stored. By default it is the last segment of the
    /// URL's path. Only the `PUT` of a whole file has one.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<AttachmentId>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl fmt::Debug for SignedRequest {
    /// Omits the URL and the headers, which are secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedRequest")
            .finish_non_exhaustive()
    }
}

/// A multipart upload that was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartUpload {
    /// The key of the object.
    pub key: String,
    /// The storage's id of the upload.
    pub upload_id: String,
}

/// A part that the storage has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedPart {
    /// Its number, from 1.
    pub number: u32,
    /// Its ETag, as the storage returns it.
    pub etag: String,
    /// Its size in bytes.
    pub size: u64,
}
