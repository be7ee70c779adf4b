//! Properties that hold for any bytes that a server, or a proxy in its place, may send.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use background_tasks_core::{JobKey, JobStatus, RequestError, Timestamp};

use super::json::MAX_TEXT;
use super::*;

/// Valid bodies of every response.
const VALID: [&str; 8] = [
    r#"{"status":"running","progress":45.5,"message":"halfway"}"#,
    r#"{"status":"failed","error":"no sound \ud83d\ude00","message":null}"#,
    r#"{"status":"QUEUED","progress":"7","extra":{"a":[1,2,{"b":null}]}}"#,
    r#"{"id":7,"title":"talk.mp4","content_type":"video/mp4","size":1048576}"#,
    r#"[{"id":7,"title":"a"},{"id":"b/8","title":"é","size":0}]"#,
    r#"{"queue_id":"q-81f3"}"#,
    r#"{"error":"too long","message":"no"}"#,
    "\u{feff}{\"q-1\":{\"status\":\"running\",\"progress\":1},\"q/2\":{\"status\":\"done\"}}",
];

/// One piece of damage to bytes.
#[derive(Clone, Debug)]
enum Damage {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    /// Inserts a piece a second time.
    Repeat(Index, Index),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let piece = |one: &Index, other: &Index, bytes: &[u8]| {
            let (one, other) = (one.index(bytes.len() + 1), other.index(bytes.len() + 1));
            one.min(other)..one.max(other)
        };
        match self {
            Self::Replace(place, byte) if !bytes.is_empty() => {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            Self::Replace(..) => {}
            Self::Insert(place, new) => {
                let place = place.index(bytes.len() + 1);
                bytes.splice(place..place, new.iter().copied());
            }
            Self::Remove(one, other) => {
                let piece = piece(one, other, bytes);
                bytes.drain(piece);
            }
            Self::Repeat(one, other) => {
                let piece = piece(one, other, bytes);
                let (place, again) = (piece.end, bytes[piece].to_vec());
                bytes.splice(place..place, again);
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<(Index, u8)>().prop_map(|(place, byte)| Damage::Replace(place, byte)),
        // Bytes with a meaning in JSON do more harm than others.
        (
            any::<Index>(),
            select(b"{}[]\",:\\-0e9.nutf\0\xff".to_vec())
        )
            .prop_map(|(place, byte)| Damage::Replace(place, byte)),
        any::<(Index, Vec<u8>)>().prop_map(|(place, new)| Damage::Insert(place, new)),
        any::<(Index, Index)>().prop_map(|(one, other)| Damage::Remove(one, other)),
        any::<(Index, Index)>().prop_map(|(one, other)| Damage::Repeat(one, other)),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        select(vec!["running", "failed", "45", "1e999", "NaN", "-0", ""]).prop_map(Value::from),
    ];
    let name = prop_oneof![
        3 => select(vec!["status", "progress", "message", "error", "queue_id", "id", "title", "size"])
            .prop_map(str::to_owned),
        1 => ".{0,8}",
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A number as JSON writes it, far beyond what any type holds.
fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,400})(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,30})?"
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT + 1
}

