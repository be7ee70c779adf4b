//! The settings of the task system.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{FollowUp, JobKind, Messages, UploadPolicy};

use crate::clock::{BrowserClock, Clock};
use crate::toast::ToasterSettings;

/// Settings of the task system.
///
/// | setting | default |
/// | --- | --- |
/// | [`video`](Self::with_video) | [`JobKind::video`] |
/// | [`embedding`](Self::with_embedding) | [`JobKind::embedding`] |
/// | [`upload`](Self::with_upload) | [`UploadPolicy::new`] |
/// | [`embedding_start`](Self::with_embedding_start) | 5 s after the start of the video task |
/// | [`checks_in_flight`](Self::with_checks_in_flight): concurrent status requests | 4 |
/// | [`persistence`](Self::with_persistence) | `background-tasks:tasks` in local storage |
/// | [`tab_title`](Self::with_tab_title): the number of unfinished tasks in a hidden tab's title | shown |
/// | [`messages`](Self::with_messages) | English |
/// | [`toaster`](Self::with_toaster) | [`ToasterSettings::default`] |
/// | [`clock`](Self::with_clock) | the browser's |
/// | [`seed`](Self::with_seed) | random |
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::{Messages, Settings};
///
/// let settings = Settings::new()
///     .with_interval(Duration::from_millis(500))
///     .with_messages(Messages::for_language("zh-CN"));
/// assert_eq!(settings.video.policy().interval, Duration::from_millis(500));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The kind of video processing tasks.
    pub video: JobKind,
    /// The kind of embedding tasks.
    pub embedding: JobKind,
    /// The policy for uploads and the accepted files.
    pub upload: Rc<UploadPolicy>,
    /// When the embedding of an uploaded video starts; `None` for not automatically.
    pub embedding_start: Option<FollowUp>,
    /// The maximum number of concurrent status requests. A batch request counts as one.
    pub checks_in_flight: usize,
    /// The key in local storage; `None` to store nothing.
    pub persistence: Option<Cow<'static, str>>,
    /// Whether the title of a hidden tab starts with the number of unfinished tasks.
    pub tab_title: bool,
    /// The texts.
    pub messages: Rc<Messages>,
    /// The settings of the toaster.
    pub toaster: ToasterSettings,
    /// The clock.
    pub clock: Rc<dyn Clock>,
    /// The seed of jitter and idempotency keys; `None` for a random one.
    pub seed: Option<u64>,
}

impl Settings {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self {
            video: JobKind::video(),
            embedding: JobKind::embedding(),
            upload: Rc::default(),
            embedding_start: Some(FollowUp::After(Duration::from_secs(5))),
            checks_in_flight: 4,
            persistence: Some("background-tasks:tasks".into()),
            tab_title: true,
            messages: Rc::new(Messages::english()),
            toaster: ToasterSettings::default(),
            clock: Rc::new(BrowserClock),
            seed: None,
        }
    }

    /// Sets the kind of video processing tasks.
    #[must_use]
    pub fn with_video(mut self, kind: JobKind) -> Self {
        self.video = kind;
        self
    }

    /// Sets the kind of embedding tasks.
    #[must_use]
    pub fn with_embedding(mut self, kind: JobKind) -> Self {
        self.embedding = kind;
        self
    }

    /// Sets the policy for uploads and the accepted files.
    #[must_use]
    pub fn with_upload(mut self, policy: UploadPolicy) -> Self {
        self.upload = Rc::new(policy);
        self
    }

    /// Sets the polling interval of both built-in kinds.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        for kind in [&mut self.video, &mut self.embedding] {
            let policy = kind.policy().clone().with_interval(interval);
            *kind = kind.clone().with_policy(policy);
        }
        self
    }

    /// Sets when the embedding of an uploaded video starts.
    #[must_use]
    pub fn with_embedding_start(mut self, start: Option<FollowUp>) -> Self {
        self.embedding_start = start;
        self
    }

    /// Sets the maximum number of concurrent status requests, at least 1. Others wait in the
    /// order in which they were due.
    ///
    /// Over HTTP/1.1 a browser has six connections to a server: with 4 status requests, two
    /// are left for the page's own requests.
    #[must_use]
    pub fn with_checks_in_flight(mut self, checks: usize) -> Self {
        self.checks_in_flight = checks.max(1);
        self
    }

    /// Sets the key in local storage; `None` stores nothing. The key must start with
    /// `background-tasks:`.
    #[must_use]
    pub fn with_persistence(mut self, key: Option<Cow<'static, str>>) -> Self {
        self.persistence = key;
        self
    }

    /// Sets whether the title of a hidden tab starts with the number of unfinished tasks, as
    /// in `(3) My app`.
    #[must_use]
    pub fn with_tab_title(mut self, shown: bool) -> Self {
        self.tab_title = shown;
        self
    }

    /// Sets the texts.
    #[must_use]
    pub fn with_messages(mut self, messages: Messages) -> Self {
        self.messages = Rc::new(messages);
        self
    }

    /// Sets the settings of the toaster. Its language and labels are replaced by those of the
    /// messages.
    #[must_use]
    pub fn with_toaster(mut self, toaster: ToasterSettings) -> Self {
        self.toaster = toaster;
        self
    }

    /// Sets the clock; tests use a [`VirtualClock`](crate::VirtualClock).
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Rc::new(clock);
        self
    }

    /// Sets the seed of jitter and idempotency keys, so that a test run can be repeated. Two
    /// pages must not use the same seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            video,
            embedding,
            upload,
            embedding_start,
            checks_in_flight,
            persistence,
            tab_title,
            messages,
            toaster,
            clock,
            seed,
        } = self;
        *video == other.video
            && *embedding == other.embedding
            && *upload == other.upload
            && *embedding_start == other.embedding_start
            && *checks_in_flight == other.checks_in_flight
            && *persistence == other.persistence
            && *tab_title == other.tab_title
            && *messages == other.messages
            && *toaster == other.toaster
            && Rc::ptr_eq(clock, &other.clock)
            && *seed == other.seed
    }
}
