//! The jobs of the server.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use litemap::LiteMap;

use crate::chance;
use crate::config::Config;
use crate::events::{Change, Subscriber};
use crate::plan::{JobPlan, Plans};
use crate::status::{JobStatus, Report};

/// How many jobs of deleted attachments stay known as such.
const DELETED_CAPACITY: usize = 1000;

/// An endpoint and a key.
pub(crate) type JobName = (String, String);

/// Jobs by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    known: LiteMap<JobName, Job>,
    /// Jobs whose attachment was deleted, oldest first.
    deleted: VecDeque<JobName>,
    plans: Plans,
    /// Numbers the runs of all jobs.
    begun: u64,
    /// With more jobs than this, finished ones are forgotten: rarely enough to
    /// cost nothing.
    limit: usize,
}

#[derive(Clone, Debug)]
struct Job {
    attachment: Option<Arc<str>>,
    runs: u64,
    number: u64,
    plan: JobPlan,
    /// `None` while the job waits to be asked for.
    began: Option<Duration>,
    /// An end that the plan did not foresee.
    ended: Option<JobStatus>,
    /// Whether a client was told of the end. Until then it will ask.
    told: bool,
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
    /// Sets the plans that apply in place of the drawn ones.
    pub fn set_plans(&mut self, plans: Plans) {
        self.plans = plans;
    }

    /// Whether a job of this name is known.
    pub fn has(&self, endpoint: &str, key: &str) -> bool {
        self.known.contains_key(&name(endpoint, key))
    }

    /// Whether a job of this name was known before its attachment was deleted.
    pub fn is_deleted(&self, endpoint: &str, key: &str) -> bool {
        let deleted = |(of, known): &JobName| of == endpoint && known == key;
        self.deleted.iter().any(deleted)
    }

    /// Starts a job with a plan drawn from the seed, anew if it ran before.
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

    /// Starts a job with this plan, anew if it ran before.
    pub fn insert(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: Option<&str>,
        plan: JobPlan,
        began: Option<Duration>,
    ) {
        let name = name(endpoint, key);
        self.deleted.retain(|deleted| *deleted != name);
        self.begun += 1;
        let job = Job {
            attachment: attachment.map(Arc::from),
            runs: self.runs(&name) + 1,
            number: self.begun,
            plan,
            began,
            ended: None,
            told: false,
            checks: 0,
            pushes: 0,
        };
        self.known.insert(name, job);
    }

    fn draw(&self, config: &Config, endpoint: &str, key: &str) -> JobPlan {
        let nth = self.runs(&name(endpoint, key)) + 1;
        let chance = chance::of(config.seed(), &["run", endpoint, key], nth);
        JobPlan::draw(chance, config, config.job_time(endpoint))
    }

    fn runs(&self, name: &JobName) -> u64 {
        self.known.get(name).map_or(0, |job| job.runs)
    }

    /// What a status request is answered with; counts the request.
    pub fn check(&mut self, endpoint: &str, key: &str, at: Duration) -> Option<Report> {
        let name = name(endpoint, key);
        let job = self.known.get_mut(&name)?;
        job.began.get_or_insert(at);
        let report = job.report(&name, &self.plans, at);
        job.checks += 1;
        job.told |= matches!(&report, Report::Status(status) if status.is_final());
        Some(report)
    }

    /// The state of a job; does not count as a request.
    pub fn status(&self, endpoint: &str, key: &str, at: Duration) -> Option<JobStatus> {
        let name = name(endpoint, key);
        let job = self.known.get(&name)?;
        Some(job.status(&name, &self.plans, at))
    }

    /// Ends a job, unless it has ended. `None` if there is no such job.
    pub fn end(&mut self, endpoint: &str, key: &str, at: Duration, end: JobStatus) -> Option<()> {
        let name = name(endpoint, key);
        let job = self.known.get_mut(&name)?;
        let status = job.status(&name, &self.plans, at);
        // Who cancels a job does not ask for it any more.
        job.told |= end == JobStatus::Cancelled;
        job.ended = Some(if status.is_final() { status } else { end });
        Some(())
    }

