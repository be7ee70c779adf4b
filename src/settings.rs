//! The settings of the task system.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::messages::Label;
use background_tasks_core::{FollowUp, JobKind, Messages, UploadPolicy};

use crate::clock::{BrowserClock, Clock};
use crate::toast::ToasterSettings;

/// The name under which tasks are stored in local storage, and shared with the other tabs of
/// the origin.
///
/// Two instances share their tasks if they have the same name, on one page as in two tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreName {
    /// The absolute URL of the client's API
    /// ([`StatusClient::base_url`](crate::StatusClient::base_url)), or `tasks` if the client
    /// has none. If the name is in use on the page, `-2`, `-3` and so on is appended.
    #[default]
    Default,
    /// The app's own name.
    Named(Cow<'static, str>),
    /// Nothing is stored or shared.
    None,
}

/// Settings of the task system.
///
/// | setting | default |
/// | --- | --- |
/// | [`video`](Self::with_video) | [`JobKind::video`] |
/// | [`embedding`](Self::with_embedding) | [`JobKind::embedding`] |
/// | [`upload`](Self::with_upload) | [`UploadPolicy::new`] |
/// | [`embedding_start`](Self::with_embedding_start) | 5 s after the start of the video task |
/// | [`checks_in_flight`](Self::with_checks_in_flight): concurrent status requests | 4 |
/// | [`store`](Self::with_store): where tasks are stored and shared with other tabs | [`StoreName::Default`] |
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
    /// The name under which tasks are stored and shared with other tabs.
    pub store: StoreName,
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
            store: StoreName::Default,
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

    /// Sets the name under which tasks are stored and shared with other tabs; `None` stores
    /// and shares nothing. An app in which users sign in names a store per account.
    ///
    /// If the name is empty, the console shows a warning and the default name is used.
    #[must_use]
    pub fn with_store(mut self, name: Option<Cow<'static, str>>) -> Self {
        self.store = name.map_or(StoreName::None, StoreName::Named);
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
            store,
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
            && *store == other.store
            && *tab_title == other.tab_title
            && *messages == other.messages
            && *toaster == other.toaster
            && Rc::ptr_eq(clock, &other.clock)
            && *seed == other.seed
    }
}

/// A toaster's settings with the labels of its controls.
pub(crate) fn labelled(settings: ToasterSettings, messages: &Messages) -> ToasterSettings {
    ToasterSettings {
        language: Some(messages.language().to_owned().into()),
        label: messages.text(Label::Notifications).to_owned().into(),
        close: messages.text(Label::Close).to_owned().into(),
        more: messages.text(Label::More).to_owned().into(),
        ..settings
    }
}
