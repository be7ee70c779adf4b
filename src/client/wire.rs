//! Parsing of response bodies.

mod batch;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    AttachmentId, CallError, JobKey, JobKind, JobStatus, Percent, Timestamp,
};
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use self::batch::pushed;
pub use self::batch::reports;

use super::Attachment;

/// The longest piece of a server's text that is kept, in characters: enough to
/// read, too little to fill a page.
const LONGEST_TEXT: usize = 300;

/// Reads the body of a status answer.
///
/// # Errors
///
/// [`CallError::NotUnderstood`] and [`CallError::UnknownWord`].
pub fn report(body: &[u8]) -> Result<JobStatus, CallError> {
    let status: Status<'_> = object(body)?;
    let word = status.status.trim();
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&["queued", "pending", "waiting"]) {
        Ok(JobStatus::Queued)
    } else if is(&["processing", "running", "in_progress", "active"]) {
        Ok(JobStatus::Running {
            progress: status.progress.and_then(percent),
        })
    } else if is(&[
        "completed",
        "complete",
        "succeeded",
        "success",
        "done",
        "ready",
    ]) {
        Ok(JobStatus::Succeeded)
    } else if is(&["failed", "error"]) {
        Ok(JobStatus::Failed {
            reason: reason(status.error, status.message),
        })
    } else if is(&["cancelled", "canceled"]) {
        Ok(JobStatus::Cancelled)
    } else {
        Err(CallError::UnknownStatus {
            value: shorten(word),
        })
    }
}

/// Reads the body of an upload's answer.
///
/// # Errors
///
/// [`CallError::InvalidResponse`].
pub fn attachment(body: &[u8]) -> Result<Attachment, CallError> {
    json(body)
}

/// Reads a list of attachments.
///
/// # Errors
///
/// [`CallError::InvalidResponse`].
pub fn attachments(body: &[u8]) -> Result<Vec<Attachment>, CallError> {
    json(body)
}

/// Reads the answer to a start: the queue id, where there is one. No body, or
/// one that says nothing of it, is an answer too.
///
/// # Errors
///
/// [`CallError::InvalidResponse`]: a web page that a proxy gave in the server's
/// place has started nothing.
pub fn job_key(body: &[u8]) -> Result<Option<JobKey>, CallError> {
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    if body.trim_ascii() == b"null" {
        return Ok(None);
    }
    let started: Started<'_> = object(body)?;
    let Some(id) = started.queue_id else {
        return Ok(None);
    };
    match serde_json::from_str::<AttachmentId>(id.get()) {
        Ok(AttachmentId::Text(id)) if id.is_empty() => Err(not_understood("its queue_id is empty")),
        Ok(id) => Ok(Some(JobKey::from(&id))),
        Err(_) => Err(not_understood("its queue_id is no text")),
    }
}

/// [`job_key`] for a job of `kind`. A video job must have a key: the server does not know
/// it by the id of its attachment.
pub(crate) fn started(kind: &JobKind, body: &[u8]) -> Result<Option<JobKey>, CallError> {
    let key = job_key(body)?;
    if key.is_none() && kind.name() == JobKind::video().name() {
        return Err(CallError::InvalidResponse {
            detail: "the answer names no queue_id".into(),
        });
    }
    Ok(key)
}

/// The error for a response with an error status.
pub fn refusal(status: u16, retry_after: Option<&str>, body: &[u8], now: Timestamp) -> CallError {
    let words = object::<Words<'_>>(body).ok();
    CallError::Status {
        status,
        retry_after: retry_after.and_then(|wait| parse_retry_after(wait, now)),
        message: words.and_then(|words| reason(words.error, words.message)),
    }
}

/// Reads `Retry-After` in both its forms, seconds and HTTP date (RFC 9110, 10.2.3).
fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let since_epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_epoch(since_epoch).since(now))
}

