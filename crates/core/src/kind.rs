//! Kinds of tasks: the built-in ones, and custom kinds of the embedding app.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use crate::id::{AttachmentId, JobKey};
use crate::messages::JobTexts;
use crate::policy::Policy;

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Sends a file to the server.
    Upload {
        /// Whether the file is a video, which is processed after the upload.
        video: bool,
    },
    /// Follows a job that the server works on.
    Job(JobKind),
}

impl TaskKind {
    /// The value of `data-task-kind`, which is also the prefix of the task's id.
    pub fn name(&self) -> &str {
        match self {
            Self::Upload { .. } => "upload",
            Self::Job(kind) => kind.name(),
        }
    }
}

/// A kind of job on the server: its name, endpoint, policy and texts.
///
/// [`video`](Self::video) and [`embedding`](Self::embedding) are built in. An
/// app defines its own with [`new`](Self::new):
///
/// ```
/// use background_tasks_core::{JobKind, JobTexts, Policy};
///
/// let transcript = JobKind::new("transcript", "transcripts")
///     .with_policy(Policy::new().with_max_checks(300))
///     .with_texts(JobTexts {
///         working: "✍️ Transcribing: {title}".into(),
///         working_description: "Subtitles in progress".into(),
///         succeeded: "🎉 Subtitles ready: {title}".into(),
///         succeeded_description: "Subtitles can be switched on now".into(),
///         failed: "❌ Transcription failed: {title}".into(),
///     });
/// assert_eq!(transcript.endpoint(), "transcripts");
/// ```
///
/// Cloning is cheap. Two kinds are equal if all their parts are.
#[derive(Clone, PartialEq, Eq)]
pub struct JobKind(Rc<Definition>);

#[derive(Clone, PartialEq, Eq)]
struct Definition {
    name: Cow<'static, str>,
    endpoint: Cow<'static, str>,
    policy: Policy,
    texts: JobTexts,
}

impl JobKind {
    /// A kind called `name`, the prefix of its tasks' ids. The HTTP client requests the
    /// status of a job at `{base}/{endpoint}/status/{key}`.
    pub fn new(name: impl Into<Cow<'static, str>>, endpoint: impl Into<Cow<'static, str>>) -> Self {
        Self(Rc::new(Definition {
            name: name.into(),
            endpoint: endpoint.into(),
            policy: Policy::new(),
            texts: JobTexts {
                working: "⏳ Working: {title}".into(),
                working_description: "You can continue working".into(),
                succeeded: "🎉 Done: {title}".into(),
                succeeded_description: "".into(),
                failed: "❌ Failed: {title}".into(),
            },
        }))
    }

    /// Video processing: 120 checks, progress up to 90.
    pub fn video() -> Self {
        Self::new("video", "video-processing")
            .with_policy(Policy::video())
            .with_texts(JobTexts {
                working: "🎥 Processing: {title}".into(),
                working_description: "AI analysis in progress - you can continue working".into(),
                succeeded: "🎉 Video processing completed: {title}".into(),
                succeeded_description: "AI features are now available".into(),
                failed: "❌ Video processing failed: {title}".into(),
            })
    }

    /// Embedding generation: 60 checks, progress up to 100.
    pub fn embedding() -> Self {
        Self::new("embedding", "embeddings")
            .with_policy(Policy::embedding())
            .with_texts(JobTexts {
                working: "🧠 Generating embeddings: {title}".into(),
                working_description: "Preparing for AI search - you can continue working".into(),
                succeeded: "🎉 AI embeddings ready: {title}".into(),
                succeeded_description: "AI search is now available".into(),
                failed: "❌ Embedding generation failed: {title}".into(),
            })
    }

    /// The same kind with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        Rc::make_mut(&mut self.0).policy = policy;
        self
    }

    /// The same kind with other texts.
    #[must_use]
    pub fn with_texts(mut self, texts: JobTexts) -> Self {
        Rc::make_mut(&mut self.0).texts = texts;
        self
    }

    /// The value of `data-task-kind`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The path segment of its requests.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    /// How its jobs are monitored.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The texts of its toasts in English, or in the language of the app that defines it.
    pub fn texts(&self) -> &JobTexts {
        &self.0.texts
    }
}

impl fmt::Debug for JobKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("JobKind")
            .field(&self.name())
            .finish()
    }
}

/// One job on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What it does.
    pub kind: JobKind,
    /// The attachment it works on.
    pub attachment: AttachmentId,
    /// The key by which the server reports its status.
    pub key: JobKey,
}
