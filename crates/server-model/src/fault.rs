//! Faults, and which requests encounter them.

use std::sync::Arc;
use std::time::Duration;

use crate::request::{Operation, Request};

/// What a request encounters instead of its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes without a response.
    ConnectionLost,
    /// The connection closes once this many bytes of the request's body have
    /// been read. A resumable upload keeps them.
    CutAfterBytes(u64),
    /// No response ever comes.
    NoResponse,
    /// The right response comes this much later.
    Delay(Duration),
    /// A running status of at least this many bytes.
    LargeBody(u64),
    /// Another response.
    Response(Response),
    /// The job fails, and the right response says so. Only status requests
    /// encounter it.
    JobFails {
        /// The reason that the server gives.
        reason: Option<Arc<str>>,
    },
}

/// A response that is not the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After`: seconds, or an HTTP date.
    pub retry_after: Option<Arc<str>>,
    /// The header `Location`.
    pub location: Option<Arc<str>>,
    /// The header `Content-Type`; JSON if absent.
    pub content_type: Option<Arc<str>>,
    /// The body; up to the shell if absent.
    pub body: Option<Arc<[u8]>>,
}

impl Response {
    /// A response with this status and nothing else.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
            location: None,
            content_type: None,
            body: None,
        }
    }
}

impl Fault {
    /// A response with this HTTP status.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self::Response(Response::new(status))
    }

    /// A response that asks the client to wait: `Retry-After` in seconds or as
    /// an HTTP date.
    #[must_use]
    pub fn retry_after(status: u16, wait: &str) -> Self {
        Self::Response(Response {
            retry_after: Some(wait.into()),
            ..Response::new(status)
        })
    }

    /// A success with this body.
    #[must_use]
    pub fn body(body: impl AsRef<[u8]>) -> Self {
        Self::Response(Response {
            body: Some(body.as_ref().into()),
            ..Response::new(200)
        })
    }

    /// A success with an HTML page, as a captive portal sends it.
    #[must_use]
    pub fn html() -> Self {
        Self::Response(Response {
            content_type: Some("text/html".into()),
            body: Some((*b"<!doctype html><title>Sign in</title>").into()),
            ..Response::new(200)
        })
    }

    /// A success whose JSON is cut off.
    #[must_use]
    pub fn malformed() -> Self {
        Self::body(r#"{"status": "runn"#)
    }

    /// A success with a status value that nobody knows.
    #[must_use]
    pub fn unknown_status() -> Self {
        Self::body(r#"{"status": "paused"}"#)
    }
}

/// Whether the server acts before the fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// It does not act: the fault takes the place of the request.
    #[default]
    Before,
    /// It acts, and the fault takes the place of the response.
    After,
}

/// A fault that a request encounters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encounter {
    /// Whether the server acts first.
    pub when: When,
    /// The fault.
    pub fault: Fault,
}

/// A fault, and which requests encounter it: the next one of any kind, unless
/// stated otherwise.
///
/// ```
/// use background_tasks_server_model::{Fault, FaultRule, Operation, VIDEO};
///
/// let three_times = FaultRule::new(Fault::status(503))
///     .on(Operation::Status)
///     .at(VIDEO)
///     .with_id("q-1")
///     .times(3);
/// # drop(three_times);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// What happens.
    pub encounter: Encounter,
    /// Only requests of this kind; `None` means any.
    pub operation: Option<Operation>,
    /// Only requests about jobs of this endpoint; `None` means any.
    pub endpoint: Option<Arc<str>>,
    /// Only requests that name this id; `None` means any.
    pub id: Option<Arc<str>>,
    /// How many more requests encounter it; `None` means all.
    pub times: Option<u32>,
}

impl FaultRule {
    /// The next request encounters `fault`.
    #[must_use]
    pub const fn new(fault: Fault) -> Self {
        let when = When::Before;
        Self {
            encounter: Encounter { when, fault },
            operation: None,
            endpoint: None,
            id: None,
            times: Some(1),
        }
    }

    /// The server acts first, and its response is lost.
    #[must_use]
    pub const fn after_acting(mut self) -> Self {
        self.encounter.when = When::After;
        self
    }

