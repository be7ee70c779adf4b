//! Faults on demand, and which calls meet them.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::JobKind;

use super::call::{CallRecord, Operation};

/// What a call meets instead of a good answer (CONTRACT §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection fails; an upload's, when half of it is sent. The server
    /// hears nothing of it.
    Unreachable,
    /// The server does what it is asked, and its answer gets lost.
    AnswerLost,
    /// No answer ever comes; an upload stops when half of it is sent.
    Stall,
    /// The true answer comes so much later, by the clock.
    Delay(Duration),
    /// Another answer, whatever the server would have said. It does nothing.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The header `Retry-After`, seconds or a date.
        retry_after: Option<Rc<str>>,
        /// The body.
        body: Rc<[u8]>,
    },
    /// The job fails on the server. Only checks meet it.
    JobFails {
        /// What the server says about it.
        reason: Option<Rc<str>>,
    },
}

impl Fault {
    /// An answer with this HTTP status and no body.
    pub fn status(status: u16) -> Self {
        Self::Answer {
            status,
            retry_after: None,
            body: Rc::default(),
        }
    }

    /// An answer that asks to wait: `Retry-After` in seconds or as an HTTP date.
    pub fn retry_after(status: u16, wait: &str) -> Self {
        Self::Answer {
            status,
            retry_after: Some(wait.into()),
            body: Rc::default(),
        }
    }

    /// A success with this body: a web page, broken JSON, an unknown word, odd progress.
    pub fn body(body: impl AsRef<[u8]>) -> Self {
        Self::Answer {
            status: 200,
            retry_after: None,
            body: body.as_ref().into(),
        }
    }
}

/// A fault, and which calls meet it: the next one of any sort, unless said otherwise.
///
/// ```
/// use yew_background_tasks::JobKind;
/// use yew_background_tasks::simulated::{Fault, Injection, Operation};
///
/// let three_times = Injection::new(Fault::status(503))
///     .on(Operation::Status)
///     .of_kind(&JobKind::video())
///     .with_id("q-1")
///     .times(3);
/// # drop(three_times);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    fault: Fault,
    operation: Option<Operation>,
    kind: Option<Rc<str>>,
    id: Option<Rc<str>>,
    times: Option<u32>,
}

impl Injection {
    /// The next call meets `fault`.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            operation: None,
            kind: None,
            id: None,
            times: Some(1),
        }
    }

    /// Only calls of this sort.
    #[must_use]
    pub fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Only calls about jobs of this kind.
    #[must_use]
    pub fn of_kind(mut self, kind: &JobKind) -> Self {
        self.kind = Some(kind.name().into());
        self
    }

    /// Only calls that name this id: a status' or cancel's job key, a start's
    /// or delete's attachment.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.id = Some(id.into());
        self
    }

    /// So many calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// All calls.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    fn fits(&self, call: &CallRecord) -> bool {
        let of_jobs = matches!(self.fault, Fault::JobFails { .. });
        let agrees =
            |asked: &Option<Rc<str>>, given: &Option<Rc<str>>| asked.is_none() || asked == given;
        self.operation.is_none_or(|asked| asked == call.operation)
            && agrees(&self.kind, &call.kind)
            && agrees(&self.id, &call.id)
            && (!of_jobs || call.operation == Operation::Status)
    }
}

impl From<Fault> for Injection {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

/// The faults that wait for a call, oldest first.
#[derive(Debug, Default)]
pub struct Faults(Vec<Injection>);

impl Faults {
    /// Adds one behind the others.
    pub fn push(&mut self, injection: Injection) {
        self.0.push(injection);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether one waits.
    pub fn are_waiting(&self) -> bool {
        self.0.iter().any(|injection| injection.times != Some(0))
    }

    /// What a call meets; uses it up by one.
    pub fn meet(&mut self, call: &CallRecord) -> Option<Fault> {
        self.0.retain(|injection| injection.times != Some(0));
        let met = self.0.iter_mut().find(|injection| injection.fits(call))?;
        if let Some(times) = &mut met.times {
            *times -= 1;
        }
        Some(met.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use background_tasks_core::Timestamp;

    fn call(operation: Operation, kind: Option<&str>, id: Option<&str>) -> CallRecord {
        CallRecord::new(operation, kind, id, Timestamp::default())
    }

    #[test]
    fn faults_are_met_in_their_order_and_used_up() {
        let mut faults = Faults::default();
        faults.push(Injection::new(Fault::Stall).on(Operation::Status).times(2));
        faults.push(Fault::Unreachable.into());
        let check = call(Operation::Status, Some("video"), Some("q-1"));
        let list = call(Operation::List, None, None);
        assert_eq!(faults.meet(&check), Some(Fault::Stall));
        assert_eq!(faults.meet(&list), Some(Fault::Unreachable));
        assert!(faults.are_waiting());
        assert_eq!(faults.meet(&check), Some(Fault::Stall));
        assert!(!faults.are_waiting());
        assert_eq!(faults.meet(&check), None);
    }

    #[test]
    fn a_fault_is_met_only_by_the_calls_it_is_for() {
        let mut faults = Faults::default();
        let for_one = Injection::new(Fault::Unreachable)
            .of_kind(&JobKind::video())
            .with_id("q-1");
        faults.push(for_one.always());
        faults.push(Injection::new(Fault::JobFails { reason: None }).with_id("7"));
        for (operation, kind, id, meets) in [
            (Operation::Status, Some("video"), Some("q-1"), true),
            (Operation::Cancel, Some("video"), Some("q-1"), true),
            (Operation::Status, Some("video"), Some("q-2"), false),
            (Operation::Status, Some("embedding"), Some("q-1"), false),
            (Operation::List, None, None, false),
            (Operation::Delete, None, Some("7"), false),
            (Operation::Status, Some("embedding"), Some("7"), true),
        ] {
            let met = faults.meet(&call(operation, kind, id));
            assert_eq!(met.is_some(), meets, "{operation:?} {kind:?} {id:?}");
        }
    }
}
