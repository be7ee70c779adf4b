//! Fault rules in JSON, as they are added and listed.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderValue, StatusCode};
use background_tasks_server_model::{self as model, Encounter, FaultRule, Response};
use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// A fault, and which requests encounter it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The operation whose requests encounter it.
    pub on: Target,
    /// Only requests that name this queue, attachment or upload id; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many requests encounter it: 1 if absent, all if null.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// Whether the server acts before the fault happens.
    #[serde(default)]
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// The default of a field in which null has another meaning.
fn once() -> Option<u32> {
    Some(1)
}

/// The requests that encounter a fault.
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
    /// The server does not act.
    #[default]
    Before,
    /// The server acts, and its response is lost.
    After,
}

/// What a request encounters instead of its response.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// See [`model::Fault::ConnectionLost`].
    Drop,
    /// See [`model::Fault::NoResponse`].
    Stall,
    /// See [`model::Fault::CutAfterBytes`].
    CutAfterBytes(u64),
    /// See [`model::Fault::Delay`]; in milliseconds.
    DelayMs(u64),
    /// See [`model::Fault::LargeBody`].
    HugeBody(u64),
    /// See [`model::Fault::JobFails`]; the reason.
    JobFails(Option<String>),
    /// See [`model::Fault::Response`].
    #[serde(untagged)]
    Answer(Answer),
}

/// A response that replaces the true one.
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
    /// The header `Content-Type`; JSON.
    pub content_type: Header,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: Code(200),
            retry_after: None,
            location: None,
            body: None,
            content_type: Header("application/json".into()),
        }
    }
}

/// The status code of a final response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u16")]
pub struct Code(u16);

impl TryFrom<u16> for Code {
    type Error = String;

    fn try_from(code: u16) -> Result<Self, String> {
        match StatusCode::from_u16(code) {
            Ok(_) if (200..=599).contains(&code) => Ok(Self(code)),
            _ => Err(format!("{code} is not a status code from 200 to 599")),
        }
    }
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct Header(String);

impl TryFrom<String> for Header {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match HeaderValue::from_str(&text) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(format!("{text:?} cannot be the value of a header")),
        }
    }
}

impl From<Rule> for FaultRule {
    fn from(rule: Rule) -> Self {
        let (operation, endpoint) = match rule.on {
            Target::Any => (None, None),
            Target::Only(only) => {
                let (operation, endpoint) = only.model();
                (Some(operation), endpoint)
            }
        };
        Self {
            encounter: Arc::new(Encounter {
                when: match rule.when {
                    When::Before => model::When::Before,
                    When::After => model::When::After,
                },
                fault: rule.fault.into(),
            }),
            operation,
            endpoint: endpoint.map(str::to_owned),
            id: rule.id,
            times: rule.times,
        }
    }
}

impl From<&FaultRule> for Rule {
    fn from(rule: &FaultRule) -> Self {
        let only = rule
            .operation
            .and_then(|operation| Operation::from_model(operation, rule.endpoint.as_deref()));
        Self {
            on: only.map_or(Target::Any, Target::Only),
            id: rule.id.clone(),
            times: rule.times,
            when: match rule.encounter.when {
                model::When::Before => When::Before,
                model::When::After => When::After,
            },
            fault: (&rule.encounter.fault).into(),
        }
    }
}

impl From<Fault> for model::Fault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Drop => Self::ConnectionLost,
            Fault::Stall => Self::NoResponse,
            Fault::CutAfterBytes(bytes) => Self::CutAfterBytes(bytes),
            Fault::DelayMs(ms) => Self::Delay(Duration::from_millis(ms)),
            Fault::HugeBody(bytes) => Self::LargeBody(bytes),
            Fault::JobFails(reason) => Self::JobFails { reason },
            Fault::Answer(answer) => Self::Response(Response {
                status: answer.status.0,
                retry_after: answer.retry_after.map(|header| header.0),
                location: answer.location.map(|header| header.0),
                content_type: Some(answer.content_type.0),
                body: answer.body.map(String::into_bytes),
            }),
        }
    }
}

impl From<&model::Fault> for Fault {
    fn from(fault: &model::Fault) -> Self {
        match fault {
            model::Fault::ConnectionLost => Self::Drop,
            model::Fault::NoResponse => Self::Stall,
            model::Fault::CutAfterBytes(bytes) => Self::CutAfterBytes(*bytes),
            model::Fault::Delay(delay) => {
                Self::DelayMs(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
            }
            model::Fault::LargeBody(bytes) => Self::HugeBody(*bytes),
            model::Fault::JobFails { reason } => Self::JobFails(reason.clone()),
            model::Fault::Response(response) => {
                let body = response.body.as_deref();
                let default = Answer::default();
                Self::Answer(Answer {
                    status: Code(response.status),
                    retry_after: response.retry_after.clone().map(Header),
                    location: response.location.clone().map(Header),
                    body: body.map(|body| String::from_utf8_lossy(body).into_owned()),
                    content_type: response
                        .content_type
                        .clone()
                        .map_or(default.content_type, Header),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Error, from_value, json, to_value};

    use super::*;

    #[test]
    fn every_form_of_a_rule_is_parsed_and_listed_alike() -> Result<(), Error> {
        let rule = |on, fault| json!({"on": on, "times": null, "when": "before", "fault": fault});
        for rule in [
            rule("any", json!("drop")),
            rule("list", json!("stall")),
            rule("upload-part", json!({"cut_after_bytes": 7})),
            rule("upload-discard", json!({"delay_ms": 5})),
            rule("embedding-status", json!({"huge_body": 9})),
            rule("video-status", json!({"job_fails": "no sound"})),
            rule(
                "video-start",
                json!({"status": 503, "retry_after": "2", "content_type": "application/json"}),
            ),
            rule(
                "upload-create",
                json!({"status": 201, "location": "//x/y", "content_type": "application/json"}),
            ),
            json!({"on": "any", "id": "q/1", "times": 2, "when": "after",
                "fault": {"status": 200, "body": "<p>", "content_type": "text/html"}}),
        ] {
            let read = FaultRule::from(from_value::<Rule>(rule.clone())?);
            assert_eq!(to_value(Rule::from(&read))?, rule);
        }
        Ok(())
    }

    #[test]
    fn fault_that_cannot_be_sent_is_refused() {
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
    fn null_times_means_always_and_absent_times_once() -> Result<(), Error> {
        let times = |rule| Ok::<_, Error>(FaultRule::from(from_value::<Rule>(rule)?).times);
        assert_eq!(times(json!({"on": "list", "fault": "drop"}))?, Some(1));
        let always = json!({"on": "list", "times": null, "fault": "drop"});
        assert_eq!(times(always)?, None);
        Ok(())
    }
}
