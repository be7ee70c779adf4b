//! Requests from when they are wanted until their response is handled: queued, in flight,
//! answered. Status requests wait for a free connection, and for each other if the server
//! takes several jobs in one request.

use std::collections::VecDeque;
use std::time::Duration;

use litemap::LiteMap;

use crate::AttachmentId;
use crate::config::Capabilities;
use crate::id::{IdempotencyKey, ResumeKey, TaskId};
use crate::kind::{Job, JobKind};
use crate::monitor::AttemptId;
use crate::mutation::{self, Mutation};
use crate::output::{Request, RequestId};
use crate::time::Timestamp;

/// The connections of one origin that uploads, status requests and the event stream may
/// occupy over HTTP/1.1, where a browser has six: two stay free for the page.
pub const CONNECTIONS: usize = 4;

/// How many starts, cancellations and the like are in flight at once over HTTP/1.1: more
/// would wait in the browser, where their timeouts already run.
pub const URGENT_CONNECTIONS: usize = 2;

/// The longest that a check waits for others to share a request with, and the share of
/// its interval: short beside the interval, enough for ten requests a second.
const LONGEST_BATCH_WINDOW: Duration = Duration::from_millis(100);
const BATCH_WINDOW_SHARE: u32 = 10;

/// A request that nobody waits for is aborted after this time.
const UNATTENDED_TIMEOUT: Duration = Duration::from_secs(30);

/// A check that is queued or in flight.
#[derive(Clone, Debug)]
pub struct Check {
    /// The task.
    pub task: TaskId,
    /// The task's request.
    pub attempt: AttemptId,
    /// The job.
    pub job: Job,
    /// Until then it may wait for others.
    until: Timestamp,
    /// Whether a batch response did not mention the job.
    single_only: bool,
    /// Whether the task still waits for it.
    wanted: bool,
}

/// What a request in flight is for.
#[derive(Clone, Debug)]
pub enum Pending {
    /// The status of jobs, in the order of the request.
    Checks(Vec<Check>),
    /// Starting a job.
    Start(TaskId, AttemptId),
    /// Cancelling a job.
    Cancel(TaskId, AttemptId),
    /// Sending a file.
    Upload(TaskId, AttemptId),
    /// Discarding a partial upload.
    Discard,
    /// The event stream.
    Stream,
}

#[derive(Debug)]
struct InFlightRequest {
    pending: Pending,
    sent: Timestamp,
}

/// All requests of this tab.
#[derive(Debug, Default)]
pub struct Scheduler {
    /// Starts, cancellations and the like. They are short and rare, and use the connections
    /// that are left to the page.
    urgent: VecDeque<(Pending, Request)>,
    checks: VecDeque<Check>,
    in_flight: LiteMap<RequestId, InFlightRequest>,
    /// The server asked for no request before this time.
    not_before: Timestamp,
    last: u64,
}

impl Scheduler {
    /// Queues a check.
    pub fn queue_check(&mut self, task: TaskId, attempt: AttemptId, job: Job, now: Timestamp) {
        let window = (job.kind.policy().interval / BATCH_WINDOW_SHARE).min(LONGEST_BATCH_WINDOW);
        self.checks.push_back(Check {
            task,
            attempt,
            job,
            until: now + window,
            single_only: false,
            wanted: true,
        });
    }

    /// Queues a check again whose request did not answer it, before all others.
    pub fn requeue(&mut self, check: Check, single_only: bool) {
        self.checks.push_front(Check {
            single_only,
            ..check
        });
    }

    /// Queues the start of a job.
    pub fn queue_start(
        &mut self,
        (task, attempt): (TaskId, AttemptId),
        (kind, attachment): (JobKind, AttachmentId),
        idempotency_key: IdempotencyKey,
    ) {
        let request = Request::Start {
            kind,
            attachment,
            idempotency_key,
        };
        let pending = Pending::Start(task, attempt);
        self.urgent.push_back((pending, request));
    }

