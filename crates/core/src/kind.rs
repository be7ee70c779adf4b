//! Kinds of tasks: the built-in ones, and custom kinds of the embedding app.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use crate::id::{AttachmentId, JobKey};
use crate::policy::Policy;
use crate::texts::{JobText, Text};

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
/// use background_tasks_core::{JobKind, JobText, Policy};
///
/// let transcript = JobKind::new("transcript", "transcripts")
///     .with_policy(Policy::new().with_max_checks(300))
///     .with_text(JobText::Working, "✍️ Transcribing: {title}")
///     .with_text(JobText::Succeeded, "🎉 Subtitles ready: {title}");
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
    texts: Vec<(JobText, Text)>,
}

impl JobKind {
    /// A kind called `name`, the prefix of its tasks' ids. The HTTP client requests the
    /// status of a job at `{base}/{endpoint}/status/{key}`.
    pub fn new(name: impl Into<Cow<'static, str>>, endpoint: impl Into<Cow<'static, str>>) -> Self {
        Self(Rc::new(Definition {
            name: name.into(),
            endpoint: endpoint.into(),
            policy: Policy::new(),
            texts: Vec::new(),
        }))
    }

    /// Video processing: 120 checks, progress up to 90.
    pub fn video() -> Self {
        Self::new("video", "video-processing").with_policy(Policy::video())
    }

    /// Embedding generation: 60 checks, progress up to 100.
    pub fn embedding() -> Self {
        Self::new("embedding", "embeddings").with_policy(Policy::embedding())
    }

    /// The same kind with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        Rc::make_mut(&mut self.0).policy = policy;
        self
    }

    /// The same kind with a text of its own, in the language of the app.
    ///
    /// Without one a task has the text of [`Messages`](crate::Messages): that of the built-in
    /// kind, or one that suits all kinds. An app with several languages sets the texts of its
    /// kinds there.
    #[must_use]
    pub fn with_text(mut self, key: JobText, text: impl Into<Text>) -> Self {
        let texts = &mut Rc::make_mut(&mut self.0).texts;
        texts.retain(|(known, _)| *known != key);
        texts.push((key, text.into()));
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

    /// A text of its own; `None` if that was not set.
    pub fn text(&self, key: JobText) -> Option<&str> {
        let mut texts = self.0.texts.iter();
        let found = texts.find(|(known, _)| *known == key);
        found.map(|(_, text)| &**text)
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
#[non_exhaustive]
pub struct Job {
    /// What it does.
    pub kind: JobKind,
    /// The attachment it works on.
    pub attachment: AttachmentId,
    /// The key by which the server reports its status.
    pub key: JobKey,
}

impl Job {
    /// A job of a kind on an attachment.
    pub fn new(kind: JobKind, attachment: impl Into<AttachmentId>, key: impl Into<JobKey>) -> Self {
        Self {
            kind,
            attachment: attachment.into(),
            key: key.into(),
        }
    }
}
