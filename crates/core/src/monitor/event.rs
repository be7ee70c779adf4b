//! The events of a job, and the actions that follow.

use std::time::Duration;

use crate::failure::RequestError;
use crate::id::{IdempotencyKey, JobKey};
use crate::job_status::JobStatus;
use crate::kind::Job;
use crate::retry::Environment;

/// Identifies an attempt of a task, so that a late response is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttemptId(u64);

impl AttemptId {
    /// The `number`th attempt of a task.
    pub const fn nth(number: u64) -> Self {
        Self(number)
    }
}

/// An event of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// A check has been sent. Until then it was queued, and its timeout did not run.
    Sent(AttemptId),
    /// The response to a check did not mention this job; the check is queued again.
    Unanswered(AttemptId),
    /// A check was answered, or failed.
    Checked(AttemptId, Result<JobStatus, RequestError>),
    /// The server has pushed the job's status.
    Pushed(JobStatus),
    /// The event stream has ended.
    StreamEnded,
    /// A start request was answered, with the new job's key if the server names one.
    Started(AttemptId, Result<Option<JobKey>, RequestError>),
    /// A cancel request was answered, or failed.
    CancelAnswered(AttemptId, Result<(), RequestError>),
    /// The server has answered although the browser reports that it is offline: from now on
    /// the usual intervals apply.
    Reached,
    /// The browser reports something new about the environment.
    Environment(Environment),
    /// The page is back after it was frozen, or the device slept.
    Woken,
    /// The user cancels the task.
    Cancel,
    /// The user retries the task.
    Retry,
}

/// An action that the core executes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Queue a request for the job's status, and report [`Event::Sent`] when it is sent.
    Check(AttemptId, Job),
    /// Ask the server to start the job.
    Start(AttemptId, IdempotencyKey),
    /// Abort the check or start that is queued or in flight.
    Abandon,
    /// Cancel the job on the server.
    CancelJob(AttemptId, Job),
    /// Start the task that follows this one. Whichever tab does it, it is the same task.
    FollowUp,
}

/// When the task that follows this one starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FollowUp {
    /// This long after this one was started, even if this one fails, unless it is cancelled.
    After(Duration),
    /// When this one has succeeded.
    OnSuccess,
}
