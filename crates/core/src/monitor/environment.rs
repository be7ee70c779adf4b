//! The effect of the environment on a job: connection, visibility and sleep.

use super::{Action, Environment, Monitor, Phase};
use crate::time::Timestamp;

impl Monitor {
    pub(super) fn environment_changed(
        &mut self,
        new: Environment,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let old = std::mem::replace(&mut self.environment, new);
        let came_online = !old.online && new.online;
        if came_online && matches!(self.phase, Phase::Requesting { limit: Some(_), .. }) {
            // A request that was sent while offline may hang for long.
            self.may_have_started |= self.job.is_none();
            actions.push(Action::Abandon);
            self.phase = self.request_at_once(now);
        }
        if came_online || (!old.visible && new.visible) {
            self.hurry();
        }
    }

    /// A request that timed out during sleep says nothing about the server.
    pub(super) fn woken(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Requesting {
                limit: Some(limit), ..
            } if now >= limit => {
                actions.push(Action::Abandon);
                self.may_have_started |= self.job.is_none();
                self.phase = self.request_at_once(now);
            }
            Phase::Requesting { .. }
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => self.hurry(),
        }
        self.wake_cancellations(now, actions);
    }

    /// Makes the next request due as soon as the server allows. While offline the interval
    /// of the probes is kept.
    pub(super) fn hurry(&mut self) {
        if !self.environment.online {
            return;
        }
        if let Phase::Waiting(pause) = &mut self.phase {
            pause.cut_short();
        }
        self.hurry_cancellations();
    }

    pub(super) const fn is_offline(&self) -> bool {
        !self.environment.online
    }

    /// Whether checks are counted. Time offline or hidden is not the server's fault.
    pub(super) fn counts_checks(&self) -> bool {
        self.environment.online && self.environment.visible
    }
}
