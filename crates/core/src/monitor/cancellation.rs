//! Cancels jobs on the server.
//!
//! A cancelled task may be retried before the server has received the cancellation. The
//! requests for the earlier job then continue beside those of the new run, so a task has a
//! list of cancellations.

use super::{Action, AttemptId, CANCEL_ATTEMPTS, Event, Monitor};
use crate::failure::RequestError;
use crate::id::JobKey;
use crate::retry::{Failures, Pause, not_before};
use crate::time::Timestamp;

/// The cancellation of one job. While the key of the job is unknown, the start request is
/// repeated with its idempotency key until the server responds.
#[derive(Debug)]
pub(super) struct Cancellation {
    /// The number of the start request that creates the job.
    pub starts: u64,
    /// The key of the job; `None` until the start request was answered.
    pub job: Option<JobKey>,
    pub failures: Failures,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// Until the next attempt.
    Waiting(Pause),
    /// The start request is queued or in flight, whose response names the job's key. It is
    /// aborted at its limit, once it was sent.
    Starting {
        attempt: AttemptId,
        limit: Option<Timestamp>,
    },
    /// The cancel request is queued or in flight.
    Cancelling {
        attempt: AttemptId,
        limit: Option<Timestamp>,
    },
}

impl Stage {
    /// Whether it waits for the response in this event.
    fn waits_for(self, event: &Event) -> bool {
        match (self, event) {
            (Self::Starting { attempt, .. }, Event::Started(of, _))
            | (Self::Cancelling { attempt, .. }, Event::CancelAnswered(of, _)) => attempt == *of,
            _ => false,
        }
    }

    /// Whether its request has lasted too long.
    fn is_overdue(self, now: Timestamp) -> bool {
        match self {
            Self::Starting { limit, .. } | Self::Cancelling { limit, .. } => {
                limit.is_some_and(|limit| now >= limit)
            }
            Self::Waiting(_) => false,
        }
    }
}

impl Monitor {
    /// Starts to cancel the current job. A start request in flight continues.
    pub(super) fn begin_cancellation(
        &mut self,
        start: Option<(AttemptId, Option<Timestamp>)>,
        now: Timestamp,
    ) {
        let stage = match start {
            Some((attempt, limit)) => Stage::Starting { attempt, limit },
            None => Stage::Waiting(self.pause_at_once(now)),
        };
        self.cancellations.push(Cancellation {
            starts: self.starts,
            job: self.job.clone(),
            failures: Failures::default(),
            stage,
        });
    }

    /// Withdraws the cancellation of a job whose key is not known yet, because Retry continues
    /// with the same job. Returns the stage of its start request.
    pub(super) fn take_back(&mut self) -> Option<Stage> {
        let starts = self.starts;
        let is_current = |it: &Cancellation| it.starts == starts && it.job.is_none();
        let index = self.cancellations.iter().position(is_current)?;
        Some(self.cancellations.remove(index).stage)
    }

    /// Handles the response to a start or cancel request of a cancelled job. Returns whether
    /// the request belongs to a cancellation.
    pub(super) fn cancellation_answered(&mut self, event: Event, now: Timestamp) -> bool {
        let mut all = self.cancellations.iter();
        let Some(index) = all.position(|it| it.stage.waits_for(&event)) else {
            return false;
        };
        let result = match event {
            Event::Started(_, result) => result.map(Some),
            Event::CancelAnswered(_, result) => result.map(|()| None),
            _ => return false,
        };
        let mut cancellation = self.cancellations.remove(index);
        match result {
            // The job is cancelled.
            Ok(None) => return true,
            Ok(Some(key)) => {
                let key = self.key_or_attachment(key);
                if cancellation.starts == self.starts {
                    self.job = Some(key.clone());
                }
                cancellation.job = Some(key);
                cancellation.failures.reset();
                cancellation.stage = Stage::Waiting(Pause::none(now));
            }
            Err(error) => {
                let Some(pause) = self.cancellation_failed(&mut cancellation, error, now) else {
                    return true;
                };
                cancellation.stage = Stage::Waiting(pause);
            }
        }
        self.cancellations.insert(index, cancellation);
        true
    }

