//! The jobs of the server.

use std::time::Duration;

use crate::chance;
use crate::config::Config;
use crate::events::{Change, Subscriber};
use crate::plan::{JobPlan, Plans};
use crate::status::{JobStatus, Report};

/// The jobs, in the order in which they were first started. They are so few at a
/// time that a list is fast, and it costs less WASM than a map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    jobs: Vec<Job>,
    plans: Plans,
    /// Numbers the runs of all jobs.
    begun: u64,
    /// With more jobs than this, finished ones are forgotten: rarely enough to
    /// cost nothing.
    limit: usize,
}

#[derive(Clone, Debug)]
struct Job {
    endpoint: String,
    key: String,
    attachment: Option<String>,
    runs: u64,
    number: u64,
    plan: JobPlan,
    /// `None` until the first status request of a job that starts with it.
    began: Option<Duration>,
    /// A final status that is not part of the plan, such as a cancellation.
    ended: Option<JobStatus>,
    /// Whether a client has received the final status. Until then it requests the status.
    final_status_sent: bool,
    /// Whether its attachment was deleted, and the job with it.
    deleted: bool,
    checks: usize,
    pushes: usize,
}

/// A job, for whoever observes the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView<'a> {
    /// The endpoint of the job.
    pub endpoint: &'a str,
    /// Its key.
    pub key: &'a str,
    /// The id of its attachment, if known.
    pub attachment: Option<&'a str>,
    /// How often its status was answered.
    pub checks: usize,
    /// How often its status was pushed, to any subscriber.
    pub pushes: usize,
    /// Its state.
    pub status: JobStatus,
}

impl Jobs {
    /// Sets the plans that apply in place of the drawn ones, now and later.
    pub fn set_plans(&mut self, plans: Plans) {
        self.plans = plans;
        for job in &mut self.jobs {
            if let Some(plan) = self.plans.find(&job.endpoint, &job.key) {
                job.plan = plan.clone();
            }
        }
    }

    /// Whether a job of this name is known.
    pub fn has(&self, endpoint: &str, key: &str) -> bool {
        self.get(endpoint, key).is_some_and(|job| !job.deleted)
    }

    /// Whether a job of this name was known before its attachment was deleted.
    pub fn is_deleted(&self, endpoint: &str, key: &str) -> bool {
        self.get(endpoint, key).is_some_and(|job| job.deleted)
    }

    /// Starts a job with a plan drawn from the seed, again if it ran before.
    pub fn start(
        &mut self,
        config: &Config,
        endpoint: &str,
        key: &str,
        attachment: Option<&str>,
        at: Duration,
    ) {
        let plan = self.draw(config, endpoint, key);
        self.insert(endpoint, key, attachment, plan, Some(at));
    }

    /// Adds a job that starts when it is first asked for, unless it is known.
    pub fn add_waiting(&mut self, config: &Config, endpoint: &str, key: &str, attachment: &str) {
        if !self.has(endpoint, key) {
            let plan = self.draw(config, endpoint, key);
            self.insert(endpoint, key, Some(attachment), plan, None);
        }
    }

    /// Starts a job with this plan, again if it ran before.
    pub fn insert(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: Option<&str>,
        plan: JobPlan,
        began: Option<Duration>,
    ) {
        self.begun += 1;
        let known = self.jobs.iter_mut().find(|job| job.is(endpoint, key));
        let job = Job {
            endpoint: endpoint.to_owned(),
            key: key.to_owned(),
            attachment: attachment.map(str::to_owned),
            runs: known.as_ref().map_or(1, |job| job.runs + 1),
            number: self.begun,
            plan,
            began,
            ended: None,
            final_status_sent: false,
            deleted: false,
            checks: 0,
            pushes: 0,
        };
        match known {
            Some(known) => *known = job,
            None => self.jobs.push(job),
        }
    }

    fn draw(&self, config: &Config, endpoint: &str, key: &str) -> JobPlan {
        if let Some(plan) = self.plans.find(endpoint, key) {
            return plan.clone();
        }
        let runs = self.get(endpoint, key).map_or(0, |job| job.runs);
        let chance = chance::of(config.seed(), &["run", endpoint, key], runs + 1);
        JobPlan::draw(chance, config, config.job_time(endpoint))
    }

