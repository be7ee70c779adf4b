//! The events of a simulated run. They are drawn from a seed as a list, so that a failing run
//! can be shrunk by removing events.

use std::borrow::Cow;

use fastrand::Rng;

/// A simulated run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The seed of this scenario and of every random choice in the run.
    pub seed: u64,
    /// Whether the server supports batch requests.
    pub batch: bool,
    /// Whether the server has an event stream.
    pub stream: bool,
    /// Whether uploads can be resumed.
    pub resumable: bool,
    /// Whether the browser has Web Locks, so that closed tabs are reported.
    pub locks: bool,
    /// Whether messages between tabs are lost and reordered until the calm phase.
    pub lossy_channel: bool,
    /// Whether half of the tabs belong to another store of the same origin.
    pub two_stores: bool,
    /// Whether the app keeps copies of files.
    pub keeps_files: bool,
    /// The share of requests that encounter a fault, in percent.
    pub fault_percent: u64,
    /// The events, in chronological order.
    pub events: Vec<Event>,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Milliseconds since the start.
    pub at: u64,
    /// The action.
    pub action: Action,
}

/// An action. The index of a tab or a task is taken modulo their number.
#[derive(Clone, Debug)]
pub enum Action {
    /// A tab is opened.
    Open,
    /// A tab is closed by the user.
    Close(usize),
    /// A tab crashes: it can neither write nor send anything.
    Crash(usize),
    /// A tab is reloaded.
    Reload(usize),
    /// A tab does not run for this many milliseconds: it is frozen, or blocked by a dialog.
    Freeze(usize, u64),
    /// A tab does not run for this many milliseconds, and the user switches to another one.
    FreezeAndShow(usize, usize, u64),
    /// The device sleeps for this many milliseconds. With `true` the monotonic clock of the
    /// browser continues.
    Sleep(u64, bool),
    /// A tab goes into the back/forward cache for this many milliseconds.
    Cache(usize, u64),
    /// `pagehide` without the page being left, as by a download link.
    HideOnly(usize),
    /// A tab is shown, and the visible one is hidden.
    Show(usize),
    /// Every tab is hidden.
    HideAll,
    /// The timers of a hidden tab fire at most once in this many milliseconds.
    Throttle(usize, u64),
    /// The browser reports that it is offline, for this many milliseconds.
    Offline(u64),
    /// The system clock jumps by this many seconds.
    Clock(i64),
    /// The storage cannot be written for this many milliseconds.
    StorageFull(u64),
    /// The user clears the site's data.
    StorageClear,
    /// No file can be kept for this many milliseconds.
    CopiesFull(u64),
    /// The kept files are removed (0), truncated (1) or modified (2).
    DamageCopies(u64),
    /// Another program writes invalid records.
    StorageNonsense,
    /// Another program sends an invalid message.
    Nonsense(usize),
    /// A task is started in a tab.
    Start(usize, Kind),
    /// A task is started whose job the server must start, and cancelled so many
    /// milliseconds later.
    StartAndCancel(usize, u64),
    /// A task is started whose job the server must start; the connection is lost for so
    /// many milliseconds, and the user cancels and retries it meanwhile.
    CancelAndRetryOffline(usize, u64),
    /// The leader does not run for this many milliseconds, and the user cancels a task in
    /// another tab.
    FreezeLeaderAndCancel(usize, usize, u64),
    /// The user cancels a task in a tab.
    Cancel(usize, usize),
    /// The user retries a task in a tab.
    Retry(usize, usize),
    /// The user retries all failed tasks in a tab.
    RetryFailed(usize),
    /// The user pauses an upload in a tab.
    Pause(usize, usize),
    /// The user resumes an upload in a tab.
    Resume(usize, usize),
    /// The user clears a finished task in a tab.
    Clear(usize, usize),
    /// The user closes a toast in a tab.
    CloseToast(usize, usize),
    /// The app forgets everything.
    Forget(usize),
}