/// Parses a body in every way: each error has a short reason, and no progress is above 100.
fn parse_all(body: &[u8], now: Timestamp) -> Result<(), TestCaseError> {
    let keys = ["q-1", "q/2", "q-1"].map(JobKey::from);
    let results = [
        status(body).map(|status| match status {
            JobStatus::Running { progress } => {
                assert!(progress.is_none_or(|percent| percent.get() <= 100));
            }
            JobStatus::Failed { reason } => assert!(reason.as_deref().is_none_or(is_short)),
            _ => {}
        }),
        attachment(body).map(|attachment| {
            let _ = attachment.is_video();
        }),
        attachments(body).map(drop),
        job_key(body).map(|key| assert!(key.is_none_or(|key| !key.as_str().is_empty()))),
        statuses(body, &keys).map(|results| assert_eq!(results.len(), keys.len())),
    ];
    each_status(body, |_, status| {
        if let JobStatus::Failed { reason } = status {
            assert!(reason.as_deref().is_none_or(is_short));
        }
    });
    for result in results {
        match result {
            Ok(()) | Err(RequestError::WebPage) => {}
            Err(RequestError::InvalidResponse { detail }) => {
                prop_assert!(!detail.is_empty() && is_short(&detail));
            }
            Err(RequestError::UnknownStatus { value }) => prop_assert!(is_short(&value)),
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
    match error_response(500, None, body, now) {
        RequestError::Status { message, .. } => {
            prop_assert!(message.as_deref().is_none_or(is_short));
        }
        other => prop_assert!(false, "{other:?}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_handled(body in vec(any::<u8>(), 0..2_000)) {
        parse_all(&body, Timestamp::default())?;
    }

    #[test]
    fn any_json_is_handled(value in json()) {
        parse_all(value.to_string().as_bytes(), Timestamp::default())?;
    }

    #[test]
    fn any_field_value_is_handled(value in json(), other in "[a-z]{1,9}") {
        for field in ["status", "progress", "message", "error", "queue_id", "id", "title", "size"] {
            for status in ["running", "failed", other.as_str()] {
                let body = format!(
                    r#"{{"status":"{status}","id":1,"title":"t","{field}":{value}}}"#
                );
                parse_all(body.as_bytes(), Timestamp::default())?;
            }
        }
    }

    #[test]
    fn any_damage_to_a_valid_body_is_handled(
        valid in select(VALID.to_vec()),
        damages in vec(damage(), 1..8),
    ) {
        let mut body = valid.as_bytes().to_vec();
        for damage in &damages {
            damage.apply(&mut body);
        }
        parse_all(&body, Timestamp::default())?;
    }

    #[test]
    fn any_number_is_handled(number in number()) {
        for written in [number.clone(), format!("\"{number}\"")] {
            let body = format!(r#"{{"status":"running","progress":{written}}}"#);
            let status = status(body.as_bytes());
            prop_assert!(matches!(status, Ok(JobStatus::Running { .. })), "{body} made {status:?}");
        }
        for field in ["queue_id", "id", "size", "error"] {
            let body = format!(r#"{{"id":1,"title":"t","{field}":{number}}}"#);
            parse_all(body.as_bytes(), Timestamp::default())?;
        }
    }

    #[test]
    fn any_retry_after_is_handled(
        value in prop_oneof![
            ".{0,60}",
            "[0-9]{0,60}",
            "(Sun|Mon|Xyz), [0-9]{2} (Nov|Jan|Xyz) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
        ],
        now in any::<u64>(),
        status in any::<u16>(),
    ) {
        let now = Timestamp::from_millis(now);
        let error = error_response(status, Some(&value), b"", now);
        if let Some(wait) = error.retry_after() {
            prop_assert!(now + wait >= now);
        }
    }
}

proptest! {
    // Each case is long.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Without a limit on recursion, many brackets overflow the stack.
    #[test]
    fn any_depth_is_handled(
        depth in 0_usize..20_000,
        (open, close) in select(vec![("[", "]"), (r#"{"a":"#, "}"), (r#"{"error":"#, "}"), ("[[],", "]")]),
        is_closed in any::<bool>(),
        field in select(vec!["status", "progress", "message", "error", "queue_id", "id"]),
    ) {
        let close = if is_closed { close.repeat(depth) } else { String::new() };
        let deep = format!("{}0{close}", open.repeat(depth));
        parse_all(deep.as_bytes(), Timestamp::default())?;
        for status in ["failed", "running"] {
            let body = format!(r#"{{"status":"{status}","title":"t","{field}":{deep}}}"#);
            parse_all(body.as_bytes(), Timestamp::default())?;
        }
    }
}
