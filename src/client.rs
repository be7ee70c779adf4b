//! The traits of clients for a server, and the types of their requests and responses.

pub(crate) mod abort;
mod attachment;
mod clients;
pub(crate) mod file;
mod http;
#[cfg(feature = "s3")]
mod s3;
pub mod simulated;
mod transport;
pub mod wire;

use std::future::{Future, ready};
use std::pin::Pin;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, RequestError, ResumeKey,
    StreamEvent, UploadEvent,
};
use yew::Callback;

pub use self::attachment::{Attachment, NewAttachment};
pub use self::clients::Clients;
#[cfg(feature = "embed")]
pub(crate) use self::clients::NoStorage;
pub use self::http::{
    CompleteUpload, Credentials, HttpStatusClient, InvalidHeader, ProvidedToken, TusSettings,
};
#[cfg(feature = "embed")]
pub(crate) use self::http::{Provided, Provider};
#[cfg(feature = "s3")]
pub use self::s3::{
    MultipartUpload, S3MultipartSigner, S3Signer, S3Transport, SignedRequest, UploadedPart,
};
pub use self::simulated::{SimulatedStatusClient, Simulation};
pub use self::transport::UploadTransport;

/// A request, such as `Box::pin(async move { … })`. Dropping it aborts the request, so it must
/// own everything that it uses.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T, RequestError>>>>;

/// Results of a request for several jobs, one per job in the same order; `None` if the
/// response does not mention the job.
pub type BatchResponse = Vec<Option<Result<JobStatus, RequestError>>>;

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
    /// A [`RequestError`], whose [`is_transient`](RequestError::is_transient) decides
    /// whether it is asked again.
    fn status(&self, job: &Job) -> Call<JobStatus>;

    /// The base URL of the API, absolute or relative to the document. The default name of the
    /// store derives from it (see [`StoreName`](crate::StoreName)), so that two apps on one
    /// origin that use different APIs do not share their tasks. `None` by default.
    fn base_url(&self) -> Option<String> {
        None
    }

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
    /// A [`RequestError`], which counts as a failure of each of the jobs.
    fn statuses(&self, jobs: &[Job]) -> Call<BatchResponse> {
        Box::pin(ready(Ok(jobs.iter().map(|_| None).collect())))
    }

    /// Opens the server's event stream and calls `on_event` with its events. The returned
    /// future is ready when the stream ends. `None` if there is no event stream at the
    /// moment, which is the default.
    ///
    /// The leading tab opens it while jobs are followed, and reopens it after it has ended or
    /// was silent for 45 s. In the meantime, and for jobs that its events do not mention, the
    /// usual checks continue.
    fn events(&self, on_event: Callback<StreamEvent>) -> Option<Call<()>> {
        let _ = on_event;
        None
    }

    /// Whether one connection to the server carries any number of requests (HTTP/2 or
    /// later), as far as is known at the moment. If it does, requests are not limited to
    /// four connections. By default it does not.
    fn is_multiplexed(&self) -> bool {
        false
    }

    /// Requests that the server cancel a job. The result is ignored. By default, no request
    /// is made.
    fn cancel(&self, job: &Job) -> Call<()> {
        let _ = job;
        Box::pin(ready(Ok(())))
    }
}

/// Uploads files, manages attachments and starts jobs on them.
///
/// A client makes one request and returns its result; the queue of uploads, timeouts, retries and
/// back-off are not its concern. To change uploads alone, implement
/// [`UploadTransport`].
///
/// ```
/// use yew::Callback;
/// use yew_background_tasks::{
///     Attachment, AttachmentId, Call, HttpStatusClient, IdempotencyKey, JobKey, JobKind,
///     NewAttachment, StorageClient, UploadEvent,
/// };
///
/// /// Keeps what the server has stored.
/// struct WithoutDelete(HttpStatusClient);
///
/// impl StorageClient for WithoutDelete {
///     fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
///         self.0.upload(upload, on_event)
///     }
///
///     fn list(&self) -> Call<Vec<Attachment>> {
///         self.0.list()
///     }
///
///     fn delete(&self, _id: &AttachmentId) -> Call<()> {
///         Box::pin(async move { Ok(()) })
///     }
///
///     fn start(
///         &self,
///         kind: &JobKind,
///         attachment: &AttachmentId,
///         idempotency_key: &IdempotencyKey,
///     ) -> Call<Option<JobKey>> {
///         self.0.start(kind, attachment, idempotency_key)
///     }
/// }
/// ```
pub trait StorageClient {
    /// Uploads a file and calls `on_event` with its progress. Timeouts are not the client's
    /// concern: the caller drops the future.
    ///
    /// # Errors
    ///
    /// A [`RequestError`]; [`RequestError::FileUnreadable`] where the browser cannot read the file.
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment>;

    /// The smallest file, in bytes, whose aborted upload can be resumed: 0 if all can. By
    /// default, `None`, all start over.
    fn resumable_from(&self) -> Option<u64> {
        None
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
    /// A [`RequestError`].
    fn list(&self) -> Call<Vec<Attachment>>;

    /// Deletes an attachment.
    ///
    /// # Errors
    ///
    /// A [`RequestError`].
    fn delete(&self, id: &AttachmentId) -> Call<()>;

    /// Starts a job of `kind` on an attachment. Returns its key if that is not the id of the
    /// attachment. A repeated request, whose response may have been lost, has the same
    /// `idempotency_key`, and must not start a second job.
    ///
    /// # Errors
    ///
    /// A [`RequestError`].
    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>>;
}
