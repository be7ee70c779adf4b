//! The status of a job.

use background_tasks_core::internals::Json;
use background_tasks_core::{JobStatus, Percent, RequestError};

use super::json::{field, object, parse, reason, shorten};

/// Parses `{"status": string, "progress"?: number, "message"?: string, "error"?: string}`.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`], [`RequestError::WebPage`] and [`RequestError::UnknownStatus`].
pub fn status(body: &[u8]) -> Result<JobStatus, RequestError> {
    status_of(&parse(body)?)
}

/// The status that an object contains. A field beside `status` that is of an odd type is
/// ignored.
pub(super) fn status_of(body: &Json) -> Result<JobStatus, RequestError> {
    object(body)?;
    let status = field(body, "status", Json::text, "a string")?.trim();
    let is = |values: &[&str]| {
        values
            .iter()
            .any(|known| known.eq_ignore_ascii_case(status))
    };
    if is(&["queued", "pending", "waiting"]) {
        Ok(JobStatus::Queued)
    } else if is(&["processing", "running", "in_progress", "active"]) {
        Ok(JobStatus::Running {
            progress: percent(body.get("progress")),
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
            reason: reason(body),
        })
    } else if is(&["cancelled", "canceled"]) {
        Ok(JobStatus::Cancelled)
    } else {
        Err(RequestError::UnknownStatus {
            value: shorten(status),
        })
    }
}

/// A number, or a string that contains one as JSON writes it.
fn percent(progress: &Json) -> Option<Percent> {
    match progress {
        Json::Number(digits) => Percent::from_f64(number(digits)),
        Json::Text(text) => match Json::parse_body(text.trim()) {
            Ok(Json::Number(digits)) => Percent::from_f64(number(&digits)),
            _ => None,
        },
        Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
    }
}

/// A number as JSON writes it. The parser of the standard library is 14 kB of WASM.
#[cfg(target_arch = "wasm32")]
fn number(written: &str) -> f64 {
    js_sys::parse_float(written)
}

/// A number as JSON writes it.
#[cfg(not(target_arch = "wasm32"))]
fn number(written: &str) -> f64 {
    written.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    fn parsed(body: &str) -> Result<JobStatus, RequestError> {
        status(body.as_bytes())
    }

    fn progress(written: &str) -> Option<u8> {
        match parsed(&format!(r#"{{"status":"running","progress":{written}}}"#)) {
            Ok(JobStatus::Running { progress }) => progress.map(Percent::get),
            other => panic!("{written} made {other:?}"),
        }
    }

    #[test]
    fn status_values_are_known_in_any_case() {
        let running = JobStatus::Running { progress: None };
        let failed = JobStatus::Failed { reason: None };
        for (values, meaning) in [
            ("queued pending waiting", JobStatus::Queued),
            ("processing running in_progress active", running),
            (
                "completed complete succeeded success done ready",
                JobStatus::Succeeded,
            ),
            ("failed error", failed),
            ("cancelled canceled", JobStatus::Cancelled),
        ] {
            for value in values.split(' ') {
                for value in [value.to_owned(), value.to_uppercase(), format!(" {value} ")] {
                    let status = parsed(&format!(r#"{{"status":"{value}"}}"#));
                    assert_eq!(status.as_ref(), Ok(&meaning), "{value}");
                }
            }
        }
    }

    #[test]
    fn unknown_status_is_named_and_shortened() {
        let paused = RequestError::UnknownStatus {
            value: "paused".into(),
        };
        assert_eq!(parsed(r#"{"status":"paused"}"#), Err(paused));
        let long = format!(r#"{{"status":"{}"}}"#, "é".repeat(10_000));
        match parsed(&long) {
            Err(RequestError::UnknownStatus { value }) => assert_eq!(value.chars().count(), 301),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn odd_progress_is_clamped_or_dropped() {
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
    fn reason_is_error_else_message() {
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
            // Shortened in the middle of an emoji.
            (
                r#"{"status":"failed","error":"no \ud83d"}"#,
                Some("no \u{fffd}"),
            ),
        ] {
            let reason = reason.map(Rc::from);
            assert_eq!(parsed(body), Ok(JobStatus::Failed { reason }), "{body}");
        }
    }

    #[test]
    fn byte_order_mark_is_skipped() {
        let done = parsed("\u{feff} {\"status\":\"done\"}");
        assert_eq!(done, Ok(JobStatus::Succeeded));
        let page = parsed("\u{feff}<!doctype html>");
        assert_eq!(page, Err(RequestError::WebPage));
        assert!(parsed("\u{feff}\u{feff}{\"status\":\"done\"}").is_err());
    }

    #[test]
    fn invalid_body_has_a_clear_reason() {
        for (body, reason) in [
            ("", "the body is empty"),
            ("  ", "the body is empty"),
            ("\u{feff}", "the body is empty"),
            ("[]", "an array instead of an object"),
            ("\u{feff}[]", "an array instead of an object"),
            ("{", "EOF while parsing"),
            ("ok", "expected value"),
            ("null", "invalid type: null"),
            ("42", "invalid type: integer"),
            (r#""running""#, "invalid type: string"),
            ("{}", "missing field `status`"),
            (r#"{"progress":7}"#, "missing field `status`"),
            (r#"{"status":null}"#, "invalid type: null"),
            (r#"{"status":7}"#, "invalid type: integer"),
            (r#"{"status":"done"}{}"#, "trailing characters"),
        ] {
            match parsed(body) {
                Err(RequestError::InvalidResponse { detail }) => {
                    assert!(detail.contains(reason), "{body}: {detail}");
                }
                other => panic!("{body} made {other:?}"),
            }
        }
        for page in ["<!doctype html><title>Bad gateway</title>", " \n<html>"] {
            assert_eq!(parsed(page), Err(RequestError::WebPage));
        }
        assert!(status(&[0xff, 0xfe, b'{']).is_err());
    }
}
