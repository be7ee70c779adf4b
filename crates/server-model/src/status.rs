//! What the server says about a job.

use std::sync::Arc;

/// The state of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Waiting for its turn.
    Queued,
    /// Being worked on.
    Running {
        /// Whole percent from 0 to 99; `None` if the server does not report it.
        progress: Option<u8>,
    },
    /// Done.
    Succeeded,
    /// Failed.
    Failed {
        /// The reason, if the server gives one.
        reason: Option<Arc<str>>,
    },
    /// Given up by the user or by the server.
    Cancelled,
}

impl JobStatus {
    /// Whether the job has ended.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Queued | Self::Running { .. } => false,
            Self::Succeeded | Self::Failed { .. } | Self::Cancelled => true,
        }
    }

    /// The state's name.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running { .. } => "running",
            Self::Succeeded => "completed",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What a status request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The status of the job.
    Status(JobStatus),
    /// The shell's own body with this index; see
    /// [`JobPlan::scripted`](crate::JobPlan::scripted).
    Scripted {
        /// Which of the bodies.
        index: usize,
    },
}
