//! The log of calls, for tests that count them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use background_tasks_server_model::Operation;

use background_tasks_core::Timestamp;

/// The maximum number of calls in the log; the oldest ones are removed.
const CAPACITY: usize = 500;

/// A call of the client, and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// What it requests.
    pub operation: Operation,
    /// The name of the job's kind, for calls about jobs.
    pub kind: Option<Rc<str>>,
    /// The key of the job (status, cancel) or the id of the attachment (start, delete).
    pub id: Option<Rc<str>>,
    /// When it was made.
    pub at: Timestamp,
    /// Its outcome.
    pub fate: CallFate,
}

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallFate {
    /// It waits for its response.
    Underway,
    /// It has a response, or has failed.
    Answered,
    /// It was dropped before that.
    Abandoned,
}

impl CallRecord {
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
            fate: CallFate::Underway,
        }
    }
}

/// The calls, oldest first.
#[derive(Clone, Debug, Default)]
pub struct CallLog(Rc<RefCell<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    removed: usize,
    calls: VecDeque<CallRecord>,
}

impl CallLog {
    /// Appends a call, which ends when the returned value is dropped.
    pub fn push(&self, call: CallRecord) -> PendingCall {
        let mut entries = self.0.borrow_mut();
        if entries.calls.len() >= CAPACITY {
            entries.calls.pop_front();
            entries.removed += 1;
        }
        entries.calls.push_back(call);
        PendingCall {
            log: self.clone(),
            number: entries.removed + entries.calls.len() - 1,
            fate: CallFate::Abandoned,
        }
    }

    /// The calls in the log, oldest first.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.0.borrow().calls.iter().cloned().collect()
    }

    /// Removes all calls.
    pub fn clear(&self) {
        let mut entries = self.0.borrow_mut();
        entries.removed += entries.calls.len();
        entries.calls.clear();
    }
}

/// A call that waits for its response.
#[derive(Debug)]
pub struct PendingCall {
    log: CallLog,
    number: usize,
    fate: CallFate,
}

impl PendingCall {
    /// The response has arrived.
    pub fn answered(mut self) {
        self.fate = CallFate::Answered;
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        let mut entries = self.log.0.borrow_mut();
        let index = self.number.checked_sub(entries.removed);
        if let Some(call) = index.and_then(|index| entries.calls.get_mut(index)) {
            call.fate = self.fate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_call(log: &CallLog) -> PendingCall {
        let call = CallRecord::new(Operation::Status, Some("video"), None, Timestamp::default());
        log.push(call)
    }

    #[test]
    fn call_is_pending_until_it_is_answered_or_dropped() {
        let log = CallLog::default();
        let calls = [status_call(&log), status_call(&log), status_call(&log)];
        let [answered, dropped, _pending] = calls;
        answered.answered();
        drop(dropped);
        let fates: Vec<_> = log.calls().into_iter().map(|call| call.fate).collect();
        assert_eq!(
            fates,
            [CallFate::Answered, CallFate::Abandoned, CallFate::Underway]
        );
    }

    #[test]
    fn oldest_calls_are_removed() {
        let log = CallLog::default();
        let first = status_call(&log);
        let mut pending: Vec<_> = (0..CAPACITY).map(|_| status_call(&log)).collect();
        first.answered();
        assert_eq!(log.calls().len(), CAPACITY);
        assert!(
            log.calls()
                .iter()
                .all(|call| call.fate == CallFate::Underway)
        );
        if let Some(last) = pending.pop() {
            last.answered();
        }
        let fate = log.calls().last().map(|call| call.fate);
        assert_eq!(fate, Some(CallFate::Answered));
        log.clear();
        drop(pending);
        assert_eq!(log.calls(), []);
    }
}
