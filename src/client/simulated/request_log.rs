//! The log of requests, for tests that count them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use background_tasks_server_model::Operation;

use background_tasks_core::Timestamp;

/// The maximum number of requests in the log; the oldest ones are removed.
const CAPACITY: usize = 500;

/// A request of the client, and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// What was requested.
    pub operation: Operation,
    /// The name of the job's kind, for requests about jobs.
    pub kind: Option<Rc<str>>,
    /// The key of the job (status, cancel) or the id of the attachment (start, delete).
    pub id: Option<Rc<str>>,
    /// When it was sent.
    pub at: Timestamp,
    /// Its outcome.
    pub outcome: RequestOutcome,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestOutcome {
    /// It waits for its response.
    Pending,
    /// It has a response, or has failed.
    Answered,
    /// It was dropped before that.
    Abandoned,
}

impl RequestRecord {
    pub(super) fn new(
        operation: Operation,
        kind: Option<&str>,
        id: Option<&str>,
        at: Timestamp,
    ) -> Self {
        Self {
            operation,
            kind: kind.map(Rc::from),
            id: id.map(Rc::from),
            at,
            outcome: RequestOutcome::Pending,
        }
    }
}

/// The requests, oldest first.
#[derive(Clone, Debug, Default)]
pub struct RequestLog(Rc<RefCell<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    removed: usize,
    requests: VecDeque<RequestRecord>,
}

impl RequestLog {
    /// Appends a request, which ends when the returned value is dropped.
    pub fn push(&self, request: RequestRecord) -> PendingRequest {
        let mut entries = self.0.borrow_mut();
        if entries.requests.len() >= CAPACITY {
            entries.requests.pop_front();
            entries.removed += 1;
        }
        entries.requests.push_back(request);
        PendingRequest {
            log: self.clone(),
            number: entries.removed + entries.requests.len() - 1,
            outcome: RequestOutcome::Abandoned,
        }
    }

    /// The requests in the log, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.0.borrow().requests.iter().cloned().collect()
    }

    /// Removes all requests.
    pub fn clear(&self) {
        let mut entries = self.0.borrow_mut();
        entries.removed += entries.requests.len();
        entries.requests.clear();
    }
}

/// A request that waits for its response.
#[derive(Debug)]
pub struct PendingRequest {
    log: RequestLog,
    number: usize,
    outcome: RequestOutcome,
}

impl PendingRequest {
    /// The response has arrived.
    pub fn answered(mut self) {
        self.outcome = RequestOutcome::Answered;
    }
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        let mut entries = self.log.0.borrow_mut();
        let index = self.number.checked_sub(entries.removed);
        if let Some(request) = index.and_then(|index| entries.requests.get_mut(index)) {
            request.outcome = self.outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_request(log: &RequestLog) -> PendingRequest {
        let request =
            RequestRecord::new(Operation::Status, Some("video"), None, Timestamp::default());
        log.push(request)
    }

    #[test]
    fn request_is_pending_until_it_is_answered_or_dropped() {
        let log = RequestLog::default();
        let requests = [
            status_request(&log),
            status_request(&log),
            status_request(&log),
        ];
        let [answered, dropped, _pending] = requests;
        answered.answered();
        drop(dropped);
        let outcomes: Vec<_> = log
            .requests()
            .into_iter()
            .map(|request| request.outcome)
            .collect();
        assert_eq!(
            outcomes,
            [
                RequestOutcome::Answered,
                RequestOutcome::Abandoned,
                RequestOutcome::Pending
            ]
        );
    }

    #[test]
    fn oldest_requests_are_removed() {
        let log = RequestLog::default();
        let first = status_request(&log);
        let mut pending: Vec<_> = (0..CAPACITY).map(|_| status_request(&log)).collect();
        first.answered();
        assert_eq!(log.requests().len(), CAPACITY);
        assert!(
            log.requests()
                .iter()
                .all(|request| request.outcome == RequestOutcome::Pending)
        );
        if let Some(last) = pending.pop() {
            last.answered();
        }
        let outcome = log.requests().last().map(|request| request.outcome);
        assert_eq!(outcome, Some(RequestOutcome::Answered));
        log.clear();
        drop(pending);
        assert_eq!(log.requests(), []);
    }
}