/// The kind of task that is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Video processing under a known key.
    Video,
    /// Video processing that the server is asked to start.
    VideoToStart,
    /// Embedding generation.
    Embedding,
    /// A kind that only this tab has registered.
    Custom,
    /// An upload of a video.
    Upload,
}

/// How long faults occur, in milliseconds.
pub const CHAOS: u64 = 120_000;

impl Scenario {
    /// Draws a scenario.
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut events = Vec::new();
        let tabs = rng.usize(1..=4);
        for tab in 0..tabs {
            let at = if tab == 0 { 0 } else { rng.u64(0..20_000) };
            events.push(Event {
                at,
                action: Action::Open,
            });
        }
        for _ in 0..rng.usize(1..=12) {
            let kind = [
                Kind::Video,
                Kind::Video,
                Kind::VideoToStart,
                Kind::Embedding,
                Kind::Custom,
                Kind::Upload,
            ];
            let kind = kind[rng.usize(..kind.len())];
            let action = Action::Start(rng.usize(..8), kind);
            // Often several at once, so that they share requests.
            let at = match rng.u64(0..3) {
                0 => 1_000,
                1 => 15_000,
                _ => rng.u64(0..CHAOS),
            };
            events.push(Event { at, action });
        }
        for _ in 0..rng.usize(0..=25) {
            let at = rng.u64(500..CHAOS);
            events.push(Event {
                at,
                action: Action::draw(&mut rng),
            });
        }
        let mut scenario = Self {
            seed,
            batch: rng.bool(),
            stream: rng.u64(0..3) == 0,
            resumable: rng.bool(),
            locks: rng.u64(0..4) > 0,
            lossy_channel: rng.u64(0..4) == 0,
            fault_percent: [0, 0, 5, 15, 30][rng.usize(..5)],
            two_stores: rng.u64(0..6) == 0,
            keeps_files: false,
            events,
        };
        if scenario.two_stores {
            // Enough uploads in both that they must share the connections.
            let at = rng.u64(30_000..CHAOS);
            let uploads = (0..6).map(|tab| Action::Start(tab, Kind::Upload));
            let uploads = uploads.map(|action| Event { at, action });
            scenario.events.extend(uploads);
        }
        // Drawn apart, so that it changes nothing else of a scenario.
        let mut rng = Rng::with_seed(seed ^ 0xc0_91e5);
        scenario.keeps_files = rng.u64(0..3) == 0;
        if scenario.keeps_files {
            for _ in 0..rng.usize(1..=4) {
                let at = rng.u64(1_000..CHAOS);
                let tab = rng.usize(..8);
                // Most copies are complete by then, and some uploads are not.
                let later = at + rng.u64(1_000..6_000);
                let (before, action) = match rng.u64(0..8) {
                    0 => (None, Action::Reload(tab)),
                    1 => (None, Action::Close(tab)),
                    2 => (None, Action::Crash(tab)),
                    3 => (Some(Action::Open), Action::Cache(tab, rng.u64(100..20_000))),
                    4 => (Some(Action::Open), Action::HideOnly(tab)),
                    5 | 6 => {
                        let how = rng.u64(0..4);
                        (Some(Action::DamageCopies(how)), Action::Reload(tab))
                    }
                    _ => (None, Action::CopiesFull(rng.u64(1_000..20_000))),
                };
                let start = Action::Start(tab, Kind::Upload);
                let actions = [
                    (at, Some(start)),
                    (later - 10, before),
                    (later, Some(action)),
                ];
                let events = actions.into_iter();
                let events =
                    events.filter_map(|(at, action)| action.map(|action| Event { at, action }));
                scenario.events.extend(events);
            }
        }
        scenario.events.sort_by_key(|event| event.at);
        scenario
    }
}

impl<'a> From<&'a Scenario> for Cow<'a, Scenario> {
    fn from(scenario: &'a Scenario) -> Self {
        Self::Borrowed(scenario)
    }
}

