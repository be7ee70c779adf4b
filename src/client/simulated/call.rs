//! The calls that were made, for tests that count them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use background_tasks_server_model::Operation;

use background_tasks_core::Timestamp;

/// How many calls are remembered; older ones are forgotten.
const CAPACITY: usize = 500;

/// A call as it was made, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Its sort.
    pub operation: Operation,
    /// The name of the job's kind, where it is about a job.
    pub kind: Option<Rc<str>>,
    /// The id that it names: a status' or cancel's job key, a start's or
    /// delete's attachment.
    pub id: Option<Rc<str>>,
    /// When it was made.
    pub at: Timestamp,
    /// What became of it.
    pub fate: CallFate,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallFate {
    /// It waits for its answer.
    Underway,
    /// It was answered, or failed.
    Answered,
    /// Whoever made it dropped it before.
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

/// The calls in their order.
#[derive(Clone, Debug, Default)]
pub struct CallLog(Rc<RefCell<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    forgotten: usize,
    calls: VecDeque<CallRecord>,
}

impl CallLog {
    /// Writes a call down. Dropping what it gives is the call's end.
    pub fn push(&self, call: CallRecord) -> Underway {
        let mut entries = self.0.borrow_mut();
        if entries.calls.len() >= CAPACITY {
            entries.calls.pop_front();
            entries.forgotten += 1;
        }
        entries.calls.push_back(call);
        Underway {
            log: self.clone(),
            number: entries.forgotten + entries.calls.len() - 1,
            fate: CallFate::Abandoned,
        }
    }

    /// The calls that are remembered, oldest first.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.0.borrow().calls.iter().cloned().collect()
    }

    /// Forgets all.
    pub fn clear(&self) {
        let mut entries = self.0.borrow_mut();
        entries.forgotten += entries.calls.len();
        entries.calls.clear();
    }
}

/// A call that waits for its answer.
#[derive(Debug)]
pub struct Underway {
    log: CallLog,
    number: usize,
    fate: CallFate,
}

impl Underway {
    /// The answer is there.
    pub fn answered(mut self) {
        self.fate = CallFate::Answered;
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut entries = self.log.0.borrow_mut();
        let index = self.number.checked_sub(entries.forgotten);
        if let Some(call) = index.and_then(|index| entries.calls.get_mut(index)) {
            call.fate = self.fate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(log: &CallLog) -> Underway {
        let call = CallRecord::new(Operation::Status, Some("video"), None, Timestamp::default());
        log.push(call)
    }

    #[test]
    fn a_call_is_under_way_until_it_is_answered_or_dropped() {
        let log = CallLog::default();
        let calls = [check(&log), check(&log), check(&log)];
        let [answered, dropped, _underway] = calls;
        answered.answered();
        drop(dropped);
        let fates: Vec<_> = log.calls().into_iter().map(|call| call.fate).collect();
        assert_eq!(
            fates,
            [CallFate::Answered, CallFate::Abandoned, CallFate::Underway]
        );
    }

    #[test]
    fn the_oldest_calls_are_forgotten() {
        let log = CallLog::default();
        let first = check(&log);
        let mut underway: Vec<_> = (0..CAPACITY).map(|_| check(&log)).collect();
        first.answered();
        assert_eq!(log.calls().len(), CAPACITY);
        assert!(
            log.calls()
                .iter()
                .all(|call| call.fate == CallFate::Underway)
        );
        if let Some(last) = underway.pop() {
            last.answered();
        }
        let fate = log.calls().last().map(|call| call.fate);
        assert_eq!(fate, Some(CallFate::Answered));
        log.clear();
        drop(underway);
        assert_eq!(log.calls(), []);
    }
}
