//! The clients that an app's tasks use.

use std::fmt;
use std::future::ready;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, JobKey, JobKind, RequestError, UploadEvent,
};
use yew::Callback;

use super::{Attachment, Call, NewAttachment, StatusClient, StorageClient};

/// The clients that tasks use.
///
/// ```
/// use std::rc::Rc;
/// use yew_background_tasks::{Call, Clients, Job, JobStatus, StatusClient};
///
/// struct Done;
///
/// impl StatusClient for Done {
///     fn status(&self, _job: &Job) -> Call<JobStatus> {
///         Box::pin(async move { Ok(JobStatus::Succeeded) })
///     }
/// }
///
/// let clients = Clients::without_storage(Rc::new(Done));
/// assert!(clients == clients.clone());
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Clients {
    /// Requests the status of jobs.
    pub status: Rc<dyn StatusClient>,
    /// Uploads files and starts jobs.
    pub storage: Rc<dyn StorageClient>,
}

impl Clients {
    /// One client for both.
    pub fn new(client: Rc<impl StatusClient + StorageClient + 'static>) -> Self {
        let storage: Rc<dyn StorageClient> = client.clone();
        Self {
            status: client,
            storage,
        }
    }

    /// A client for jobs that something else starts. Uploads, and a retry of a job that has
    /// failed on the server, fail with a reason.
    pub fn without_storage(status: Rc<dyn StatusClient>) -> Self {
        Self {
            status,
            storage: Rc::new(NoStorage),
        }
    }

    /// Sets the client that uploads files and starts jobs.
    #[must_use]
    pub fn with_storage(mut self, storage: Rc<dyn StorageClient>) -> Self {
        self.storage = storage;
        self
    }
}

impl PartialEq for Clients {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.status, &other.status) && Rc::ptr_eq(&self.storage, &other.storage)
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Clients").finish_non_exhaustive()
    }
}

/// Fails every request: the page has no storage client.
pub(crate) struct NoStorage;

impl NoStorage {
    fn refuse<T: 'static>() -> Call<T> {
        Box::pin(ready(Err(RequestError::Status {
            status: 501,
            retry_after: None,
            message: Some("this page has no storage".into()),
        })))
    }
}

impl StorageClient for NoStorage {
    fn upload(&self, _upload: NewAttachment, _on_event: Callback<UploadEvent>) -> Call<Attachment> {
        Self::refuse()
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        Self::refuse()
    }

    fn delete(&self, _id: &AttachmentId) -> Call<()> {
        Self::refuse()
    }

    fn start(
        &self,
        _kind: &JobKind,
        _attachment: &AttachmentId,
        _idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        Self::refuse()
    }
}
