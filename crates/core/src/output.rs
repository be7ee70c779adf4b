//! Everything that the core asks for.

use std::rc::Rc;

use crate::change::Change;
use crate::id::{AttachmentId, IdempotencyKey, ResumeKey, TaskId};
use crate::kind::{Job, JobKind};
use crate::tab::TabId;

/// Names a request from when it is sent until its response is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Something to do. The driver executes each output in exactly one place, after
/// [`Core::handle`](crate::Core::handle) has returned.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send a request, and report how it ends with [`Input::Response`](crate::Input::Response).
    Request(RequestId, Request),
    /// Abort a request. Its response is no longer needed.
    Abort(RequestId),
    /// A task has changed: write it to the store, tell observers, update its toast.
    Changed(Change, ToastEffect),
    /// Show how a finished task ended. The tab that should have done so did not answer.
    Announce(TaskId),
    /// Send this text to the other tabs of this store.
    Broadcast(String),
    /// Send this text to the other tabs of the origin, whatever their store, and to other
    /// instances in this tab. They report it with
    /// [`Input::OriginMessage`](crate::Input::OriginMessage).
    BroadcastToOrigin(String),
    /// Write a task's record, or remove it.
    Write {
        /// The task.
        task: TaskId,
        /// The key in the storage.
        key: String,
        /// The value; `None` removes the record.
        value: Option<String>,
    },
    /// Read all records, and report them with [`Input::Stored`](crate::Input::Stored).
    ReadStorage,
    /// Remove every record and every kept file of this store, and leave this mark instead, so that a tab that
    /// is frozen meanwhile forgets its tasks when it wakes up.
    Forget(String),
    /// Ask the user for the file of an upload, and report it with
    /// [`Input::FileChosen`](crate::Input::FileChosen).
    AskForFile(TaskId),
    /// Copy the file of an upload, so that another tab or a later page can continue it, and
    /// report it with [`Input::FileKept`](crate::Input::FileKept).
    KeepFile(TaskId),
    /// Open the copy of an upload's file, unless the driver still has the file, and report it
    /// with [`Input::KeptFile`](crate::Input::KeptFile).
    OpenKeptFile(TaskId),
    /// Delete the copy of an upload's file, or stop making it.
    DropKeptFile(TaskId),
    /// Delete the copies of all other tasks, except for those that a tab is still making.
    SweepKeptFiles(Vec<TaskId>),
    /// Report when this tab is closed, with [`Input::TabClosed`](crate::Input::TabClosed).
    WatchTab(TabId),
    /// Report [`Input::OldestTab`](crate::Input::OldestTab) as soon as no older tab of this
    /// store is alive.
    WatchOlderTabs,
    /// Write a warning to the console.
    Warn(String),
}

/// What a change means for the task's toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastEffect {
    /// Show it, also if the user has closed it.
    Show,
    /// Update it if it is shown.
    Update,
    /// Take it away.
    Dismiss,
}

/// A request to the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// The status of one job.
    Status(Job),
    /// The status of several jobs of one kind.
    Statuses(Vec<Job>),
    /// Start a job.
    Start {
        /// What it does.
        kind: JobKind,
        /// The attachment it works on.
        attachment: AttachmentId,
        /// Stays the same when the request is repeated.
        idempotency_key: IdempotencyKey,
    },
    /// Cancel the job on the server.
    Cancel(Job),
    /// Send the file that the driver keeps under this task's id.
    Upload {
        /// The task.
        task: TaskId,
        /// The attachment's title.
        title: Rc<str>,
        /// Stays the same when the request is repeated.
        idempotency_key: IdempotencyKey,
        /// Continue from where an earlier attempt stopped.
        resume: Option<ResumeKey>,
        /// The most bytes of the file in one request.
        chunk_bytes: Option<u64>,
        /// Report [`Input::Fingerprint`](crate::Input::Fingerprint) before anything is sent,
        /// since an earlier attempt may have sent another file. Otherwise it may come later.
        verify: bool,
    },
    /// Tell the server that it need not keep a partial upload.
    Discard(ResumeKey),
    /// Open the event stream.
    Stream,
}
