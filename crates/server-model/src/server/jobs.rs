//! Jobs: start, status, cancel, and the event stream.

use std::time::Duration;

use super::{QueueIds, Server};
use crate::chance;
use crate::events::{Change, Subscriber};
use crate::idempotency::{Keyed, Remembered};
use crate::jobs::JobView;
use crate::plan::JobPlan;
use crate::refusal::Refusal;
use crate::request::{Operation, Request};
use crate::status::{JobStatus, Report};
use crate::{EMBEDDINGS, VIDEO};

/// The response to a request that starts a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The queue id; `None` if the job is identified by its attachment's id.
    pub key: Option<String>,
}

impl Server {
    /// Starts a job of an attachment, again if it ran before. A repeated
    /// `idempotency_key` gets the first response and starts nothing.
    ///
    /// An attachment that was never uploaded counts as uploaded before, unless
    /// only known ids count. Starting a video also adds the attachment's
    /// embedding job, which starts when it is first asked for.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unknown`], [`Refusal::KeyReused`] and [`Refusal::InProgress`].
    pub fn start_job(
        &mut self,
        endpoint: &str,
        attachment: &str,
        idempotency_key: Option<&str>,
        now: Duration,
    ) -> Result<Started, Refusal> {
        if self.attachments.is_deleted(attachment)
            || (self.config.known_only && !self.attachments.contains(attachment))
        {
            return Err(Refusal::unknown("attachment", attachment));
        }
        let keyed = Keyed {
            operation: Operation::Start,
            endpoint,
            key: idempotency_key,
            request: chance::fingerprint(&[attachment], 0),
        };
        let processing = self.config.processing;
        if let Some(Remembered::Started(key)) = self.responses.find(keyed, processing, now)? {
            return Ok(Started { key });
        }
        let at = self.pace.elapsed(now);
        let key = (endpoint != EMBEDDINGS).then(|| self.new_queue_id(endpoint, attachment));
        let name = key.as_deref().unwrap_or(attachment);
        self.jobs
            .start(&self.config, endpoint, name, Some(attachment), at);
        if endpoint == VIDEO {
            self.jobs
                .add_waiting(&self.config, EMBEDDINGS, attachment, attachment);
        }
        self.forget_surplus();
        self.responses
            .remember(keyed, &Remembered::Started(key.clone()), now);
        Ok(Started { key })
    }

    /// Starts a job with its own plan, again if it ran before.
    pub fn register_job(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: &str,
        plan: JobPlan,
        now: Duration,
    ) {
        let began = Some(self.pace.elapsed(now));
        self.jobs
            .insert(endpoint, key, Some(attachment), plan, began);
        self.forget_surplus();
    }

    /// Starts a job that is not known, unless its attachment was deleted or
    /// only known ids count. Tells whether there is such a job.
    ///
    /// Requests do this themselves; a shell whose requests name the attachment
    /// calls it first, so that the job belongs to it.
    pub fn adopt_job(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: &str,
        now: Duration,
    ) -> bool {
        self.find_or_start(endpoint, key, Some(attachment), self.pace.elapsed(now))
    }

    /// What a status request is answered with; `None` if there is no such job.
    pub fn report(&mut self, endpoint: &str, key: &str, now: Duration) -> Option<Report> {
        let at = self.pace.elapsed(now);
        self.find_or_start(endpoint, key, None, at);
        self.jobs.check(endpoint, key, at)
    }

    /// Like [`report`](Self::report), for jobs without a script.
    pub fn status(&mut self, endpoint: &str, key: &str, now: Duration) -> Option<JobStatus> {
        match self.report(endpoint, key, now)? {
            Report::Status(status) => Some(status),
            Report::Scripted { .. } => self.peek(endpoint, key, now),
        }
    }

