//! One toast in a stack: its phase and its time.

use std::cmp::Reverse;
use std::time::Duration;

use background_tasks_core::Timestamp;

use super::{Place, Stays, Toast, ToastId, ToastKind, ToastPatch, ToasterSettings};

/// How long a toast takes to appear; `--ybt-enter` in the style sheet.
pub(super) const ENTER: Duration = Duration::from_millis(400);

/// How long a toast takes to go; `--ybt-exit` in the style sheet.
pub(super) const EXIT: Duration = Duration::from_millis(200);

/// A toast and where it is in its life.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name.
    pub id: ToastId,
    /// What it says and does.
    pub toast: Toast,
    /// Where it is in its life.
    pub phase: Phase,
    pub(super) timer: Timer,
    pub(super) place: Place,
    /// Its rank by age: a higher one is newer.
    pub(super) order: u64,
    /// Tells its content from what was shown under its name before.
    pub(super) version: u64,
}

/// Where a toast is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It appears.
    Entering {
        /// When it has.
        until: Timestamp,
    },
    /// It is there.
    Shown,
    /// It goes.
    Exiting {
        /// When it has gone.
        until: Timestamp,
    },
}

impl Phase {
    /// The word of `data-phase` (CONTRACT §4).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Entering { .. } => "entering",
            Self::Shown => "shown",
            Self::Exiting { .. } => "exiting",
        }
    }

    const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Entering { until } | Self::Exiting { until } => Some(until),
            Self::Shown => None,
        }
    }
}

/// A toast's time as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// It stays.
    None,
    /// So much is left, and it does not pass.
    Stopped { left: Duration },
    /// It is up at a time.
    Running { deadline: Timestamp },
}

/// Who gets a place first: what has ended before what goes on, errors before
/// all, then the newest. A thousand running tasks never hide a failure.
pub(super) type Rank = (u8, Reverse<u64>);

impl Entry {
    pub(super) fn new(
        id: ToastId,
        toast: Toast,
        (order, version): (u64, u64),
        settings: &ToasterSettings,
        now: Timestamp,
    ) -> Self {
        let left = match toast.stays {
            Stays::AsItsKind => settings.stays(toast.kind),
            // Work that goes on is not over because of a number.
            Stays::For(_) if matches!(toast.kind, ToastKind::Loading { .. }) => None,
            Stays::For(duration) => Some(duration),
            Stays::UntilClosed => None,
        };
        Self {
            id,
            place: place(&toast, settings),
            toast,
            phase: Phase::Entering { until: now + ENTER },
            timer: left.map_or(Timer::None, |left| Timer::Stopped { left }),
            order,
            version,
        }
    }

    /// The same where the toaster's settings have it now.
    pub(super) fn moved(&self, settings: &ToasterSettings) -> Self {
        Self {
            place: place(&self.toast, settings),
            ..self.clone()
        }
    }

    pub(super) const fn rank(&self) -> Rank {
        let class = match self.toast.kind {
            ToastKind::Error => 0,
            ToastKind::Default | ToastKind::Success | ToastKind::Info | ToastKind::Warning => 1,
            ToastKind::Loading { .. } => 2,
        };
        (class, Reverse(self.order))
    }

    /// Whether it is on its way out.
    pub const fn is_exiting(&self) -> bool {
        matches!(self.phase, Phase::Exiting { .. })
    }

    /// Whether its time passes.
    pub(super) const fn is_running(&self) -> bool {
        matches!(self.timer, Timer::Running { .. })
    }

    /// What a screen reader is told of it.
    pub(super) fn spoken(&self) -> String {
        match self.toast.description.as_str() {
            "" => self.toast.title.to_string(),
            description => format!("{}. {description}", self.toast.title),
        }
    }

    /// The nearest time at which something happens to it by itself.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let deadline = match self.timer {
            Timer::Running { deadline } => Some(deadline),
            Timer::None | Timer::Stopped { .. } => None,
        };
        deadline.into_iter().chain(self.phase.until()).min()
    }

    /// The same with its time passing, or not. Neither adds to it nor takes from it.
    pub(super) fn with_time_passing(&self, passes: bool, now: Timestamp) -> Option<Self> {
        let timer = match (self.timer, passes) {
            (Timer::Stopped { left }, true) => Timer::Running {
                deadline: now + left,
            },
            (Timer::Running { deadline }, false) => Timer::Stopped {
                left: deadline.since(now),
            },
            (Timer::None | Timer::Stopped { .. } | Timer::Running { .. }, _) => return None,
        };
        Some(Self {
            timer,
            ..self.clone()
        })
    }

    pub(super) fn patched(&self, patch: ToastPatch) -> Self {
        let mut entry = self.clone();
        if let Some(title) = patch.title {
            entry.toast.title = title;
        }
        if let Some(description) = patch.description {
            entry.toast.description = description;
        }
        if let (Some(new), ToastKind::Loading { progress }) =
            (patch.progress, &mut entry.toast.kind)
        {
            *progress = new;
        }
        entry
    }
}

fn place(toast: &Toast, settings: &ToasterSettings) -> Place {
    Place {
        toaster: toast.toaster.clone(),
        position: toast.position.unwrap_or(settings.position),
    }
}
