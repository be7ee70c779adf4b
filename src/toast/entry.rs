//! One toast in a stack: its phase and its timer.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Placement, Toast, ToastDuration, ToastId, ToastKind, ToastPatch, ToasterSettings};
use background_tasks_core::Timestamp;

/// Duration of the enter animation; `--ybt-enter` in the style sheet.
pub(super) const ENTER_TIME: Duration = Duration::from_millis(400);

/// Duration of the exit animation; `--ybt-exit` in the style sheet.
pub(super) const EXIT_TIME: Duration = Duration::from_millis(200);

/// A toast together with its id and its phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The id under which it is shown.
    pub id: ToastId,
    /// Content and options.
    pub toast: Toast,
    /// Whether it is entering, shown or exiting.
    pub phase: Phase,
    pub(super) timer: Timer,
    pub(super) placement: Placement,
    /// Position by age: a newer toast has a higher number.
    pub(super) order: u64,
    /// Changes with each upsert, so that a promise recognizes its own toast.
    pub(super) version: u64,
}

/// The phase of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The enter animation is running.
    Entering {
        /// The end of the animation.
        until: Timestamp,
    },
    /// The toast is shown.
    Shown,
    /// The exit animation is running.
    Exiting {
        /// The end of the animation, when the toast is removed.
        until: Timestamp,
    },
}

impl Phase {
    /// The value of `data-phase`.
    pub const fn as_str(self) -> &'static str {
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

/// The auto-dismiss timer of a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The toast is not dismissed automatically.
    None,
    /// The timer is not running.
    Paused { remaining: Duration },
    /// The toast is dismissed at `deadline`.
    Running { deadline: Timestamp },
}

/// Priority for a visible place, lowest value first: errors, then other kinds that
/// report an end, then loading toasts; newer toasts first within each. A thousand running
/// tasks never hide a failure.
pub(super) type Rank = (u8, Reverse<u64>);

impl Entry {
    pub(super) fn new(
        id: ToastId,
        toast: Toast,
        (order, version): (u64, u64),
        settings: &ToasterSettings,
        now: Timestamp,
    ) -> Self {
        let duration = match toast.duration {
            ToastDuration::Default => settings.duration_of(toast.kind),
            // The end of the work closes a loading toast, not a timer.
            ToastDuration::After(_) if matches!(toast.kind, ToastKind::Loading { .. }) => None,
            ToastDuration::After(duration) => Some(duration),
            ToastDuration::UntilDismissed => None,
        };
        Self {
            id,
            placement: placement(&toast, settings),
            toast,
            phase: Phase::Entering {
                until: now + ENTER_TIME,
            },
            timer: duration.map_or(Timer::None, |remaining| Timer::Paused { remaining }),
            order,
            version,
        }
    }

    /// A copy whose placement follows changed settings.
    pub(super) fn with_settings(&self, settings: &ToasterSettings) -> Self {
        Self {
            placement: placement(&self.toast, settings),
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

    /// Whether the exit animation is running.
    pub const fn is_exiting(&self) -> bool {
        matches!(self.phase, Phase::Exiting { .. })
    }

    /// Whether its timer is running.
    pub(super) const fn is_timer_running(&self) -> bool {
        matches!(self.timer, Timer::Running { .. })
    }

    /// The text for screen readers.
    pub(super) fn announcement(&self) -> String {
        match self.toast.description.as_str() {
            "" => self.toast.title.to_string(),
            description => format!("{}. {description}", self.toast.title),
        }
    }

    /// The next time at which its phase or its timer ends.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let deadline = match self.timer {
            Timer::Running { deadline } => Some(deadline),
            Timer::None | Timer::Paused { .. } => None,
        };
        deadline.into_iter().chain(self.phase.until()).min()
    }

    /// A copy whose timer is started or paused; `None` if nothing changes. Neither
    /// changes the remaining time.
    pub(super) fn with_timer_running(&self, runs: bool, now: Timestamp) -> Option<Self> {
        let timer = match (self.timer, runs) {
            (Timer::Paused { remaining }, true) => Timer::Running {
                deadline: now + remaining,
            },
            (Timer::Running { deadline }, false) => Timer::Paused {
                remaining: deadline.since(now),
            },
            (Timer::None | Timer::Paused { .. } | Timer::Running { .. }, _) => return None,
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

fn placement(toast: &Toast, settings: &ToasterSettings) -> Placement {
    Placement {
        toaster: toast.toaster.clone(),
        position: toast.position.unwrap_or(settings.position),
    }
}