    /// Queues the cancellation of a job.
    pub fn queue_cancel(&mut self, task: TaskId, attempt: AttemptId, job: Job) {
        let request = Request::Cancel(job);
        // One that is still queued is replaced.
        self.urgent.retain(|(pending, queued)| {
            !matches!(pending, Pending::Cancel(of, _) if *of == task && *queued == request)
        });
        let pending = Pending::Cancel(task, attempt);
        self.urgent.push_back((pending, request));
    }

    /// Queues the discarding of a partial upload.
    pub fn queue_discard(&mut self, upload: ResumeKey) {
        let request = Request::Discard(upload);
        self.urgent.push_back((Pending::Discard, request));
    }

    /// The last request that was sent.
    pub const fn last_sent(&self) -> RequestId {
        RequestId(self.last)
    }

    /// Registers a request that does not wait: an upload, or the event stream.
    pub fn send_now(&mut self, pending: Pending, now: Timestamp) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        let sent = now;
        self.in_flight.insert(id, InFlightRequest { pending, sent });
        id
    }

    /// The task no longer waits for this check, start or upload. If nobody else waits
    /// for the request in flight, it is to be aborted.
    pub fn abandon(&mut self, task: &TaskId, attempt: AttemptId) -> Option<RequestId> {
        let is_it = |of: &TaskId, id: AttemptId| of == task && id == attempt;
        self.checks
            .retain(|check| !is_it(&check.task, check.attempt));
        self.urgent
            .retain(|(pending, _)| !matches!(pending, Pending::Start(of, id) if is_it(of, *id)));
        let mut unwanted = None;
        for (id, request) in self.in_flight.iter_mut() {
            match &mut request.pending {
                Pending::Checks(checks) => {
                    let own = checks.iter_mut().find(|it| is_it(&it.task, it.attempt));
                    let Some(own) = own else { continue };
                    own.wanted = false;
                    if checks.iter().all(|check| !check.wanted) {
                        unwanted = Some(*id);
                    }
                }
                Pending::Start(of, attempt) | Pending::Upload(of, attempt)
                    if is_it(of, *attempt) =>
                {
                    unwanted = Some(*id);
                }
                Pending::Start(..)
                | Pending::Upload(..)
                | Pending::Cancel(..)
                | Pending::Discard
                | Pending::Stream => {}
            }
        }
        if let Some(id) = unwanted {
            self.in_flight.remove(&id);
        }
        unwanted
    }

    /// Removes and returns the request of a response. Checks that are no longer needed keep
    /// their place, so that the results match their jobs.
    pub fn take(&mut self, id: RequestId) -> Option<Pending> {
        self.in_flight.remove(&id).map(|request| request.pending)
    }

    /// What a request in flight is for.
    pub fn pending(&self, id: RequestId) -> Option<&Pending> {
        self.in_flight.get(&id).map(|request| &request.pending)
    }

    /// Takes out requests that nobody waits for and that have lasted too long.
    pub fn take_expired(&mut self, now: Timestamp) -> Vec<RequestId> {
        let expired = |request: &InFlightRequest| {
            let unattended = matches!(request.pending, Pending::Cancel(..) | Pending::Discard);
            unattended && now >= request.sent + UNATTENDED_TIMEOUT
        };
        let ids = self.in_flight.iter().filter(|(_, it)| expired(it));
        let ids: Vec<_> = ids.map(|(id, _)| *id).collect();
        self.in_flight.retain(|_, request| !expired(request));
        ids
    }

    /// Takes out everything, and returns what is to be aborted.
    pub fn take_all(&mut self) -> Vec<RequestId> {
        self.checks.clear();
        self.urgent.clear();
        let all = std::mem::take(&mut self.in_flight);
        all.keys().copied().collect()
    }

    /// The server asks for no request for so long.
    pub fn hold(&mut self, wait: Duration, now: Timestamp) {
        self.not_before = self.not_before.max(now + wait);
    }

    /// Whether the server lets requests be sent.
    pub fn may_send(&self, now: Timestamp) -> bool {
        now >= self.not_before || mutation::is(Mutation::RetryAfterForOneTask)
    }

    /// How many requests are in flight that occupy a connection for long or often.
    pub fn connections(&self) -> usize {
        let counts = |pending: &Pending| match pending {
            Pending::Checks(_) | Pending::Upload(..) | Pending::Stream => true,
            Pending::Start(..) | Pending::Cancel(..) | Pending::Discard => false,
        };
        let all = self.in_flight.values();
        all.filter(|request| counts(&request.pending)).count()
    }

    /// How many starts, cancellations and the like are in flight.
    pub fn urgent_requests(&self) -> usize {
        let is_urgent = |pending: &Pending| {
            matches!(
                pending,
                Pending::Start(..) | Pending::Cancel(..) | Pending::Discard
            )
        };
        let all = self.in_flight.values();
        all.filter(|request| is_urgent(&request.pending)).count()
    }

    /// How many files this tab sends.
    pub fn uploads(&self) -> usize {
        let all = self.in_flight.values();
        all.filter(|request| matches!(request.pending, Pending::Upload(..)))
            .count()
    }

    /// How many requests for the status of jobs are in flight.
    pub fn status_requests(&self) -> usize {
        let all = self.in_flight.values();
        all.filter(|request| matches!(request.pending, Pending::Checks(_)))
            .count()
    }

    /// When [`next`](Self::next) may have something to send.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let queued = match self.checks.front() {
            // Uploads may wait as well.
            _ if !self.may_send(now) => Some(self.not_before),
            Some(check) => Some(check.until).filter(|until| *until > now),
            None => None,
        };
        queued.into_iter().chain(self.next_expiry()).min()
    }

    fn next_expiry(&self) -> Option<Timestamp> {
        let unattended = self
            .in_flight
            .values()
            .filter(|request| matches!(request.pending, Pending::Cancel(..) | Pending::Discard));
        unattended
            .map(|request| request.sent + UNATTENDED_TIMEOUT)
            .min()
    }

    /// The next start, cancellation or the like; `None` if there is none.
    pub fn next_urgent(&mut self, now: Timestamp) -> Option<(RequestId, Request)> {
        if !self.may_send(now) {
            return None;
        }
        let (pending, request) = self.urgent.pop_front()?;
        let id = self.send_now(pending, now);
        Some((id, request))
    }

    /// The next status request; `None` if no check is queued, or if more will be due (at
    /// `next_check`) soon enough to be waited for.
    pub fn next(
        &mut self,
        capabilities: Capabilities,
        next_check: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<(RequestId, Request)> {
        if !self.may_send(now) {
            return None;
        }
        let limit = capabilities.batch_limit.max(1);
        let first = self.checks.front()?;
        let batches = limit > 1 && !first.single_only;
        let more_come = next_check.is_some_and(|due| due <= first.until);
        if batches && more_come && now < first.until && self.checks.len() < limit {
            return None;
        }
        let kind = first.job.kind.clone();
        let (pending, request) = self.take_checks(if batches { limit } else { 1 }, &kind);
        let id = self.send_now(pending, now);
        Some((id, request))
    }

    /// Takes out the first check, and others of its kind that may share its request.
    fn take_checks(&mut self, limit: usize, kind: &JobKind) -> (Pending, Request) {
        let mut taken: Vec<Check> = Vec::new();
        let mut left = VecDeque::new();
        for check in self.checks.drain(..) {
            let fits = !check.single_only && check.job.kind == *kind;
            if taken.is_empty() || (taken.len() < limit && fits) {
                taken.push(check);
            } else {
                left.push_back(check);
            }
        }
        self.checks = left;
        let request = match taken.as_slice() {
            [only] => Request::Status(only.job.clone()),
            several => Request::Statuses(several.iter().map(|it| it.job.clone()).collect()),
        };
        (Pending::Checks(taken), request)
    }
}

impl Check {
    /// Whether the task still waits for it.
    pub const fn is_wanted(&self) -> bool {
        self.wanted
    }
}