    fn get(&self, endpoint: &str, key: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.is(endpoint, key))
    }

    fn existing(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(|job| !job.deleted)
    }

    /// The response to a status request; counts the request.
    pub fn check(&mut self, endpoint: &str, key: &str, at: Duration) -> Option<Report> {
        let mut jobs = self.jobs.iter_mut();
        let job = jobs.find(|job| job.is(endpoint, key) && !job.deleted)?;
        job.began.get_or_insert(at);
        let report = job.report(at);
        job.checks += 1;
        job.final_status_sent |= matches!(&report, Report::Status(status) if status.is_final());
        Some(report)
    }

    /// The state of a job; does not count as a request.
    pub fn status(&self, endpoint: &str, key: &str, at: Duration) -> Option<JobStatus> {
        let job = self.get(endpoint, key).filter(|job| !job.deleted)?;
        Some(job.status(at))
    }

    /// Ends a job, unless it has ended. `None` if there is no such job.
    pub fn end(&mut self, endpoint: &str, key: &str, at: Duration, end: JobStatus) -> Option<()> {
        let mut jobs = self.jobs.iter_mut();
        let job = jobs.find(|job| job.is(endpoint, key) && !job.deleted)?;
        // The client that cancels a job does not request its status again.
        job.final_status_sent |= end == JobStatus::Cancelled;
        let status = job.status(at);
        job.ended = Some(if status.is_final() { status } else { end });
        Some(())
    }

    /// Deletes the jobs of an attachment. They are remembered as deleted.
    pub fn delete_of(&mut self, attachment: &str) {
        for job in &mut self.jobs {
            job.deleted |= job.attachment.as_deref() == Some(attachment);
        }
    }

    /// The jobs whose report differs from the last one that the subscriber has received.
    pub fn changes(&mut self, subscriber: &mut Subscriber, at: Duration) -> Vec<Change> {
        subscriber.retain(|endpoint, key| self.has(endpoint, key));
        let mut changes = Vec::new();
        for job in self.jobs.iter_mut().filter(|job| !job.deleted) {
            let change = Change {
                endpoint: job.endpoint.clone(),
                key: job.key.clone(),
                report: job.report(at),
            };
            if subscriber.record(&change) {
                job.pushes += 1;
                changes.push(change);
            }
        }
        changes
    }

    /// When the status of a job changes next without further requests.
    pub fn next_change(&self, at: Duration) -> Option<Duration> {
        let changes = self.existing().filter_map(|job| {
            let plan = &job.plan;
            let began = job.began.filter(|_| job.ended.is_none())?;
            let next = plan.next_change(at.saturating_sub(began))?;
            (plan.scripted == 0).then(|| began.saturating_add(next))
        });
        changes.min()
    }

    /// All jobs, in the order in which they were first started.
    pub fn iter(&self, at: Duration) -> impl Iterator<Item = JobView<'_>> {
        self.existing().map(move |job| JobView {
            endpoint: &job.endpoint,
            key: &job.key,
            attachment: job.attachment.as_deref(),
            checks: job.checks,
            pushes: job.pushes,
            status: job.status(at),
        })
    }

    /// Forgets finished jobs whose final status was sent, except the last `kept`, if there are
    /// many.
    pub fn forget_surplus(&mut self, kept: usize) {
        if self.jobs.len() <= self.limit.max(kept) {
            return;
        }
        let ended = self.jobs.iter().filter(|job| job.is_forgettable());
        let ended: Vec<_> = ended.map(|job| job.number).collect();
        self.jobs.retain(|job| {
            // Quadratic, but a sort costs 4 kB of WASM.
            let later = || ended.iter().filter(|number| **number > job.number);
            !job.is_forgettable() || later().count() < kept
        });
        self.limit = self.jobs.len() * 3 / 2;
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.jobs.len()
    }
}

impl Job {
    fn is(&self, endpoint: &str, key: &str) -> bool {
        self.endpoint == endpoint && self.key == key
    }

    fn status(&self, at: Duration) -> JobStatus {
        if let Some(end) = &self.ended {
            return end.clone();
        }
        let elapsed = at.saturating_sub(self.began.unwrap_or(at));
        self.plan.status(elapsed)
    }

    fn report(&self, at: Duration) -> Report {
        match self.plan.scripted.checked_sub(1) {
            Some(last) => Report::Scripted {
                index: self.checks.min(last),
            },
            None => Report::Status(self.status(at)),
        }
    }

    /// A job that has not begun can be created again by its first status request.
    const fn is_forgettable(&self) -> bool {
        self.final_status_sent || self.deleted || self.began.is_none()
    }
}

#[cfg(test)]
mod tests;
