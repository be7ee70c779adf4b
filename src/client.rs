//! The traits through which tasks reach a server, and what their calls answer.

pub(crate) mod abort;
pub(crate) mod file;
mod http;
pub mod simulated;
pub mod wire;

use std::fmt;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, CallError, IdempotencyKey, Job, JobKey, JobKind, JobStatus, ResumeKey,
    StreamEvent, UploadEvent,
};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, ready};
use serde::{Deserialize, Serialize};
use yew::Callback;

pub use self::http::{Credentials, HttpStatusClient, InvalidHeader};
pub use self::simulated::{SimulatedStatusClient, Simulation};

/// What a call answers in time. Dropping it gives the call up: let it own what it uses.
pub type Call<T> = LocalBoxFuture<'static, Result<T, CallError>>;

/// Results of a request for several jobs, one per job in the same order; `None` if the
/// response does not mention the job.
pub type Answers = Vec<Option<Result<JobStatus, CallError>>>;

/// Asks a server how far a job is.
///
/// Only [`status`](Self::status) is required. Time limits, repetition and
/// back-off are the monitor's: a client makes one request and says how it went.
///
/// ```
/// use futures_util::FutureExt as _;
/// use yew_background_tasks::{Call, Job, JobStatus, StatusClient};
///
/// /// Every job is done at once.
/// struct Done;
///
/// impl StatusClient for Done {
///     fn status(&self, _job: &Job) -> Call<JobStatus> {
///         async { Ok(JobStatus::Succeeded) }.boxed_local()
///     }
/// }
/// ```
pub trait StatusClient {
    /// Asks once for the job's status.
    ///
    /// # Errors
    ///
    /// A [`CallError`], whose [`is_transient`](CallError::is_transient) decides
    /// whether it is asked again.
    fn status(&self, job: &Job) -> Call<JobStatus>;

    /// How many jobs one call of [`statuses`](Self::statuses) may be for, as
    /// things are now. By default one: each job is asked after by itself.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Asks once for the status of several jobs of one kind, two at least and
    /// [`batch_limit`](Self::batch_limit) at most.
    ///
    /// A job of which the answer says nothing is asked after by itself, at once;
    /// so are all where the server turns out not to know this call, which costs
    /// them nothing. Answers that are fewer than the jobs leave the last ones
    /// for the next call.
    ///
    /// # Errors
    ///
    /// A [`CallError`], which counts for each of the jobs as one of its own.
    fn statuses(&self, jobs: &[Job]) -> Call<Answers> {
        ready(Ok(jobs.iter().map(|_| None).collect())).boxed_local()
    }

    /// Opens a stream of news about all jobs that this page may know of.
    /// `on_news` hears them; the call ends with the stream. None where there is
    /// no such stream, as things are now, which is so by default.
    ///
    /// It is opened where jobs are followed, by one tab of a browser, and opened
    /// again after it has ended or was silent for 45 s. Meanwhile, and for jobs
    /// of which it says nothing, checks are made as without it.
    fn events(&self, on_news: Callback<StreamEvent>) -> Option<Call<()>> {
        let _ = on_news;
        None
    }

    /// Tells the server that the job is not wanted any more. Nobody waits for
    /// the answer. By default the server is not told.
    fn cancel(&self, job: &Job) -> Call<()> {
        let _ = job;
        ready(Ok(())).boxed_local()
    }
}

/// Keeps files on a server and starts jobs on them.
pub trait StorageClient {
    /// Sends a file. `on_news` hears how far it is. Time limits are not the
    /// client's: who waits too long drops the call.
    ///
    /// # Errors
    ///
    /// A [`CallError`]; [`CallError::FileUnreadable`] where the browser cannot read the file.
    fn upload(&self, upload: NewAttachment, on_news: Callback<UploadEvent>) -> Call<Attachment>;

    /// Whether an upload that was given up goes on from where it was. By
    /// default it begins anew.
    fn is_resumable(&self) -> bool {
        false
    }

    /// Tells the server that what it has of an upload is not wanted any more.
    /// Nobody waits for the answer. By default the server is not told.
    fn discard(&self, upload: &ResumeKey) -> Call<()> {
        let _ = upload;
        ready(Ok(())).boxed_local()
    }

    /// Lists what is stored.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    fn list(&self) -> Call<Vec<Attachment>>;

    /// Deletes what is stored under `id`.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    fn delete(&self, id: &AttachmentId) -> Call<()>;

    /// Starts a job of `kind` on an attachment; answers the name to follow it
    /// by where that is not the attachment's id.
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

/// A file to be stored.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// The bytes and their name and type.
    pub file: web_sys::File,
    /// The title that the person gave.
    pub title: Rc<str>,
    /// The same over repetitions of one request.
    pub idempotency_key: IdempotencyKey,
    /// What an earlier attempt told as [`UploadEvent::Resumable`].
    pub resume: Option<ResumeKey>,
}

/// A file that a server stores (CONTRACT §1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name on the server.
    pub id: AttachmentId,
    /// Its title.
    pub title: Rc<str>,
    /// Its MIME type.
    #[serde(default)]
    pub content_type: Rc<str>,
    /// Its length in bytes.
    #[serde(default)]
    pub size: u64,
}

impl Attachment {
    /// Whether it is a video, which is processed and embedded after its upload.
    pub fn is_video(&self) -> bool {
        self.content_type
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("video/"))
    }
}

/// The two clients that a page's tasks use.
///
/// ```
/// use std::rc::Rc;
/// use futures_util::FutureExt as _;
/// use yew_background_tasks::{Call, Clients, Job, JobStatus, StatusClient};
///
/// struct Done;
///
/// impl StatusClient for Done {
///     fn status(&self, _job: &Job) -> Call<JobStatus> {
///         async { Ok(JobStatus::Succeeded) }.boxed_local()
///     }
/// }
///
/// let clients = Clients::without_storage(Rc::new(Done));
/// assert!(clients == clients.clone());
/// ```
#[derive(Clone)]
pub struct Clients {
    /// Follows jobs.
    pub status: Rc<dyn StatusClient>,
    /// Keeps files and starts jobs.
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

    /// A page that only follows jobs which something else starts. Uploads, and
    /// Retry of a job that the server failed, are refused with a clear reason.
    pub fn without_storage(status: Rc<dyn StatusClient>) -> Self {
        Self {
            status,
            storage: Rc::new(NoStorage),
        }
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

/// Refuses everything: this page was given no storage.
pub(crate) struct NoStorage;

impl NoStorage {
    fn refuse<T: 'static>() -> Call<T> {
        ready(Err(CallError::Status {
            status: 501,
            retry_after: None,
            message: Some("this page has no storage".into()),
        }))
        .boxed_local()
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