    /// The statuses of several jobs; those of unknown keys are left out.
    pub fn statuses<'a>(
        &mut self,
        endpoint: &str,
        keys: impl IntoIterator<Item = &'a str>,
        now: Duration,
    ) -> Vec<(String, JobStatus)> {
        let statuses = keys.into_iter().filter_map(|key| {
            let status = self.status(endpoint, key, now)?;
            Some((key.to_owned(), status))
        });
        statuses.collect()
    }

    /// The state of a job without any request: it starts nothing and counts
    /// nothing.
    #[must_use]
    pub fn peek(&self, endpoint: &str, key: &str, now: Duration) -> Option<JobStatus> {
        self.jobs.status(endpoint, key, self.pace.elapsed(now))
    }

    /// Cancels a job, unless it has ended.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unknown`].
    pub fn cancel(&mut self, endpoint: &str, key: &str, now: Duration) -> Result<(), Refusal> {
        self.end(endpoint, key, JobStatus::Cancelled, now)
    }

    /// Makes a job fail, unless it has ended.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unknown`].
    pub fn fail_job(
        &mut self,
        endpoint: &str,
        key: &str,
        reason: Option<String>,
        now: Duration,
    ) -> Result<(), Refusal> {
        self.end(endpoint, key, JobStatus::Failed { reason }, now)
    }

    fn end(
        &mut self,
        endpoint: &str,
        key: &str,
        end: JobStatus,
        now: Duration,
    ) -> Result<(), Refusal> {
        let at = self.pace.elapsed(now);
        self.find_or_start(endpoint, key, None, at);
        let ended = self.jobs.end(endpoint, key, at, end);
        ended.ok_or_else(|| Refusal::unknown("job", key))
    }

    /// All jobs, in the order in which they were first started.
    pub fn jobs(&self, now: Duration) -> impl Iterator<Item = JobView<'_>> {
        self.jobs.iter(self.pace.elapsed(now))
    }

    /// The jobs whose report has changed since the subscriber last asked; at
    /// first all of them.
    pub fn changes(&mut self, subscriber: &mut Subscriber, now: Duration) -> Vec<Change> {
        let at = self.pace.elapsed(now);
        self.jobs.changes(subscriber, at)
    }

    /// When the status of a job changes next if no request arrives before:
    /// then, and after each request, a subscriber has to ask again.
    #[must_use]
    pub fn next_change(&self, now: Duration) -> Option<Duration> {
        let next = self.jobs.next_change(self.pace.elapsed(now))?;
        Some(self.pace.instant(next).max(now))
    }

    fn find_or_start(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: Option<&str>,
        at: Duration,
    ) -> bool {
        if self.jobs.has(endpoint, key) {
            return true;
        }
        let attachment = attachment.or((endpoint == EMBEDDINGS).then_some(key));
        if self.config.known_only
            || self.jobs.is_deleted(endpoint, key)
            || attachment.is_some_and(|attachment| self.attachments.is_deleted(attachment))
        {
            return false;
        }
        self.jobs.start(&self.config, endpoint, key, attachment, at);
        self.forget_surplus();
        true
    }

    fn forget_surplus(&mut self) {
        self.jobs.forget_surplus(self.config.kept_jobs);
    }

    /// A queue id that no job has or had.
    fn new_queue_id(&mut self, endpoint: &str, attachment: &str) -> String {
        let nth = self.starts.count(&Request {
            operation: Operation::Start,
            endpoint: Some(endpoint),
            ids: &[attachment],
        });
        let subject = ["queue", endpoint, attachment];
        let mut chance = chance::of(self.config.seed(), &subject, nth);
        loop {
            let id = match &self.queue_ids {
                QueueIds::Drawn => format!("q-{:08x}", chance.u32(..)),
                QueueIds::Numbered(prefix) => {
                    self.last_queue_number += 1;
                    format!("{prefix}{}", self.last_queue_number)
                }
            };
            if !self.jobs.has(endpoint, &id) && !self.jobs.is_deleted(endpoint, &id) {
                return id;
            }
        }
    }
}
