//! Events: the turns in a task's life, for an app that logs or measures them.

use std::fmt;
use std::time::Duration;

use crate::change::Change;
use crate::{Failure, Task, TaskId, TaskKind, TaskState};

/// A turn in a task's life. There is one where the word of its state changes
/// and where another attempt in a row has failed, and none for each percent or
/// each second of a countdown.
///
/// From [`BackgroundTasks::events`](crate::BackgroundTasks::events):
///
/// ```
/// use background_tasks_core::{BackgroundTasks, Subscription};
///
/// fn log(tasks: &BackgroundTasks) -> Subscription {
///     tasks.events(|event| println!("{event}"))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskEvent {
    /// The task's name.
    pub id: TaskId,
    /// What is done.
    pub kind: TaskKind,
    /// Its state before; none where it is new.
    pub from: Option<TaskState>,
    /// Its state after; none where it was cleared.
    pub to: Option<TaskState>,
    /// Failures in a row while it recovers, from 1; else 0.
    pub attempt: u32,
    /// The wait until the next attempt, while it recovers.
    pub delay: Option<Duration>,
    /// Why it recovers or failed.
    pub reason: Option<Failure>,
}

impl TaskEvent {
    /// The event in a change of the store, if it is one.
    pub fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Put { before, after } => {
                let from = before.as_ref().map(|before| &before.state);
                let is_turn = from.is_none_or(|from| is_turn(from, &after.state));
                is_turn.then(|| Self::new(after, from, Some(&after.state)))
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

    /// A word for it: the one of the state that begins, or `started`,
    /// `retried`, `resumed` (after a connection problem) or `cleared`.
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

/// For logs: the task, the word, and why.
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

fn is_turn(from: &TaskState, to: &TaskState) -> bool {
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
