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
use crate::monitor::CallId;
use crate::output::{Request, RequestId};
use crate::time::Timestamp;

/// The connections of one origin that uploads, status requests and the event stream may
/// occupy over HTTP/1.1, where a browser has six: two stay free for the page.
pub const CONNECTIONS: usize = 4;

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
    pub call: CallId,
    /// The job.
    pub job: Job,
    /// Until then it may wait for others.
    until: Timestamp,
    /// Whether a batch response did not mention the job.
    single_only: bool,
    /// Whether the task still waits for it.
    wanted: bool,
}

#[derive(Debug)]
enum Queued {
    Check(Check),
    Single(Pending, Request),
}

/// What a request in flight is for.
#[derive(Clone, Debug)]
pub enum Pending {
    /// The status of jobs, in the order of the request.
    Checks(Vec<Check>),
    /// Starting a job.
    Start(TaskId, CallId),
    /// Cancelling a job.
    Cancel(TaskId, CallId),
    /// Sending a file.
    Upload(TaskId, CallId),
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
    queue: VecDeque<Queued>,
    in_flight: LiteMap<RequestId, InFlightRequest>,
    /// The server asked for no request before this time.
    not_before: Timestamp,
    last: u64,
}

impl Scheduler {
    /// Queues a check.
    pub fn queue_check(&mut self, task: TaskId, call: CallId, job: Job, now: Timestamp) {
        let window = (job.kind.policy().interval / BATCH_WINDOW_SHARE).min(LONGEST_BATCH_WINDOW);
        self.queue.push_back(Queued::Check(Check {
            task,
            call,
            job,
            until: now + window,
            single_only: false,
            wanted: true,
        }));
    }

    /// Queues a check again whose request did not answer it, before all others.
    pub fn requeue(&mut self, check: Check, single_only: bool) {
        self.queue.push_front(Queued::Check(Check {
            single_only,
            ..check
        }));
    }

    /// Queues the start of a job.
    pub fn queue_start(
        &mut self,
        (task, call): (TaskId, CallId),
        (kind, attachment): (JobKind, AttachmentId),
        idempotency_key: IdempotencyKey,
    ) {
        let request = Request::Start {
            kind,
            attachment,
            idempotency_key,
        };
        let pending = Pending::Start(task, call);
        self.queue.push_back(Queued::Single(pending, request));
    }

    /// Queues the cancellation of a job.
    pub fn queue_cancel(&mut self, task: TaskId, call: CallId, job: Job) {
        let pending = Pending::Cancel(task, call);
        let request = Request::Cancel(job);
        self.queue.push_back(Queued::Single(pending, request));
    }

    /// Queues the discarding of a partial upload.
    pub fn queue_discard(&mut self, upload: ResumeKey) {
        let request = Request::Discard(upload);
        self.queue
            .push_back(Queued::Single(Pending::Discard, request));
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
    pub fn abandon(&mut self, task: &TaskId, call: CallId) -> Option<RequestId> {
        let is_it = |of: &TaskId, id: CallId| of == task && id == call;
        self.queue.retain(|queued| match queued {
            Queued::Check(check) => !is_it(&check.task, check.call),
            Queued::Single(Pending::Start(of, id), _) => !is_it(of, *id),
            Queued::Single(..) => true,
        });
        let mut unwanted = None;
        for (id, request) in self.in_flight.iter_mut() {
            match &mut request.pending {
                Pending::Checks(checks) => {
                    let own = checks.iter_mut().find(|it| is_it(&it.task, it.call));
                    let Some(own) = own else { continue };
                    own.wanted = false;
                    if checks.iter().all(|check| !check.wanted) {
                        unwanted = Some(*id);
                    }
                }
                Pending::Start(of, call) | Pending::Upload(of, call) if is_it(of, *call) => {
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

    /// Takes out what a response is for. Checks that are not wanted any more keep their
    /// place, so that the results are matched with the jobs they are about.
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
        self.queue.clear();
        let all = std::mem::take(&mut self.in_flight);
        all.keys().copied().collect()
    }

    /// The server asks for no request for so long.
    pub fn hold(&mut self, wait: Duration, now: Timestamp) {
        self.not_before = self.not_before.max(now + wait);
    }

    /// Whether the server lets requests be sent.
    pub fn may_send(&self, now: Timestamp) -> bool {
        now >= self.not_before
    }

    /// How many requests are in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// How many requests for the status of jobs are in flight, with the short ones that
    /// start and cancel them.
    pub fn status_requests(&self) -> usize {
        let is_upload = |it: &Pending| matches!(it, Pending::Upload(..) | Pending::Stream);
        let all = self.in_flight.values();
        all.filter(|request| !is_upload(&request.pending)).count()
    }

    /// When [`next`](Self::next) may have something to send.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let queued = match self.queue.front() {
            Some(_) if !self.may_send(now) => Some(self.not_before),
            Some(Queued::Check(check)) => Some(check.until).filter(|until| *until > now),
            Some(Queued::Single(..)) | None => None,
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

    /// The next request to send; `None` if nothing is queued, or if more checks will be
    /// due (at `next_check`) soon enough to be waited for.
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
        let (pending, request) = match self.queue.front()? {
            Queued::Single(..) => match self.queue.pop_front()? {
                Queued::Single(pending, request) => (pending, request),
                Queued::Check(_) => return None,
            },
            Queued::Check(first) => {
                let batches = limit > 1 && !first.single_only;
                let more_come = next_check.is_some_and(|due| due <= first.until);
                if batches && more_come && now < first.until && self.queue.len() < limit {
                    return None;
                }
                let kind = first.job.kind.clone();
                self.take_checks(if batches { limit } else { 1 }, &kind)
            }
        };
        let id = self.send_now(pending, now);
        Some((id, request))
    }

    /// Takes out the first check, and others of its kind that may share its request.
    fn take_checks(&mut self, limit: usize, kind: &JobKind) -> (Pending, Request) {
        let mut taken: Vec<Check> = Vec::new();
        let mut left = VecDeque::new();
        for queued in self.queue.drain(..) {
            match queued {
                Queued::Check(check)
                    if taken.len() < limit
                        && (taken.is_empty()
                            || (!check.single_only && check.job.kind == *kind)) =>
                {
                    taken.push(check);
                }
                queued => left.push_back(queued),
            }
        }
        self.queue = left;
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
