//! What the user wants of an upload: Pause, Cancel and Retry.

use super::{Action, Phase, Upload};
use crate::failure::{Failure, RequestError};

impl Upload {
    pub(super) fn pause(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Queued | Phase::Opening(_) | Phase::Waiting(_) => self.phase = Phase::Paused,
            Phase::Sending(_) => {
                actions.push(Action::Abandon);
                self.saved.may_have_arrived = true;
                self.phase = Phase::Paused;
            }
            Phase::Paused | Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => {}
        }
    }

    pub(super) fn cancel(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Queued | Phase::Opening(_) | Phase::Waiting(_) | Phase::Paused => {}
            Phase::Sending(_) => actions.push(Action::Abandon),
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => return,
        }
        actions.extend(self.saved.resume.take().map(Action::Discard));
        self.phase = Phase::Cancelled;
    }

    pub(super) fn retry(&mut self, actions: &mut Vec<Action>) {
        self.is_opening = false;
        match &self.phase {
            Phase::Queued
            | Phase::Opening(_)
            | Phase::Waiting(_)
            | Phase::Paused
            | Phase::Sending(_)
            | Phase::Succeeded => return,
            // The server may have the file already, or a part of it, from this attempt or an
            // earlier one: the same key creates no second attachment. A changed file is
            // another one.
            Phase::Failed(failure)
                if (self.saved.may_have_arrived || self.saved.resume.is_some())
                    && !matches!(failure, Failure::Request(RequestError::FileUnreadable)) =>
            {
                let status = match failure {
                    Failure::Request(RequestError::Status { status, .. }) => *status,
                    _ => 0,
                };
                self.was_forbidden = status == 403;
            }
            Phase::Failed(_) | Phase::Cancelled => {
                actions.extend(self.start_over().map(Action::Discard));
            }
        }
        self.saved.run = self.saved.run.saturating_add(1);
        self.failures.reset();
        self.was_odd = false;
        self.closed_at = None;
        self.saved.progress = None;
        self.phase = Phase::Queued;
    }
}
