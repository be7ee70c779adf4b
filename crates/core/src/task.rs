//! Tasks and their states.

use std::rc::Rc;
use std::time::Duration;

use crate::failure::{Failure, RequestError};
use crate::id::{AttachmentId, TaskId};
use crate::kind::TaskKind;
use crate::meta::Meta;
use crate::percent::Percent;
use crate::time::Timestamp;

/// An upload or a job on the server, in the background of what the user does.
///
/// ```
/// use background_tasks_core::{Task, TaskState};
///
/// fn describe(task: &Task) -> String {
///     let state = match &task.state {
///         TaskState::Failed(failure) => failure.to_string(), // in English, for logs
///         state => match state.progress() {
///             Some(percent) => format!("{} ({percent}%)", state.as_str()),
///             None => state.as_str().to_owned(),
///         },
///     };
///     format!("{}: {state}", task.title)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// Its id, which is also its toast's: `{kind}_{attachment_id}_{milliseconds}`.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// The attachment's title. Not empty.
    pub title: Rc<str>,
    /// The attachment it works on; an upload has none until the server has created it.
    pub attachment: Option<AttachmentId>,
    /// Its state.
    pub state: TaskState,
    /// Whether this page has the file of the upload, so that closing the page would end it.
    pub has_file: bool,
    /// Whether it is an upload that continues after a reload, with a copy of its file.
    pub is_kept: bool,
    /// When it was started, by the wall clock.
    pub started: Timestamp,
    /// The app's own data.
    pub meta: Option<Meta>,
}

impl Task {
    /// A task without an attachment, a file and metadata: for tests of what shows tasks, since
    /// it is not run.
    pub fn new(
        id: impl Into<TaskId>,
        kind: TaskKind,
        title: impl Into<Rc<str>>,
        state: TaskState,
    ) -> Self {
        Self {
            id: id.into(),
            kind,
            title: title.into(),
            attachment: None,
            state,
            has_file: false,
            is_kept: false,
            started: Timestamp::default(),
            meta: None,
        }
    }
}

/// The state of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskState {
    /// The file is being uploaded.
    Uploading {
        /// The percentage of bytes sent, up to 99; `None` if it is unknown.
        progress: Option<Percent>,
        /// The stage of the upload.
        stage: UploadStage,
    },
    /// The task waits: for the server to start the job or to begin with it, or for an upload
    /// slot.
    Queued,
    /// The server is working on the job.
    Running {
        /// The server's progress, up to the kind's maximum. It never decreases within a run.
        progress: Option<Percent>,
    },
    /// The last request failed with a transient error and will be retried automatically.
    Recovering {
        /// The last known progress.
        progress: Option<Percent>,
        /// Whole seconds until the next request, rounded up; 0 while it is in flight.
        retry_in: u64,
        /// The number of failures in a row, from 1.
        attempt: u32,
        /// The last failure.
        error: RequestError,
    },
    /// The browser reports that it is offline.
    Offline {
        /// The last known progress.
        progress: Option<Percent>,
    },
    /// The task has succeeded.
    Succeeded,
    /// The task has failed.
    Failed(Failure),
    /// The task was cancelled, by the user or on the server.
    Cancelled,
}

/// The stage of an upload in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadStage {
    /// Bytes are being sent.
    Sending {
        /// The speed, once it is known.
        rate: Option<Rate>,
    },
    /// All bytes have been sent; the response is missing.
    AwaitingResponse,
    /// The user has paused it.
    Paused,
}

/// The speed of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes per second, averaged over the last few seconds.
    pub bytes_per_second: u64,
    /// The time until the last byte is sent at this speed, in whole seconds.
    pub left: Duration,
}

impl TaskState {
    /// The value of `data-task-state`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Uploading { .. } => "uploading",
            Self::Queued => "queued",
            Self::Running { .. } => "running",
            Self::Recovering { .. } => "recovering",
            Self::Offline { .. } => "offline",
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether it is terminal: only Retry can change it.
    pub const fn is_ended(&self) -> bool {
        match self {
            Self::Succeeded | Self::Failed(_) | Self::Cancelled => true,
            Self::Uploading { .. }
            | Self::Queued
            | Self::Running { .. }
            | Self::Recovering { .. }
            | Self::Offline { .. } => false,
        }
    }

    /// Whether Retry can change it.
    pub const fn can_retry(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Cancelled)
    }

    /// Whether the user has paused the upload.
    pub const fn is_paused(&self) -> bool {
        matches!(
            self,
            Self::Uploading {
                stage: UploadStage::Paused,
                ..
            }
        )
    }

    /// The speed of the upload, if it is known.
    pub const fn rate(&self) -> Option<Rate> {
        match self {
            Self::Uploading {
                stage: UploadStage::Sending { rate },
                ..
            } => *rate,
            Self::Uploading { .. }
            | Self::Queued
            | Self::Running { .. }
            | Self::Recovering { .. }
            | Self::Offline { .. }
            | Self::Succeeded
            | Self::Failed(_)
            | Self::Cancelled => None,
        }
    }

    /// The progress to show: `None` while it is unknown, 100 after success.
    pub const fn progress(&self) -> Option<Percent> {
        match self {
            Self::Uploading { progress, .. }
            | Self::Running { progress }
            | Self::Recovering { progress, .. }
            | Self::Offline { progress } => *progress,
            Self::Succeeded => Some(Percent::FULL),
            Self::Queued | Self::Failed(_) | Self::Cancelled => None,
        }
    }
}
