//! How files get to a server of another kind.

use std::future::ready;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, JobKey, JobKind, RequestError, ResumeKey, UploadEvent,
};
use futures_util::future::{Either, select};
use yew::Callback;

use super::{Attachment, Call, Clients, NewAttachment, StorageClient, file};
use crate::clock::{BrowserClock, Clock as _};

/// The timeout of a request to delete a partial upload.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(30);

/// Uploads files in a way of the app's own, instead of a client's.
/// [`Clients::with_upload_transport`] chooses it.
///
/// Only [`upload`](Self::upload) is required. A transport makes one attempt and returns its
/// result; timeouts, retries, back-off and the queue are not its concern.
///
/// An upload that can continue reports a *state* as
/// [`UploadEvent::Resumable`]: any text of at most [`ResumeKey::MAX_BYTES`], such as the URL of a
/// partial upload. The last one is stored with the task and is [`NewAttachment::resume`] of the
/// next attempt: after a lost connection, a pause or Retry, and after a reload once the same file is
/// chosen again. After a response with status 404 or 410 it is forgotten, and the upload starts
/// over.
///
/// ```
/// use yew::Callback;
/// use yew_background_tasks::{AttachmentId, Call, NewAttachment, UploadEvent, UploadTransport};
/// # use yew_background_tasks::RequestError;
///
/// /// Sends a file in one request by means of the app's own.
/// struct Own;
///
/// # async fn put(upload: &NewAttachment) -> Result<String, RequestError> {
/// #     Ok(upload.title.to_string())
/// # }
/// impl UploadTransport for Own {
///     fn upload(&self, upload: NewAttachment, _: Callback<UploadEvent>) -> Call<AttachmentId> {
///         Box::pin(async move { Ok(AttachmentId::from(put(&upload).await?)) })
///     }
/// }
/// ```
pub trait UploadTransport {
    /// Uploads a file, calls `on_event` with its progress and returns the attachment's id.
    /// Dropping the future aborts the attempt.
    ///
    /// Until it reports [`UploadEvent::Sent`], the attempt has a single timeout, which grows with
    /// the size of the file.
    ///
    /// # Errors
    ///
    /// A [`RequestError`], whose [`is_transient`](RequestError::is_transient) decides whether there
    /// is another attempt: [`Status`](RequestError::Status) for a response with an error status,
    /// [`Unreachable`](RequestError::Unreachable) if there is none.
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<AttachmentId>;

    /// The smallest file, in bytes, whose upload can be paused: 0 if all can. By default, `None`,
    /// none can.
    fn resumable_from(&self) -> Option<u64> {
        None
    }

    /// Requests that the server delete a partial upload that nobody will continue, given the last
    /// state that it has reported. The result is ignored. By default, no request is made.
    fn discard(&self, state: &ResumeKey) -> Call<()> {
        let _ = state;
        Box::pin(ready(Ok(())))
    }
}

impl Clients {
    /// Uploads files with `transport`; all other requests are made as before.
    #[must_use]
    pub fn with_upload_transport(mut self, transport: Rc<dyn UploadTransport>) -> Self {
        let storage = self.storage;
        self.storage = Rc::new(WithTransport { storage, transport });
        self
    }
}

/// A client whose uploads a transport makes.
struct WithTransport {
    storage: Rc<dyn StorageClient>,
    transport: Rc<dyn UploadTransport>,
}

impl StorageClient for WithTransport {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        let transport = Rc::clone(&self.transport);
        Box::pin(async move {
            let file = upload.file.clone();
            file::check_readable(&file).await?;
            let size = file::size_of(&file);
            let title = Rc::clone(&upload.title);
            // It may report no progress.
            on_event.emit(UploadEvent::Unobserved { bytes: size });
            let id = transport.upload(upload, on_event).await?;
            Ok(Attachment::new(id, title)
                .with_content_type(file.type_())
                .with_size(size))
        })
    }

    fn resumable_from(&self) -> Option<u64> {
        self.transport.resumable_from()
    }

    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        let discarded = self.transport.discard(upload);
        Box::pin(async move {
            let limit = DISCARD_TIMEOUT;
            match select(discarded, BrowserClock.sleep(limit)).await {
                Either::Left((discarded, _)) => discarded,
                Either::Right(_) => Err(RequestError::TimedOut { limit }),
            }
        })
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        self.storage.list()
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        self.storage.delete(id)
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        self.storage.start(kind, attachment, idempotency_key)
    }
}
