//! Events: the state transitions of tasks, for an app that logs or measures them.

use std::fmt;
use std::time::Duration;

use crate::change::Change;
use crate::{Failure, Meta, Task, TaskId, TaskKind, TaskState};

/// A state transition of a task. There is one when [`TaskState::as_str`] changes and when
/// another attempt in a row has failed, but none for each percent of progress or each
/// second of a countdown.
///
/// ```
/// use background_tasks_core::{Change, Output, TaskEvent};
///
/// fn log(output: &Output) {
///     if let Output::Changed(change, _) = output
///         && let Some(event) = TaskEvent::of(change)
///     {
///         println!("{event}");
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskEvent {
    /// The task's id.
    pub id: TaskId,
    /// What the task does.
    pub kind: TaskKind,
    /// The state before; `None` if the task is new.
    pub from: Option<TaskState>,
    /// The state after; `None` if the task was cleared.
    pub to: Option<TaskState>,
    /// The number of failures in a row while the task recovers; otherwise 0.
    pub attempt: u32,
    /// The delay until the next attempt while the task recovers.
    pub delay: Option<Duration>,
    /// Why the task recovers or has failed.
    pub reason: Option<Failure>,
    /// The app's own data on the task.
    pub meta: Option<Meta>,
}

impl TaskEvent {
    /// The event of a change; `None` if no state transition is in it.
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
                Some(Failure::Request(error.clone())),
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
            meta: task.meta.clone(),
        }
    }

    /// Its name: that of the new state, or `started`, `retried`, `resumed` (after a connection
    /// problem) or `cleared`.
    pub const fn name(&self) -> &'static str {
        match (&self.from, &self.to) {
            (_, None) => "cleared",
            (None, Some(to)) if !to.is_ended() => "started",
            (Some(from), Some(to)) if from.is_ended() && !to.is_ended() => "retried",
            (
                Some(TaskState::Recovering { .. } | TaskState::Offline { .. }),
                Some(TaskState::Uploading { .. } | TaskState::Queued | TaskState::Running { .. }),
            ) => "resumed",
            (_, Some(to)) => to.as_str(),
        }
    }
}

/// For logs: the task's id, the event's name and the reason.
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
    from.as_str() != to.as_str() || failures(to) > failures(from)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
