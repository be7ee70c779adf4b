//! The traits of clients for a server, and the types of their requests and responses.

pub(crate) mod abort;
pub(crate) mod file;
mod http;
pub mod simulated;
pub mod wire;

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, CallError, IdempotencyKey, Job, JobKey, JobKind, JobStatus, ResumeKey,
    StreamEvent, UploadEvent,
};
use serde::{Deserialize, Serialize};
use yew::Callback;

pub use self::http::{Credentials, HttpStatusClient, InvalidHeader};
pub use self::simulated::{SimulatedStatusClient, Simulation};

/// A request, such as `Box::pin(async move { … })`. Dropping it aborts the request, so it must
/// own everything that it uses.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T, CallError>>>>;

/// Results of a request for several jobs, one per job in the same order; `None` if the
/// response does not mention the job.
pub type Answers = Vec<Option<Result<JobStatus, CallError>>>;

/// Requests the status of jobs.
///
/// Only [`status`](Self::status) is required. A client makes one request and returns its
/// result; timeouts, polling, retries and back-off are not its concern.
///
/// ```
/// use yew_background_tasks::{Call, Job, JobStatus, StatusClient};
///
/// /// Every job has succeeded.
/// struct Done;
///
/// impl StatusClient for Done {
///     fn status(&self, _job: &Job) -> Call<JobStatus> {
///         Box::pin(async move { Ok(JobStatus::Succeeded) })
///     }
/// }
/// ```
pub trait StatusClient {
    /// Requests the status of a job.
    ///
    /// # Errors
    ///
    /// A [`CallError`], whose [`is_transient`](CallError::is_transient) decides
    /// whether it is asked again.
    fn status(&self, job: &Job) -> Call<JobStatus>;

    /// The maximum number of jobs for [`statuses`](Self::statuses) at the moment. The
    /// default is one: each job has a request of its own.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Requests the status of several jobs of one kind: at least two, at most
    /// [`batch_limit`](Self::batch_limit).
    ///
    /// A job that the response does not mention gets a request of its own immediately, and so
    /// do all jobs if the server does not support batch requests, which does not count as a
    /// failure. If there are fewer results than jobs, the rest is left for the next request.
    ///
    /// # Errors
    ///
    /// A [`CallError`], which counts as a failure of each of the jobs.
    fn statuses(&self, jobs: &[Job]) -> Call<Answers> {
        Box::pin(ready(Ok(jobs.iter().map(|_| None).collect())))
    }

    /// Opens the server's event stream and calls `on_news` with its events. The returned
    /// future is ready when the stream ends. `None` if there is no event stream at the
    /// moment, which is the default.
    ///
    /// It is opened where jobs are followed, by one tab of a browser, and opened
    /// again after it has ended or was silent for 45 s. Meanwhile, and for jobs
    /// of which it says nothing, checks are made as without it.
    fn events(&self, on_news: Callback<StreamEvent>) -> Option<Call<()>> {
        let _ = on_news;
        None
    }

    /// Requests that the server cancel a job. The result is ignored. By default, no request
    /// is made.
    fn cancel(&self, job: &Job) -> Call<()> {
        let _ = job;
        Box::pin(ready(Ok(())))
    }
}

/// Uploads files, manages attachments and starts jobs on them.
pub trait StorageClient {
    /// Uploads a file and calls `on_news` with its progress. Timeouts are not the client's
    /// concern: the caller drops the future.
    ///
    /// # Errors
    ///
    /// A [`CallError`]; [`CallError::FileUnreadable`] where the browser cannot read the file.
    fn upload(&self, upload: NewAttachment, on_news: Callback<UploadEvent>) -> Call<Attachment>;

    /// Whether an aborted upload can be resumed. By default it starts over.
    fn is_resumable(&self) -> bool {
        false
    }

    /// Requests that the server delete a partial upload. The result is ignored. By default, no
    /// request is made.
    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        let _ = upload;
        Box::pin(ready(Ok(())))
    }

    /// Requests the list of attachments.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    fn list(&self) -> Call<Vec<Attachment>>;

    /// Deletes an attachment.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    fn delete(&self, id: &AttachmentId) -> Call<()>;

    /// Starts a job of `kind` on an attachment. Returns its key if that is not the id of the
    /// attachment.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>>;
}

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
    /// What an earlier attempt told as [`UploadEvent::Resumable`].
    pub resume: Option<ResumeKey>,
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
        }
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
        self.content_type
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("video/"))
    }
}

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
        Box::pin(ready(Err(CallError::Status {
            status: 501,
            retry_after: None,
            message: Some("this page has no storage".into()),
        })))
    }
}

impl StorageClient for NoStorage {
    fn upload(&self, _upload: NewAttachment, _on_news: Callback<UploadEvent>) -> Call<Attachment> {
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