    /// When the next attempt is due; `None` if the server rejected the request, or too many
    /// attempts have failed.
    fn cancellation_failed(
        &mut self,
        cancellation: &mut Cancellation,
        error: RequestError,
        now: Timestamp,
    ) -> Option<Pause> {
        // Directly after the start, a 404 may mean that the job is not visible yet.
        let is_gone = matches!(error, RequestError::Status { status: 410, .. });
        let is_transient = match cancellation.job {
            Some(_) => error.is_transient(),
            // It is cancelled after the start request was sent.
            None => error.is_transient_with_key(true),
        };
        self.may_have_started |= cancellation.job.is_none() && error.may_have_arrived();
        let policy = self.kind.policy().retry.with_max_failures(CANCEL_ATTEMPTS);
        self.not_before = self.not_before.max(not_before(&error, &policy, now));
        let (seed, environment) = (self.seed.wrapping_add(self.attempts), self.environment);
        if is_gone || !is_transient {
            return None;
        }
        let failures = &mut cancellation.failures;
        failures.add(error, &policy, environment, seed, now).ok()
    }

    /// When [`tick_cancellations`](Self::tick_cancellations) is due.
    pub(super) fn next_cancellation(&self) -> Option<Timestamp> {
        let dues = self.cancellations.iter().filter_map(|it| match it.stage {
            Stage::Waiting(pause) => Some(self.cancel_due(pause)),
            Stage::Starting { limit, .. } | Stage::Cancelling { limit, .. } => limit,
        });
        dues.min()
    }

    pub(super) fn tick_cancellations(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let timeout = self.kind.policy().request_timeout;
        for mut cancellation in std::mem::take(&mut self.cancellations) {
            match cancellation.stage {
                stage if stage.is_overdue(now) => {
                    if matches!(cancellation.stage, Stage::Starting { .. }) {
                        actions.push(Action::Abandon);
                    }
                    let error = RequestError::TimedOut { limit: timeout };
                    let Some(pause) = self.cancellation_failed(&mut cancellation, error, now)
                    else {
                        continue;
                    };
                    cancellation.stage = Stage::Waiting(pause);
                }
                Stage::Waiting(pause) if now >= self.cancel_due(pause) => {
                    let (attempt, limit) = (self.next_attempt(), None);
                    let action;
                    (cancellation.stage, action) = match &cancellation.job {
                        Some(key) => (
                            Stage::Cancelling { attempt, limit },
                            Action::CancelJob(attempt, self.job_of(key.clone())),
                        ),
                        None => (
                            Stage::Starting { attempt, limit },
                            Action::Start(attempt, self.idempotency_key(cancellation.starts)),
                        ),
                    };
                    actions.push(action);
                }
                Stage::Waiting(_) | Stage::Starting { .. } | Stage::Cancelling { .. } => {}
            }
            self.cancellations.push(cancellation);
        }
    }

    /// Repeats requests that timed out during sleep, without counting a failure.
    pub(super) fn wake_cancellations(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for cancellation in &mut self.cancellations {
            if cancellation.stage.is_overdue(now) {
                if let Stage::Starting { .. } = cancellation.stage {
                    actions.push(Action::Abandon);
                    self.may_have_started = true;
                }
                cancellation.stage = Stage::Waiting(Pause::until(self.not_before, now));
            }
        }
    }

    /// Sets the timeout of a request, if a cancellation waits for it.
    pub(super) fn limit_cancellation(&mut self, id: AttemptId, new: Option<Timestamp>) {
        for cancellation in &mut self.cancellations {
            if let Stage::Starting { attempt, limit } | Stage::Cancelling { attempt, limit } =
                &mut cancellation.stage
                && *attempt == id
            {
                *limit = new;
            }
        }
    }

    /// Makes the next attempts due as soon as the server allows.
    pub fn hurry_cancellations(&mut self) {
        for cancellation in &mut self.cancellations {
            if let Stage::Waiting(pause) = &mut cancellation.stage {
                pause.cut_short();
            }
        }
    }

    /// Whether a cancellation has not reached the server yet.
    pub const fn is_cancelling(&self) -> bool {
        !self.cancellations.is_empty()
    }

    /// The jobs whose cancellation has not reached the server yet.
    #[cfg(test)]
    pub fn jobs_to_cancel(&self) -> Vec<super::Job> {
        let keys = self.cancellations.iter().filter_map(|it| it.job.clone());
        keys.map(|key| self.job_of(key)).collect()
    }

    fn cancel_due(&self, pause: Pause) -> Timestamp {
        let due = pause.due(&self.kind.policy().retry, self.environment);
        due.max(self.not_before)
    }
}
