//! Tasks: ids, states and how they can fail, the words of the domain.

mod failure;
mod id;
mod kind;
pub mod messages;
pub mod monitor;
pub mod policy;
mod report;
mod retry;
pub mod upload;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

pub use failure::{CallError, Failure, Restriction, UploadLeg};
pub use id::{AttachmentId, IdempotencyKey, JobKey, ResumeKey, TaskId};
pub use kind::{Job, JobKind, TaskKind};
pub use messages::JobTexts;
pub use report::{Report, UploadNews};
pub use upload::{Rate, UploadPolicy, UploadStage};

pub use crate::percent::Percent;
use crate::time::Timestamp;

/// One piece of work that goes on while the person does something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its name, also its toast's: `{kind}_{attachment_id}_{milliseconds}`.
    pub id: TaskId,
    /// What is done.
    pub kind: TaskKind,
    /// The attachment's title as the person gave it. Not empty.
    pub title: Rc<str>,
    /// The attachment it works on; an upload has one once the server has made it.
    pub attachment: Option<AttachmentId>,
    /// How far it is.
    pub state: TaskState,
    /// Whether this page has the file that it sends: leaving the page would end it.
    pub has_file: bool,
    /// When it was started.
    pub started: Timestamp,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum End {
    Succeeded,
    Failed(Failure),
    Cancelled,
}

/// How far a task is. Its [`word`](Self::word) is the public one of CONTRACT §4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskState {
    /// An upload is under way.
    Uploading {
        /// The share of the bytes that is sent, where it is known, up to 99.
        progress: Option<Percent>,
        /// Where it is.
        stage: UploadStage,
    },
    /// The server has the job, or is asked to make it, and has not begun.
    Queued,
    /// The server works on it.
    Running {
        /// The server's progress up to the kind's ceiling; it never goes down in one run.
        progress: Option<Percent>,
    },
    /// The last call failed in passing; the next one goes out by itself.
    Recovering {
        /// The last progress that the server told.
        progress: Option<Percent>,
        /// Whole seconds until the next call, rounded up; 0 while it is out.
        retry_in: u64,
        /// Failures in a row so far, from 1.
        attempt: u32,
        /// The last one.
        error: CallError,
    },
    /// The browser says that it has no connection.
    Offline {
        /// The last progress that the server told.
        progress: Option<Percent>,
    },
    /// Done.
    Succeeded,
    /// Ended without success.
    Failed(Failure),
    /// Ended by the person or on the server.
    Cancelled,
}

impl TaskState {
    /// The word of `data-task-state` (CONTRACT §4).
    pub const fn word(&self) -> &'static str {
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

    /// Whether only Retry can change it.
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

    /// Whether Retry would start it again.
    pub const fn can_retry(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Cancelled)
    }

    /// Whether it stands still because the person wants it to.
    pub const fn is_paused(&self) -> bool {
        matches!(
            self,
            Self::Uploading {
                stage: UploadStage::Paused,
                ..
            }
        )
    }

    /// How fast bytes go up, where that is known.
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

    /// The progress to show: none while it is unknown, 100 once it succeeded.
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