/// The fields beside `status` are kept as they were written: one that is odd
/// (`1e999`, an object) must not make the others unreadable.
#[derive(Deserialize)]
struct Status<'a> {
    status: String,
    #[serde(default, borrow)]
    progress: Option<&'a RawValue>,
    #[serde(default, borrow)]
    message: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Started<'a> {
    #[serde(default, borrow)]
    queue_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Words<'a> {
    #[serde(default, borrow)]
    message: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

/// As [`json`]; a list is not taken for the fields of an object, one by one.
fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(not_understood("a list instead of an object"));
    }
    json(body)
}

fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    serde_json::from_slice(body).map_err(|error| {
        let looks_like_html = body.trim_ascii_start().starts_with(b"<");
        let detail = if body.trim_ascii().is_empty() {
            "the body is empty".into()
        } else if looks_like_html {
            "a web page instead of JSON".into()
        } else {
            shorten(&error.to_string())
        };
        CallError::InvalidResponse { detail }
    })
}

fn not_understood(detail: &str) -> CallError {
    CallError::InvalidResponse {
        detail: detail.into(),
    }
}

/// A number, or a text that is one. It is serde's reading of it in both cases:
/// the standard library's own is 14 kB of WASM. So a text is one as JSON has it.
fn percent(progress: &RawValue) -> Option<Percent> {
    let number = match text(progress) {
        Some(text) => serde_json::from_str(text.trim()),
        None => serde_json::from_str(progress.get()),
    };
    Percent::from_f64(number.ok()?)
}

/// The server's words: `error`, else `message`, where they are words.
fn reason(error: Option<&RawValue>, message: Option<&RawValue>) -> Option<Rc<str>> {
    let words = [error, message].into_iter().flatten().filter_map(text);
    let mut words = words.map(|words| shorten(words.trim()));
    words.find(|words| !words.is_empty())
}