impl From<Scenario> for Cow<'_, Scenario> {
    fn from(scenario: Scenario) -> Self {
        Self::Owned(scenario)
    }
}

impl Action {
    fn draw(rng: &mut Rng) -> Self {
        let tab = rng.usize(..8);
        let task = rng.usize(..16);
        let span = match rng.u64(0..3) {
            0 => rng.u64(100..3_000),
            1 => rng.u64(3_000..12_000),
            _ => rng.u64(12_000..60_000),
        };
        match rng.u64(0..52) {
            0 => Self::Open,
            1 => Self::Close(tab),
            2 => Self::Crash(tab),
            3 | 4 => Self::Reload(tab),
            5..=8 => Self::Freeze(tab, span),
            9 => Self::Sleep(span, rng.bool()),
            10..=12 => Self::Cache(tab, span),
            13 => Self::HideOnly(tab),
            14..=16 => Self::FreezeAndShow(tab, task, span.saturating_mul(2)),
            17 => Self::Show(tab),
            18 => Self::HideAll,
            19 => Self::Throttle(tab, [1_000, 60_000][rng.usize(..2)]),
            20 => Self::Offline(span),
            21 | 22 => Self::Clock(rng.i64(-100_000..100_000)),
            23 | 24 => Self::StorageFull(span),
            25 => Self::StorageNonsense,
            26 => Self::Nonsense(tab),
            27..=29 => Self::StartAndCancel(tab, rng.u64(0..300)),
            30..=35 => Self::Cancel(tab, task),
            36..=38 => Self::Retry(tab, task),
            39 | 40 => Self::RetryFailed(tab),
            41 => Self::Pause(tab, task),
            42 => Self::Resume(tab, task),
            43 | 44 => Self::Clear(tab, task),
            45 => Self::CloseToast(tab, task),
            46 => Self::StorageClear,
            48 => Self::CancelAndRetryOffline(tab, rng.u64(1_000..8_000)),
            49..=51 => Self::FreezeLeaderAndCancel(tab, task, span),
            _ => match rng.u64(0..4) {
                0 => Self::Forget(tab),
                _ => Self::Show(tab),
            },
        }
    }

    /// The name under which it is counted.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "tab opened",
            Self::Close(_) => "tab closed",
            Self::Crash(_) => "tab crashed",
            Self::Reload(_) => "tab reloaded",
            Self::Freeze(..) => "tab frozen",
            Self::FreezeAndShow(..) => "tab frozen, another shown",
            Self::Sleep(..) => "device asleep",
            Self::Cache(..) => "back/forward cache",
            Self::HideOnly(_) => "pagehide without leaving",
            Self::Show(_) => "tab shown",
            Self::HideAll => "all tabs hidden",
            Self::Throttle(..) => "timers throttled",
            Self::Offline(_) => "offline",
            Self::Clock(_) => "system clock jumped",
            Self::StorageFull(_) => "storage full",
            Self::StorageClear => "storage cleared",
            Self::CopiesFull(_) => "no room for copies",
            Self::DamageCopies(_) => "copies damaged",
            Self::StorageNonsense => "nonsense in storage",
            Self::Nonsense(_) => "nonsense on the channel",
            Self::Start(..) => "task started",
            Self::StartAndCancel(..) => "start and cancel",
            Self::CancelAndRetryOffline(..) => "cancel and retry offline",
            Self::FreezeLeaderAndCancel(..) => "leader frozen, and cancel",
            Self::Cancel(..) => "cancel",
            Self::Retry(..) => "retry",
            Self::RetryFailed(_) => "retry all failed",
            Self::Pause(..) => "pause",
            Self::Resume(..) => "resume",
            Self::Clear(..) => "clear",
            Self::CloseToast(..) => "toast closed",
            Self::Forget(_) => "forget everything",
        }
    }
}
