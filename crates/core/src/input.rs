//! The inputs of the core.

use std::rc::Rc;

use crate::codec::codec_enum;
use crate::config::Capabilities;
use crate::failure::RequestError;
use crate::id::{AttachmentId, JobKey, TaskId};
use crate::job_status::{JobStatus, UploadEvent};
use crate::kind::JobKind;
use crate::meta::Meta;
use crate::monitor::FollowUp;
use crate::output::RequestId;
use crate::retry::Environment;
use crate::tab::TabId;

/// An event that the core handles. The driver produces each input in exactly one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The time of [`Core::timeout`](crate::Core::timeout) has come.
    Timeout,
    /// The browser reports that it went online or offline, or the tab was shown or hidden.
    Environment(Environment),
    /// The capabilities of the client have changed.
    Capabilities(Capabilities),
    /// A response tells which version of HTTP the server speaks.
    Protocol {
        /// Whether one connection carries any number of requests (HTTP/2 or later). The
        /// connection budget applies only while it does not.
        multiplexed: bool,
    },
    /// The app registers a kind, in place of one of the same name.
    RegisterKind(JobKind),
    /// The app starts a task.
    StartJob(TaskId, NewJob),
    /// The app starts an upload. The driver keeps the file under the task's id.
    StartUpload(TaskId, NewUpload),
    /// The user gives a command for a task in this tab.
    Command(TaskId, Command),
    /// The user has chosen a file, after [`Output::AskForFile`](crate::Output::AskForFile).
    FileChosen(TaskId, FileInfo),
    /// A copy of the file is complete, after [`Output::KeepFile`](crate::Output::KeepFile): the
    /// digest of the samples of the file. `None` if the browser cannot keep it.
    FileKept(TaskId, Option<u64>),
    /// The driver has the file again, after
    /// [`Output::OpenKeptFile`](crate::Output::OpenKeptFile): the digest of the samples of the
    /// copy. `None` if there is no complete copy.
    KeptFile(TaskId, Option<u64>),
    /// The app or the user clears finished tasks. Unfinished ones stay.
    Clear(Vec<TaskId>),
    /// The user has closed the task's toast.
    ToastClosed(TaskId),
    /// A request has ended.
    Response(RequestId, Response),
    /// An upload reports progress.
    UploadProgress(RequestId, UploadEvent),
    /// The digest of samples of the content of the file that this request uploads.
    Fingerprint(RequestId, u64),
    /// An event of the event stream.
    Stream(RequestId, StreamEvent),
    /// A message of another tab of this store. The text is not trusted.
    Message(String),
    /// A message of another tab of the origin, of any store. The text is not trusted.
    OriginMessage(String),
    /// No older tab of this store is alive, after
    /// [`Output::WatchOlderTabs`](crate::Output::WatchOlderTabs). A tab stops waiting for
    /// replies.
    OldestTab,
    /// A tab named by [`Output::WatchTab`](crate::Output::WatchTab) is closed.
    TabClosed(TabId),
    /// What the storage contains, at the start and after
    /// [`Output::ReadStorage`](crate::Output::ReadStorage).
    Stored(StoredRecords),
    /// The record of this task could not be written or removed.
    WriteFailed(TaskId),
    /// The page is about to be left, or is put into the back/forward cache.
    PageHide,
    /// The page was restored from the back/forward cache.
    PageShow,
    /// Forget everything under this store's name, in every tab.
    Forget,
}

/// A job to follow.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// The kind.
    pub kind: JobKind,
    /// The attachment that it processes.
    pub attachment: AttachmentId,
    /// The title that the user sees.
    pub title: Rc<str>,
    /// The key by which the server reports its status. With `None` the core requests that
    /// the server start the job.
    pub key: Option<JobKey>,
    /// When an embedding task is started after it.
    pub follow_up: Option<FollowUp>,
    /// The app's own data.
    pub meta: Option<Meta>,
}

/// A file to upload.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUpload {
    /// The file.
    pub file: FileInfo,
    /// The title that the user sees; if blank, the file's name.
    pub title: Rc<str>,
    /// The app's own data.
    pub meta: Option<Meta>,
}

/// The metadata of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name.
    pub name: Rc<str>,
    /// Its MIME type, empty if unknown.
    pub media_type: Rc<str>,
    /// Its length in bytes.
    pub size: u64,
}

/// A command of the user for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Continue a failed or cancelled task.
    Retry,
    /// End the task, and cancel its job on the server.
    Cancel,
    /// Pause a resumable upload until [`Resume`](Self::Resume).
    Pause,
    /// Continue a paused upload.
    Resume,
}

codec_enum!(Command { 0 => Retry, 1 => Cancel, 2 => Pause, 3 => Resume });

/// The result of a request. The variant is that of the [`Request`](crate::Request).
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// The status of one job.
    Status(Result<JobStatus, RequestError>),
    /// The statuses of several jobs, in the order of the request; `None` if the response
    /// does not mention the job. Jobs beyond the end of the list count as unanswered.
    Statuses(Result<Vec<Option<Result<JobStatus, RequestError>>>, RequestError>),
    /// The key by which the server reports the new job's status; with `None` it is the
    /// attachment's id.
    Start(Result<Option<JobKey>, RequestError>),
    /// The server has cancelled the job.
    Cancel(Result<(), RequestError>),
    /// The server has the file.
    Upload(Result<Uploaded, RequestError>),
    /// The server need not keep the partial upload.
    Discard(Result<(), RequestError>),
    /// The event stream has ended.
    StreamClosed,
    /// The client has no event stream at the moment.
    StreamUnavailable,
}

/// The attachment that the server created from an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its id.
    pub attachment: AttachmentId,
    /// Its title; blank if the response contains none.
    pub title: Rc<str>,
    /// Whether it is a video; `None` if the response does not contain its type.
    pub video: Option<bool>,
}

/// An event of the event stream.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The stream is open, or has sent a comment to keep the connection alive.
    Alive,
    /// The status of jobs, including jobs that no task of this tab follows.
    Statuses(Vec<StatusUpdate>),
    /// The minimum delay before reconnecting, set by the server.
    ReconnectAfter(std::time::Duration),
}

/// A job's status that the server has pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusUpdate {
    /// The [`endpoint`](JobKind::endpoint) of the job's kind.
    pub endpoint: Rc<str>,
    /// The key by which the server reports its status.
    pub key: JobKey,
    /// The status.
    pub status: JobStatus,
}

impl StatusUpdate {
    /// The status of a job whose kind has this [`endpoint`](JobKind::endpoint).
    pub fn new(endpoint: impl Into<Rc<str>>, key: impl Into<JobKey>, status: JobStatus) -> Self {
        Self {
            endpoint: endpoint.into(),
            key: key.into(),
            status,
        }
    }
}

/// What the storage contains under a store's name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredRecords {
    /// Keys and values of the records.
    pub records: Vec<(String, String)>,
    /// The mark that [`Output::Forget`](crate::Output::Forget) writes, if there is one.
    pub forgotten: Option<String>,
    /// Snapshots that were read from a format of earlier versions.
    pub migrated: Vec<crate::snapshot::Snapshot>,
}
