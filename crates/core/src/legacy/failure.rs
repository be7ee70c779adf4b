//! How tasks fail, in records of version 1.

use std::rc::Rc;
use std::time::Duration;

use super::{optional, small, variant};
use crate::failure::{Failure, RequestError, Restriction, UploadPhase};
use crate::json::Json;

pub(super) fn failure(json: &Json) -> Option<Failure> {
    Some(match variant(json)? {
        ("Job", it) => Failure::Job {
            reason: optional(it.get("reason"), Json::text)?.cloned(),
        },
        ("TimedOut", it) => Failure::TimedOut {
            checks: small(it.get("checks"))?,
        },
        ("CutOff", _) => Failure::Interrupted,
        ("Refused", it) => Failure::Refused {
            name: Rc::clone(it.get("name").text()?),
            restriction: restriction(it.get("restriction"))?,
        },
        ("Call", it) => Failure::Request(request_error(it)?),
        _ => return None,
    })
}

fn restriction(json: &Json) -> Option<Restriction> {
    Some(match variant(json)? {
        ("Types", types) => {
            let types = types.list()?.iter();
            let types = types.map(|it| it.text().map(|text| text.as_ref().to_owned()));
            Restriction::Types(types.collect::<Option<_>>()?)
        }
        ("MaxSize", bytes) => Restriction::MaxSize(bytes.number()?),
        ("NotEmpty", _) => Restriction::NotEmpty,
        _ => return None,
    })
}

pub(super) fn request_error(json: &Json) -> Option<RequestError> {
    Some(match variant(json)? {
        ("Unreachable", _) => RequestError::Unreachable,
        ("TimedOut", it) => RequestError::TimedOut {
            limit: duration(it.get("limit"))?,
        },
        ("Stalled", it) => RequestError::Stalled {
            at: match variant(it.get("at"))? {
                ("Start", _) => UploadPhase::Connect,
                ("Bytes", _) => UploadPhase::Transfer,
                ("Answer", _) => UploadPhase::Response,
                _ => return None,
            },
            limit: duration(it.get("limit"))?,
        },
        ("Status", it) => RequestError::Status {
            status: small(it.get("status"))?,
            retry_after: optional(it.get("retry_after"), duration)?,
            message: optional(it.get("message"), Json::text)?.cloned(),
        },
        ("NotUnderstood", it) => RequestError::InvalidResponse {
            detail: Rc::clone(it.get("detail").text()?),
        },
        ("UnknownWord", it) => RequestError::UnknownStatus {
            value: Rc::clone(it.get("word").text()?),
        },
        ("FileUnreadable", _) => RequestError::FileUnreadable,
        _ => return None,
    })
}

fn duration(json: &Json) -> Option<Duration> {
    let seconds = Duration::from_secs(json.get("secs").number()?);
    let nanos: u32 = small(json.get("nanos"))?;
    Some(seconds.saturating_add(Duration::from_nanos(nanos.into())))
}
