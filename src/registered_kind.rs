//! A kind of job that an app has registered.

use background_tasks_core::{AttachmentId, JobKey, JobKind, TaskId};

use crate::driver::Driver;
use crate::task_options::TaskOptions;

/// A kind of job that was [registered](crate::BackgroundTasks::register). It starts tasks.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::{JobKind, JobText, Policy, use_background_tasks};
///
/// fn transcript() -> JobKind {
///     JobKind::new("transcript", "transcripts")
///         .with_policy(Policy::new().with_max_checks(300))
///         .with_text(JobText::Working, "✍️ Transcribing: {title}")
/// }
///
/// #[component]
/// fn Transcribe() -> Html {
///     let transcripts = use_background_tasks().register(transcript());
///     let onclick = move |_| {
///         // The server has not been asked for a transcript yet.
///         transcripts.start_job(7_u32, "talk.mp4");
///         // It is already working on this one.
///         transcripts.follow_job(8_u32, "interview.mp4", "t-1");
///     };
///     html! { <button {onclick}>{ "Transcribe" }</button> }
/// }
/// ```
///
/// It is a handle to the tasks like [`BackgroundTasks`](crate::BackgroundTasks). Cloning gives
/// another one.
#[derive(Clone, PartialEq)]
pub struct RegisteredKind {
    driver: Driver,
    kind: JobKind,
}

impl RegisteredKind {
    pub(crate) fn new(driver: Driver, kind: JobKind) -> Self {
        Self { driver, kind }
    }

    /// Follows a job that the server has started as `key`. Returns the task's id, which is
    /// also its toast's.
    pub fn follow_job(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        key: impl Into<JobKey>,
    ) -> TaskId {
        self.follow_job_with(attachment_id, title, key, TaskOptions::default())
    }

    /// [`follow_job`](Self::follow_job) with options.
    pub fn follow_job_with(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        key: impl Into<JobKey>,
        options: TaskOptions,
    ) -> TaskId {
        self.start(attachment_id.into(), title, Some(key.into()), options)
    }

    /// Requests that the server start a job, through
    /// [`StorageClient::start`](crate::StorageClient::start), and follows it. Returns the
    /// task's id, which is also its toast's.
    pub fn start_job(&self, attachment_id: impl Into<AttachmentId>, title: &str) -> TaskId {
        self.start_job_with(attachment_id, title, TaskOptions::default())
    }

    /// [`start_job`](Self::start_job) with options.
    pub fn start_job_with(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        options: TaskOptions,
    ) -> TaskId {
        self.start(attachment_id.into(), title, None, options)
    }

    /// The definition.
    pub const fn kind(&self) -> &JobKind {
        &self.kind
    }

    fn start(
        &self,
        attachment: AttachmentId,
        title: &str,
        key: Option<JobKey>,
        options: TaskOptions,
    ) -> TaskId {
        let kind = self.kind.clone();
        self.driver.start_job(kind, attachment, title, key, options)
    }
}
