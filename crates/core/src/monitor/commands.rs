//! Commands for a job: Cancel and Retry.

use super::cancellation::Stage;
use super::{Action, Monitor, Phase};
use crate::failure::{Failure, RequestError};
use crate::mutation::{self, Mutation};
use crate::time::Timestamp;

impl Monitor {
    /// A start request in flight continues: only its response names the job to cancel.
    pub(super) fn cancel(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.follow_up = None;
        let attempt = match self.phase {
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => return,
            Phase::Waiting(_) => None,
            Phase::Requesting { attempt, limit } => Some((attempt, limit)),
        };
        self.phase = Phase::Cancelled;
        self.failures.reset();
        match (attempt, &self.job) {
            (Some(_), None) if mutation::is(Mutation::CancelAbortsStart) => {
                actions.push(Action::Abandon);
            }
            (Some((attempt, limit @ Some(_))), None) => {
                self.begin_cancellation(Some((attempt, limit)), now);
            }
            // What is still queued is not sent.
            (attempt, job) => {
                if attempt.is_some() {
                    actions.push(Action::Abandon);
                }
                if job.is_some() || self.may_have_started {
                    self.begin_cancellation(None, now);
                }
            }
        }
    }

    pub(super) fn retry(&mut self, now: Timestamp) {
        let mut phase = self.request_at_once(now);
        match &self.phase {
            Phase::Succeeded | Phase::Waiting(_) | Phase::Requesting { .. } => return,
            Phase::Cancelled => match self.take_back() {
                // The start in flight is adopted.
                Some(Stage::Starting { attempt, limit }) => {
                    phase = Phase::Requesting { attempt, limit };
                }
                // The server may have created the job: the same key creates no second one.
                Some(Stage::Waiting(_) | Stage::Cancelling { .. }) => {}
                None if self.job.is_none() && self.may_have_started => {}
                // The cancellation of the previous job continues.
                None => {
                    if mutation::is(Mutation::RetryForgetsCancel) {
                        self.cancellations.clear();
                    }
                    self.hurry_cancellations();
                    self.new_job();
                }
            },
            // The job does not exist any more on the server.
            Phase::Failed(
                Failure::Job { .. } | Failure::Request(RequestError::Status { status: 410, .. }),
            ) => self.new_job(),
            Phase::Failed(
                Failure::TimedOut { .. } | Failure::Interrupted | Failure::Refused { .. },
            ) => {}
            Phase::Failed(Failure::Request(_)) => {
                // If this start or an earlier one may have arrived, the key is kept, so that
                // the next one creates no second job.
                if self.job.is_none() && !self.may_have_started {
                    self.starts = self.starts.wrapping_add(1);
                }
            }
        }
        self.run = self.run.saturating_add(1);
        self.checks = 0;
        self.failures.reset();
        self.phase = phase;
    }

    /// The next run starts another job.
    pub(super) fn new_job(&mut self) {
        self.job = None;
        self.starts = self.starts.wrapping_add(1);
        self.may_have_started = false;
        self.progress = None;
        self.begun = false;
    }
}
