//! Faults on request: the rules of a world and which of them a request meets.

use axum::http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{connections::SingleUse, operation::Operation};

/// A fault, and which requests meet it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The operation that it waits for.
    pub on: Target,
    /// Only requests that name this queue or attachment id; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many requests meet it: 1 if absent, all if null.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// Whether the server does what was asked before the fault happens.
    #[serde(default)]
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// The default of a field in which null has a meaning of its own.
fn once() -> Option<u32> {
    Some(1)
}

/// The requests that a rule waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Every request.
    Any,
    /// The requests of one operation.
    #[serde(untagged)]
    Only(Operation),
}

/// When a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// In place of what was asked: the server's state does not change.
    #[default]
    Before,
    /// After it: the server has done it, and its answer is lost.
    After,
}

/// What a request meets in place of its answer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The socket closes without an answer.
    Drop,
    /// No answer ever comes.
    Stall,
    /// The socket closes once this many bytes of the request's body were read. What the server does
    /// with those is its own affair: a resumable upload keeps them.
    CutAfterBytes(u64),
    /// The true answer comes this many milliseconds late.
    DelayMs(u64),
    /// A running status of at least this many bytes.
    HugeBody(u64),
    /// Another answer.
    #[serde(untagged)]
    Answer(Answer),
}

impl Fault {
    /// Whether it closes a socket without an answer.
    #[must_use]
    pub fn closes_socket(&self) -> bool {
        match self {
            Self::Drop | Self::CutAfterBytes(_) => true,
            Self::Stall | Self::DelayMs(_) | Self::HugeBody(_) | Self::Answer(_) => false,
        }
    }
}

/// An answer that is not the true one.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// The status code; 200.
    pub status: Code,
    /// The header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Header>,
    /// The header `Location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Header>,
    /// The body; a JSON error if absent and the status is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Header,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: Code(StatusCode::OK),
            retry_after: None,
            location: None,
            body: None,
            content_type: Header(HeaderValue::from_static("application/json")),
        }
    }
}

/// A status code that can end an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Code(pub StatusCode);

impl TryFrom<u16> for Code {
    type Error = String;

    fn try_from(code: u16) -> Result<Self, String> {
        match StatusCode::from_u16(code) {
            Ok(status) if (200..=599).contains(&code) => Ok(Self(status)),
            _ => Err(format!("{code} is not a status code from 200 to 599")),
        }
    }
}

impl From<Code> for u16 {
    fn from(code: Code) -> Self {
        code.0.as_u16()
    }
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Header(pub HeaderValue);

impl TryFrom<String> for Header {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        HeaderValue::from_str(&text)
            .map(Self)
            .map_err(|_| format!("{text:?} cannot stand in a header"))
    }
}

impl From<Header> for String {
    fn from(header: Header) -> Self {
        String::from_utf8_lossy(header.0.as_bytes()).into_owned()
    }
}

/// The rules that wait, oldest first.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    rule: Rule,
    /// Holds while the rule does; see [`SingleUse`].
    _connections: Option<SingleUse>,
}

impl Faults {
    /// Adds a rule behind the others.
    pub fn push(&mut self, rule: Rule, connections: Option<SingleUse>) {
        self.waiting.push(Waiting {
            rule,
            _connections: connections,
        });
    }

    /// Forgets every rule.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The rules that still wait.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.waiting.iter().map(|waiting| &waiting.rule)
    }

    /// The fault that a request meets: that of the oldest rule that fits. Uses it up by one.
    pub fn meet(&mut self, operation: Operation, ids: &[String]) -> Option<(When, Fault)> {
        let position = self.iter().position(|rule| rule.fits(operation, ids))?;
        let rule = &mut self.waiting.get_mut(position)?.rule;
        let met = (rule.when, rule.fault.clone());
        if let Some(times) = &mut rule.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.waiting.remove(position);
            }
        }
        Some(met)
    }
}

impl Rule {
    fn fits(&self, operation: Operation, ids: &[String]) -> bool {
        let target = match self.on {
            Target::Any => true,
            Target::Only(only) => only == operation,
        };
        target && self.times != Some(0) && self.id.as_ref().is_none_or(|id| ids.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Error, Value, from_value, json, to_value};

    use super::*;

    fn faults(rules: Value) -> Result<Faults, Error> {
        let mut faults = Faults::default();
        for rule in from_value::<Vec<Rule>>(rules)? {
            faults.push(rule, None);
        }
        Ok(faults)
    }

    #[test]
    fn every_form_of_a_fault_is_read_and_written_alike() -> Result<(), Error> {
        for fault in [
            json!("drop"),
            json!("stall"),
            json!({"delay_ms": 5}),
            json!({"cut_after_bytes": 7}),
            json!({"huge_body": 9}),
            json!({"status": 503, "retry_after": "2", "content_type": "application/json"}),
            json!({"status": 201, "location": "//x/y", "content_type": "application/json"}),
            json!({"status": 200, "body": "<p>", "content_type": "text/html"}),
        ] {
            assert_eq!(to_value(from_value::<Fault>(fault.clone())?)?, fault);
        }
        Ok(())
    }

    #[test]
    fn a_fault_that_cannot_be_sent_is_refused() {
        for fault in [
            json!("explode"),
            json!({"status": 99}),
            json!({"status": 101}),
            json!({"status": 503, "retry_after": "2\r\nx: y"}),
            json!({"delay": 5}),
        ] {
            assert!(from_value::<Fault>(fault.clone()).is_err(), "{fault}");
        }
    }

    #[test]
    fn rules_are_met_in_their_order_and_used_up() -> Result<(), Error> {
        let mut faults = faults(json!([
            {"on": "video-status", "times": 2, "fault": {"status": 503}},
            {"on": "any", "fault": "drop"},
        ]))?;
        let mut meet = |operation| faults.meet(operation, &[]).map(|(_, fault)| fault);
        assert!(matches!(
            meet(Operation::VideoStatus),
            Some(Fault::Answer(_))
        ));
        assert_eq!(meet(Operation::List), Some(Fault::Drop));
        assert!(matches!(
            meet(Operation::VideoStatus),
            Some(Fault::Answer(_))
        ));
        assert_eq!(meet(Operation::VideoStatus), None);
        Ok(())
    }

    #[test]
    fn null_times_means_for_ever_and_none_given_means_once() -> Result<(), Error> {
        let mut faults = faults(json!([
            {"on": "list", "fault": "drop"},
            {"on": "upload", "times": null, "fault": "stall"},
        ]))?;
        assert!(faults.meet(Operation::List, &[]).is_some());
        assert!(faults.meet(Operation::List, &[]).is_none());
        for _ in 0..100 {
            assert!(faults.meet(Operation::Upload, &[]).is_some());
        }
        Ok(())
    }

    #[test]
    fn a_rule_with_an_id_meets_only_requests_that_name_it() -> Result<(), Error> {
        let mut faults = faults(json!([{"on": "any", "id": "q/1", "fault": "drop"}]))?;
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        assert!(faults.meet(Operation::VideoStatus, &ids(&["q"])).is_none());
        assert!(
            faults
                .meet(Operation::VideoStatus, &ids(&["q", "q/1"]))
                .is_some()
        );
        Ok(())
    }
}