    /// Forgets the jobs of an attachment, and that they can start again.
    pub fn delete_of(&mut self, attachment: &str) {
        let deleted = &mut self.deleted;
        self.known.retain(|name, job| {
            let stays = job.attachment.as_deref() != Some(attachment);
            if !stays {
                if deleted.len() >= DELETED_CAPACITY {
                    deleted.pop_front();
                }
                deleted.push_back(name.clone());
            }
            stays
        });
    }

    /// The jobs that are not as the subscriber was told.
    pub fn changes(&mut self, subscriber: &mut Subscriber, at: Duration) -> Vec<Change> {
        subscriber.retain(|name| self.known.contains_key(name));
        let mut changes = Vec::new();
        for (name, job) in self.known.iter_mut() {
            let report = job.report(name, &self.plans, at);
            if subscriber.is_news(name, &report) {
                job.pushes += 1;
                let (endpoint, key) = name.clone();
                changes.push(Change {
                    endpoint,
                    key,
                    report,
                });
            }
        }
        changes
    }

    /// When the status of a job changes next, if nobody asks for anything.
    pub fn next_change(&self, at: Duration) -> Option<Duration> {
        let changes = self.known.iter().filter_map(|(name, job)| {
            let plan = self.plans.find(name).unwrap_or(&job.plan);
            let began = job.began.filter(|_| job.ended.is_none())?;
            let next = plan.next_change(at.saturating_sub(began))?;
            (plan.scripted == 0).then(|| began.saturating_add(next))
        });
        changes.min()
    }

    /// All jobs by name.
    pub fn iter(&self, at: Duration) -> impl Iterator<Item = JobView<'_>> {
        self.known.iter().map(move |(name, job)| JobView {
            endpoint: &name.0,
            key: &name.1,
            attachment: job.attachment.as_deref(),
            checks: job.checks,
            pushes: job.pushes,
            status: job.status(name, &self.plans, at),
        })
    }

    /// Forgets the finished jobs that clients were told of, except the last
    /// `kept`, if there are many. Returns the keys of those that were forgotten.
    pub fn forget_surplus(&mut self, kept: usize) -> Vec<String> {
        let mut forgotten = Vec::new();
        if self.known.len() <= self.limit.max(kept) {
            return forgotten;
        }
        let ended = self.known.values().filter(|job| job.is_forgettable());
        let ended: LiteMap<u64, ()> = ended.map(|job| (job.number, ())).collect();
        let newest_gone = ended.keys().nth_back(kept).copied();
        self.known.retain(|(_, key), job| {
            let goes = job.is_forgettable() && newest_gone.is_some_and(|gone| job.number <= gone);
            if goes {
                forgotten.push(key.clone());
            }
            !goes
        });
        self.limit = self.known.len() * 3 / 2;
        forgotten
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.known.len()
    }
}

impl Job {
    fn status(&self, name: &JobName, plans: &Plans, at: Duration) -> JobStatus {
        if let Some(end) = &self.ended {
            return end.clone();
        }
        let elapsed = at.saturating_sub(self.began.unwrap_or(at));
        plans.find(name).unwrap_or(&self.plan).status(elapsed)
    }

    fn report(&self, name: &JobName, plans: &Plans, at: Duration) -> Report {
        let plan = plans.find(name).unwrap_or(&self.plan);
        match plan.scripted.checked_sub(1) {
            Some(last) => Report::Scripted {
                index: self.checks.min(last),
            },
            None => Report::Status(self.status(name, plans, at)),
        }
    }

    /// A job that waits is as good as new when it is asked for.
    const fn is_forgettable(&self) -> bool {
        self.told || self.began.is_none()
    }
}

fn name(endpoint: &str, key: &str) -> JobName {
    (endpoint.to_owned(), key.to_owned())
}

#[cfg(test)]
mod tests;