fn text(value: &RawValue) -> Option<String> {
    let text = value.get();
    // Most are numbers: to have serde say that one is no text takes it half as long
    // as to read the whole answer.
    text.starts_with('"')
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

fn shorten(text: &str) -> Rc<str> {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(body: &str) -> Result<JobStatus, CallError> {
        report(body.as_bytes())
    }

    fn progress(written: &str) -> Option<u8> {
        match status(&format!(r#"{{"status":"running","progress":{written}}}"#)) {
            Ok(JobStatus::Running { progress }) => progress.map(Percent::get),
            other => panic!("{written} made {other:?}"),
        }
    }

    #[test]
    fn every_word_of_the_contract_is_known_in_any_case() {
        let running = JobStatus::Running { progress: None };
        let failed = JobStatus::Failed { reason: None };
        for (words, meaning) in [
            ("queued pending waiting", JobStatus::Queued),
            ("processing running in_progress active", running),
            (
                "completed complete succeeded success done ready",
                JobStatus::Succeeded,
            ),
            ("failed error", failed),
            ("cancelled canceled", JobStatus::Cancelled),
        ] {
            for word in words.split(' ') {
                for word in [word.to_owned(), word.to_uppercase(), format!(" {word} ")] {
                    let answer = status(&format!(r#"{{"status":"{word}"}}"#));
                    assert_eq!(answer.as_ref(), Ok(&meaning), "{word}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_word_is_named_and_kept_short() {
        let word = CallError::UnknownStatus {
            value: "paused".into(),
        };
        assert_eq!(status(r#"{"status":"paused"}"#), Err(word));
        let long = format!(r#"{{"status":"{}"}}"#, "é".repeat(10_000));
        match status(&long) {
            Err(CallError::UnknownStatus { value }) => assert_eq!(value.chars().count(), 301),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn odd_progress_is_clamped_or_dropped_and_never_an_error() {
        for (written, shown) in [
            ("45", Some(45)),
            ("45.9", Some(45)),
            ("0", Some(0)),
            ("100", Some(100)),
            (r#""45""#, Some(45)),
            (r#"" 45.5 ""#, Some(45)),
            ("-3", Some(0)),
            ("250", Some(100)),
            ("null", None),
            ("1e999", None),
            ("-1e999", None),
            (r#""NaN""#, None),
            (r#""inf""#, None),
            (r#""45%""#, None),
            (r#""""#, None),
            ("true", None),
            ("[45]", None),
            (r#"{"percent":45}"#, None),
        ] {
            assert_eq!(progress(written), shown, "{written}");
        }
    }

    #[test]
    fn the_reason_is_error_else_message() {
        for (body, reason) in [
            (
                r#"{"status":"failed","error":"no audio","message":"m"}"#,
                Some("no audio"),
            ),
            (r#"{"status":"failed","message":"codec"}"#, Some("codec")),
            (
                r#"{"status":"failed","error":"","message":"codec"}"#,
                Some("codec"),
            ),
            (r#"{"status":"failed","error":null,"message":7}"#, None),
            (r#"{"status":"failed","error":1e999}"#, None),
        ] {
            let reason = reason.map(Rc::from);
            assert_eq!(status(body), Ok(JobStatus::Failed { reason }), "{body}");
        }
    }

    #[test]
    fn what_is_not_the_expected_json_says_what_is_wrong() {
        for body in [
            "",
            "  ",
            "<!doctype html><title>Bad gateway</title>",
            "{",
            "null",
            "[]",
            "42",
            r#""running""#,
            "{}",
            r#"{"status":null}"#,
            r#"{"status":7}"#,
            r#"{"progress":7}"#,
        ] {
            match status(body) {
                Err(CallError::InvalidResponse { detail }) => assert!(!detail.is_empty()),
                other => panic!("{body} made {other:?}"),
            }
        }
        assert!(report(&[0xff, 0xfe, b'{']).is_err());
    }

    #[test]
    fn a_start_names_the_queue_or_nothing() {
        let key = |body: &str| job_key(body.as_bytes());
        let named = |name: &str| Ok(Some(JobKey::from(name)));
        assert_eq!(key(r#"{"queue_id":"q-81f3"}"#), named("q-81f3"));
        assert_eq!(key(r#"{"queue_id":81}"#), named("81"));
        for nothing in ["", " \n", "{}", "null", r#"{"queue_id":null}"#] {
            assert_eq!(key(nothing), Ok(None), "{nothing}");
        }
        for odd in [
            "<html>",
            "accepted",
            r#"{"queue_"#,
            "[]",
            "7",
            r#"{"queue_id":""}"#,
            r#"{"queue_id":[]}"#,
        ] {
            let answer = key(odd);
            assert!(
                matches!(answer, Err(CallError::InvalidResponse { .. })),
                "{odd} made {answer:?}"
            );
        }
    }

    #[test]
    fn an_attachment_has_an_id_and_a_title_at_least() {
        let read = |body: &str| attachment(body.as_bytes());
        let whole =
            read(r#"{"id":7,"title":"talk.mp4","content_type":"video/mp4","size":1048576}"#);
        assert!(whole.is_ok_and(|it| it.is_video() && it.size == 1_048_576));
        assert!(read(r#"{"id":"a/7","title":"x","extra":1}"#).is_ok_and(|it| !it.is_video()));
        for broken in [r#"{"title":"x"}"#, r#"{"id":-1,"title":"x"}"#, "<html>", ""] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        // 1994-11-06 08:49:37 UTC is RFC 9110's own example.
        let now = Timestamp::from_millis(784_111_777_000);
        let wait = |value| refusal(429, Some(value), b"", now).retry_after();
        assert_eq!(wait("2"), Some(Duration::from_secs(2)));
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:50:37 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_refusal_repeats_the_servers_words_but_no_markup() {
        let message = |body: &[u8]| match refusal(422, None, body, Timestamp::default()) {
            CallError::Status { message, .. } => message,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            message(br#"{"error":"too long"}"#).as_deref(),
            Some("too long")
        );
        assert_eq!(message(br#"{"message":"no"}"#).as_deref(), Some("no"));
        assert_eq!(message(b"<h1>Unprocessable</h1>"), None);
    }
}
