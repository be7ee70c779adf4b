//! The server: one value that holds all of its state.

mod files;
mod jobs;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use crate::attachments::Attachments;
use crate::chance;
use crate::config::Config;
use crate::fault::{Encounter, Fault, FaultRule, FaultRules};
use crate::idempotency::Responses;
use crate::jobs::Jobs;
use crate::pace::{Pace, scale};
use crate::plan::Plans;
use crate::request::{Operation, Request, RequestCounts};
use crate::shares::FaultShares;
use crate::uploads::Uploads;

pub use self::jobs::Started;

/// How queue ids are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueIds {
    /// Drawn from the seed for each attachment, such as `q-81f3a07c`.
    Drawn,
    /// This prefix and a running number.
    Numbered(String),
}

/// What happens to a request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How long the response takes.
    pub latency: Duration,
    /// The fault that the request encounters.
    pub fault: Option<Arc<Encounter>>,
}

/// A server.
///
/// See the [crate documentation](crate) for how a shell uses it. Cloning copies
/// the whole state.
#[derive(Clone, Debug)]
pub struct Server {
    config: Config,
    pace: Pace,
    jobs: Jobs,
    attachments: Attachments,
    uploads: Uploads,
    responses: Responses,
    rules: FaultRules,
    status_faults: FaultShares,
    other_faults: FaultShares,
    requests: RequestCounts,
    /// How often each endpoint was started for each attachment.
    starts: RequestCounts,
    queue_ids: QueueIds,
    last_queue_number: u64,
}

impl Server {
    /// An empty server whose time starts at `now`.
    #[must_use]
    pub fn new(config: Config, now: Duration) -> Self {
        Self {
            pace: Pace::new(config.speed(), now),
            config,
            jobs: Jobs::default(),
            attachments: Attachments::default(),
            uploads: Uploads::default(),
            responses: Responses::default(),
            rules: FaultRules::default(),
            status_faults: FaultShares::NONE,
            other_faults: FaultShares::NONE,
            requests: RequestCounts::default(),
            starts: RequestCounts::default(),
            queue_ids: QueueIds::Drawn,
            last_queue_number: 0,
        }
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Continues with other settings; what has happened stays.
    pub fn set_config(&mut self, config: Config, now: Duration) {
        self.pace.set_speed(config.speed(), now);
        self.config = config;
    }

    /// Sets the plans that apply to jobs in place of the drawn ones, also to
    /// jobs that have already started.
    pub fn set_plans(&mut self, plans: Plans) {
        self.jobs.set_plans(plans);
    }

    /// Sets how queue ids are made; by default they are drawn.
    pub fn set_queue_ids(&mut self, queue_ids: QueueIds) {
        self.queue_ids = queue_ids;
    }

    /// Sets the faults that status requests, and all others, encounter by
    /// chance; by default none.
    pub fn set_fault_shares(&mut self, status: FaultShares, others: FaultShares) {
        self.status_faults = status;
        self.other_faults = others;
    }

    /// The server's own time since it was made.
    #[must_use]
    pub fn elapsed(&self, now: Duration) -> Duration {
        self.pace.elapsed(now)
    }

    /// How long a span of the server's time takes by the clock.
    #[must_use]
    pub fn real(&self, span: Duration) -> Duration {
        self.pace.real(span)
    }

    /// Adds a fault that requests encounter. If several apply to a request, it
    /// encounters the oldest.
    pub fn add_fault(&mut self, rule: impl Into<FaultRule>) {
        self.rules.push(rule.into());
    }

    /// The fault rules that wait for a request, oldest first.
    #[must_use]
    pub fn faults(&self) -> &[FaultRule] {
        self.rules.as_slice()
    }

    /// Forgets the fault rules.
    pub fn clear_faults(&mut self) {
        self.rules.clear();
    }

    /// Decides what happens to a request on its way: its latency, and the fault
    /// that it encounters. Does not carry it out.
    pub fn receive(&mut self, request: &Request<'_>) -> Delivery {
        let nth = self.requests.count(request);
        let mut chance = chance::of(self.config.seed(), &request.words(), nth);
        let latency = scale(self.config.latency(), 0.5 + chance.f64());
        let latency = self.pace.real(latency);
        let unreachable = || FaultRule::new(Fault::ConnectionLost).encounter;
        if !self.config.online() {
            let fault = Some(unreachable());
            return Delivery { latency, fault };
        }
        let is_status = request.operation == Operation::Status;
        let is_lost = is_status && chance.f64() < self.config.flaky();
        let shares = if is_status {
            &self.status_faults
        } else {
            &self.other_faults
        };
        let drawn = shares.draw(&mut chance);
        let fault = self.rules.encounter(request);
        let fault = fault.or_else(|| is_lost.then(unreachable)).or(drawn);
        Delivery { latency, fault }
    }
}