    /// Only requests of this kind.
    #[must_use]
    pub const fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Only requests about jobs of this endpoint.
    #[must_use]
    pub fn at(mut self, endpoint: &str) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Only requests that name this id.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.id = Some(id.into());
        self
    }

    /// This many requests.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// All requests.
    #[must_use]
    pub const fn always(mut self) -> Self {
        self.times = None;
        self
    }

    fn applies_to(&self, request: &Request<'_>) -> bool {
        let only_status = matches!(self.encounter.fault, Fault::JobFails { .. });
        let is_status = request.operation == Operation::Status;
        let id = self.id.as_deref();
        let endpoint = self.endpoint.as_deref();
        self.times != Some(0)
            && self.operation.is_none_or(|only| only == request.operation)
            && (endpoint.is_none() || endpoint == request.endpoint)
            && id.is_none_or(|id| request.ids.contains(&id))
            && (is_status || !only_status)
    }
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

/// The rules that wait for a request, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultRules(Vec<FaultRule>);

impl FaultRules {
    /// Adds one behind the others.
    pub fn push(&mut self, rule: FaultRule) {
        if rule.times != Some(0) {
            self.0.push(rule);
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The rules that wait.
    pub fn as_slice(&self) -> &[FaultRule] {
        &self.0
    }

    /// The fault of the oldest rule that applies, which is used up by one.
    pub fn encounter(&mut self, request: &Request<'_>) -> Option<Encounter> {
        let index = self.0.iter().position(|rule| rule.applies_to(request))?;
        let rule = self.0.get_mut(index)?;
        let encounter = rule.encounter.clone();
        if let Some(times) = &mut rule.times {
            *times -= 1;
            if *times == 0 {
                self.0.remove(index);
            }
        }
        Some(encounter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EMBEDDINGS, VIDEO};

    fn request<'a>(
        operation: Operation,
        endpoint: Option<&'a str>,
        ids: &'a [&'a str],
    ) -> Request<'a> {
        Request {
            operation,
            endpoint,
            ids,
        }
    }

    #[test]
    fn rules_apply_in_their_order_and_are_used_up() {
        let mut rules = FaultRules::default();
        rules.push(
            FaultRule::new(Fault::NoResponse)
                .on(Operation::Status)
                .times(2),
        );
        rules.push(Fault::ConnectionLost.into());
        let status = request(Operation::Status, Some(VIDEO), &["q-1"]);
        let list = request(Operation::List, None, &[]);
        let mut fault = |request| rules.encounter(request).map(|met| met.fault);
        assert_eq!(fault(&status), Some(Fault::NoResponse));
        assert_eq!(fault(&list), Some(Fault::ConnectionLost));
        assert_eq!(fault(&status), Some(Fault::NoResponse));
        assert_eq!(fault(&status), None);
        assert_eq!(rules.as_slice(), []);
    }

    #[test]
    fn a_rule_applies_only_to_the_requests_it_names() {
        let mut rules = FaultRules::default();
        let one = FaultRule::new(Fault::ConnectionLost)
            .at(VIDEO)
            .with_id("q-1");
        rules.push(one.always());
        rules.push(FaultRule::new(Fault::JobFails { reason: None }).with_id("7"));
        for (operation, endpoint, ids, applies) in [
            (Operation::Status, Some(VIDEO), &["q-1"][..], true),
            (Operation::Status, Some(VIDEO), &["q-0", "q-1"], true),
            (Operation::Cancel, Some(VIDEO), &["q-1"], true),
            (Operation::Status, Some(VIDEO), &["q-2"], false),
            (Operation::Status, Some(EMBEDDINGS), &["q-1"], false),
            (Operation::List, None, &[], false),
            (Operation::Delete, None, &["7"], false),
            (Operation::Status, Some(EMBEDDINGS), &["7"], true),
        ] {
            let met = rules.encounter(&request(operation, endpoint, ids));
            assert_eq!(met.is_some(), applies, "{operation:?} {endpoint:?} {ids:?}");
        }
    }
}
