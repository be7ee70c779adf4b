//! State transitions of tasks, for logs and measurements.

use std::fmt;
use std::time::Duration;

use crate::store::Change;
use crate::task::{Failure, Task, TaskId, TaskKind, TaskState};

/// A state transition of a task: its state has changed, or another attempt has failed in a
/// row. There is no event for progress or for the seconds of a countdown.
///
/// From [`BackgroundTasks::events`](crate::BackgroundTasks::events):
///
/// ```
/// use yew_background_tasks::{BackgroundTasks, Subscription};
///
/// fn log(tasks: &BackgroundTasks) -> Subscription {
///     tasks.events(|event| println!("{event}"))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskEvent {
    /// The id of the task.
    pub id: TaskId,
    /// The kind of the task.
    pub kind: TaskKind,
    /// The previous state; `None` if the task is new.
    pub from: Option<TaskState>,
    /// The new state; `None` if the task was cleared.
    pub to: Option<TaskState>,
    /// The number of consecutive failures while it recovers, otherwise 0.
    pub attempt: u32,
    /// The delay until the next attempt while it recovers.
    pub delay: Option<Duration>,
    /// Why it recovers or has failed.
    pub reason: Option<Failure>,
}

impl TaskEvent {
    /// The event for a change of the store; `None` if the change is not a state transition.
    pub fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Put { before, after } => {
                let from = before.as_ref().map(|before| &before.state);
                let is_transition = from.is_none_or(|from| is_transition(from, &after.state));
                is_transition.then(|| Self::new(after, from, Some(&after.state)))
            }
            Change::Removed(before) => Some(Self::new(before, Some(&before.state), None)),
        }
    }

    fn new(task: &Task, from: Option<&TaskState>, to: Option<&TaskState>) -> Self {
        let (attempt, delay, reason) = match to {
            Some(TaskState::Recovering {
                retry_in,
                attempt,
                error,
                ..
            }) => (
                *attempt,
                Some(Duration::from_secs(*retry_in)),
                Some(Failure::Call(error.clone())),
            ),
            Some(TaskState::Failed(failure)) => (0, None, Some(failure.clone())),
            Some(
                TaskState::Uploading { .. }
                | TaskState::Queued
                | TaskState::Running { .. }
                | TaskState::Offline { .. }
                | TaskState::Succeeded
                | TaskState::Cancelled,
            )
            | None => (0, None, None),
        };
        Self {
            id: task.id.clone(),
            kind: task.kind.clone(),
            from: from.cloned(),
            to: to.cloned(),
            attempt,
            delay,
            reason,
        }
    }

    /// The name of the event: that of the new state, or `started`, `retried`, `resumed`
    /// (after a connection problem) or `cleared`.
    pub const fn name(&self) -> &'static str {
        match (&self.from, &self.to) {
            (_, None) => "cleared",
            (None, Some(to)) if !to.is_ended() => "started",
            (Some(from), Some(to)) if from.is_ended() && !to.is_ended() => "retried",
            (
                Some(TaskState::Recovering { .. } | TaskState::Offline { .. }),
                Some(TaskState::Uploading { .. } | TaskState::Queued | TaskState::Running { .. }),
            ) => "resumed",
            (_, Some(to)) => to.word(),
        }
    }
}

/// For logs: the id, the name and the reason.
impl fmt::Display for TaskEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.id, self.name())?;
        if self.attempt > 0 {
            write!(formatter, ", attempt {} failed", self.attempt)?;
        }
        if let Some(delay) = self.delay {
            write!(formatter, ", again in {} s", delay.as_secs())?;
        }
        if let Some(reason) = &self.reason {
            write!(formatter, ": {reason}")?;
        }
        Ok(())
    }
}

fn is_transition(from: &TaskState, to: &TaskState) -> bool {
    let failures = |state: &TaskState| {
        if let TaskState::Recovering { attempt, .. } = state {
            *attempt
        } else {
            0
        }
    };
    from.word() != to.word() || failures(to) > failures(from)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
