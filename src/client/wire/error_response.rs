//! Responses with an error status.

use std::time::Duration;

use background_tasks_core::{RequestError, Timestamp};

use super::json::{parse_object, reason};

/// The error for a response that is not a success. `now` is the time that a date in
/// `Retry-After` is compared with.
pub fn error_response(
    status: u16,
    retry_after: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> RequestError {
    let body = parse_object(body).ok();
    RequestError::Status {
        status,
        retry_after: retry_after.and_then(|wait| parse_retry_after(wait, now)),
        message: body.and_then(|body| reason(&body)),
    }
}

/// Parses `Retry-After` in both its forms, seconds and HTTP date (RFC 9110, 10.2.3).
fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    Some(parse_date(value)?.since(now))
}

/// Parses an HTTP date. The browser has a parser, so its WASM need not contain another one.
#[cfg(target_arch = "wasm32")]
pub(crate) fn parse_date(value: &str) -> Option<Timestamp> {
    // `Date.parse` accepts many more formats, such as "1.5"; an HTTP date ends with its zone.
    let millis = js_sys::Date::parse(value.ends_with("GMT").then_some(value)?);
    // It is not a number if the text is no date.
    (millis >= 0.0).then(|| crate::clock::timestamp(millis))
}

/// Parses an HTTP date.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn parse_date(value: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(value).ok()?;
    let since_epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_epoch(since_epoch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // 1994-11-06 08:49:37 UTC is RFC 9110's own example.
        let now = Timestamp::from_millis(784_111_777_000);
        let wait = |value| error_response(429, Some(value), b"", now).retry_after();
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
    fn message_is_the_servers_but_no_markup() {
        let message = |body: &[u8]| match error_response(422, None, body, Timestamp::default()) {
            RequestError::Status { message, .. } => message,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            message(br#"{"error":"too long"}"#).as_deref(),
            Some("too long")
        );
        assert_eq!(message(br#"{"message":"no"}"#).as_deref(), Some("no"));
        assert_eq!(
            message("\u{feff}{\"error\":\"no\"}".as_bytes()).as_deref(),
            Some("no")
        );
        assert_eq!(message(b"<h1>Unprocessable</h1>"), None);
    }
}
