//! Files: attachments, uploads as a form, and tus uploads.

use std::sync::Arc;
use std::time::Duration;

use super::Server;
use crate::attachments::{Attachment, NewAttachment};
use crate::chance;
use crate::idempotency::{Keyed, Remembered};
use crate::refusal::Refusal;
use crate::request::Operation;
use crate::uploads::{Content, NewUpload, Position};

impl Server {
    /// Stores a file that was uploaded in one request. A repeated
    /// `idempotency_key` gets the first response and stores nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal::EmptyFile`], [`Refusal::FileTooLarge`], [`Refusal::KeyReused`]
    /// and [`Refusal::InProgress`].
    pub fn create_attachment(
        &mut self,
        new: NewAttachment,
        idempotency_key: Option<&str>,
        now: Duration,
    ) -> Result<Arc<Attachment>, Refusal> {
        self.require_size(new.size)?;
        let digest = new.digest.as_deref().unwrap_or_default();
        let keyed = Keyed {
            operation: Operation::Upload,
            endpoint: "",
            key: idempotency_key,
            request: chance::fingerprint(&[&new.title, &new.content_type, digest], new.size),
        };
        let processing = self.config.processing;
        if let Some(Remembered::Stored(first)) = self.responses.find(keyed, processing, now)? {
            return Ok(first);
        }
        let attachment = self.attachments.add(new);
        self.responses
            .remember(keyed, &Remembered::Stored(Arc::clone(&attachment)), now);
        Ok(attachment)
    }

    /// All attachments, oldest first.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter()
    }

    /// Deletes an attachment and its jobs.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unknown`].
    pub fn delete_attachment(&mut self, id: &str) -> Result<(), Refusal> {
        self.attachments.delete(id)?;
        self.jobs.delete_of(id);
        Ok(())
    }

    /// Sets what identifies the contents of an attachment.
    pub fn set_digest(&mut self, id: u64, digest: String) {
        self.attachments.set_digest(id, digest);
    }

    /// Creates a tus upload and returns its id. A repeated `idempotency_key`
    /// gets the id of the first one, which may have arrived in part.
    ///
    /// # Errors
    ///
    /// [`Refusal::EmptyFile`], [`Refusal::FileTooLarge`], [`Refusal::KeyReused`]
    /// and [`Refusal::InProgress`].
    pub fn create_upload(
        &mut self,
        new: NewUpload,
        idempotency_key: Option<&str>,
        now: Duration,
    ) -> Result<String, Refusal> {
        self.require_size(new.length)?;
        let keyed = Keyed {
            operation: Operation::UploadCreate,
            endpoint: "",
            key: idempotency_key,
            request: chance::fingerprint(&[&new.title, &new.content_type], new.length),
        };
        let processing = self.config.processing;
        if let Some(Remembered::Created(first)) = self.responses.find(keyed, processing, now)? {
            return Ok(first);
        }
        let id = self.uploads.create(new);
        self.responses
            .remember(keyed, &Remembered::Created(id.clone()), now);
        Ok(id)
    }

    /// How much of a tus upload has arrived.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unknown`] and [`Refusal::Terminated`].
    pub fn upload_position(&self, id: &str) -> Result<Position, Refusal> {
        self.uploads.position(id)
    }

    /// Adds the bytes of a whole request to a tus upload. With the last byte it
    /// becomes an attachment.
    ///
    /// # Errors
    ///
    /// Those of [`claim_upload`](Self::claim_upload) and
    /// [`append_to_upload`](Self::append_to_upload).
    pub fn patch_upload(
        &mut self,
        id: &str,
        offset: u64,
        content: &Content<'_>,
        now: Duration,
    ) -> Result<Position, Refusal> {
        self.claim_upload(id, offset, now)?;
        let appended = self.append_to_upload(id, content);
        self.release_upload(id);
        appended
    }

    /// Locks a tus upload for a request that continues at `offset`, until
    /// [`release_upload`](Self::release_upload) or
    /// [`abandon_upload`](Self::abandon_upload).
    ///
    /// # Errors
    ///
    /// Those of [`upload_position`](Self::upload_position), [`Refusal::Locked`]
    /// and [`Refusal::OffsetMismatch`].
    pub fn claim_upload(&mut self, id: &str, offset: u64, now: Duration) -> Result<(), Refusal> {
        self.uploads.claim(id, offset, now)
    }

    /// Adds the next bytes of a request that has claimed the upload. With the
    /// last byte the upload becomes an attachment.
    ///
    /// # Errors
    ///
    /// Those of [`upload_position`](Self::upload_position),
    /// [`Refusal::PartTooLarge`] and [`Refusal::BeyondLength`].
    pub fn append_to_upload(
        &mut self,
        id: &str,
        content: &Content<'_>,
    ) -> Result<Position, Refusal> {
        let limit = self.config.max_part;
        if content.length() > limit {
            return Err(Refusal::PartTooLarge { limit });
        }
        if let Some(file) = self.uploads.append(id, content)? {
            let attachment = self.attachments.add(file);
            self.uploads.complete(id, attachment.id);
        }
        self.uploads.position(id)
    }

    /// Ends a request that has claimed the upload.
    pub fn release_upload(&mut self, id: &str) {
        self.uploads.release(id);
    }

    /// The client of a request that has claimed the upload is gone, which the
    /// server has not noticed: the upload stays locked for the lock timeout.
    pub fn abandon_upload(&mut self, id: &str, now: Duration) {
        let end = now.saturating_add(self.config.lock_timeout);
        self.uploads.abandon(id, end);
    }

    /// Terminates a tus upload; its idempotency key can create another one. The
    /// attachment of a complete upload stays.
    ///
    /// # Errors
    ///
    /// Those of [`upload_position`](Self::upload_position).
    pub fn terminate_upload(&mut self, id: &str) -> Result<(), Refusal> {
        self.uploads.terminate(id)?;
        self.responses.forget_upload(id);
        Ok(())
    }

    /// Forgets a tus upload, as a server does that keeps incomplete uploads for
    /// a limited time.
    pub fn forget_upload(&mut self, id: &str) {
        self.uploads.forget(id);
        self.responses.forget_upload(id);
    }

    fn require_size(&self, size: u64) -> Result<(), Refusal> {
        let limit = self.config.max_file;
        if size > limit {
            return Err(Refusal::FileTooLarge { limit });
        }
        if size == 0 {
            return Err(Refusal::EmptyFile);
        }
        Ok(())
    }
}
