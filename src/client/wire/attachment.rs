//! Attachments, and the jobs that are started on them.

use std::rc::Rc;

use background_tasks_core::internals::Json;
use background_tasks_core::{AttachmentId, JobKey, JobKind, RequestError};

use super::json::{
    field, invalid, object, parse, parse_object, without_byte_order_mark, wrong_type,
};
use crate::client::Attachment;

/// Parses the response to an upload.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`], also for a web page: the file may be stored all the same.
pub fn attachment(body: &[u8]) -> Result<Attachment, RequestError> {
    match parse(body) {
        Ok(value) => attachment_of(&value),
        Err(RequestError::WebPage) => Err(invalid("a web page instead of JSON")),
        Err(other) => Err(other),
    }
}

fn attachment_of(value: &Json) -> Result<Attachment, RequestError> {
    object(value)?;
    let text = |name| field(value, name, Json::text, "a string").map(Rc::clone);
    let id = field(value, "id", Json::attachment, "a whole number or a string")?;
    let mut attachment = Attachment::new(id, text("title")?);
    if *value.get("content_type") != Json::Null {
        attachment.content_type = text("content_type")?;
    }
    if *value.get("size") != Json::Null {
        attachment.size = field(value, "size", Json::number, "a whole number")?;
    }
    Ok(attachment)
}

/// Parses the list of attachments.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] and [`RequestError::WebPage`].
pub fn attachments(body: &[u8]) -> Result<Vec<Attachment>, RequestError> {
    match parse(body)? {
        Json::List(values) => values.iter().map(attachment_of).collect(),
        other => Err(wrong_type(&other, "an array")),
    }
}

/// Parses the response to a start request: the queue id, if there is one. An empty body
/// and an object without `queue_id` are valid.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`], and [`RequestError::WebPage`]: a page that a proxy returned
/// instead means that nothing was started.
pub fn job_key(body: &[u8]) -> Result<Option<JobKey>, RequestError> {
    if matches!(without_byte_order_mark(body).trim_ascii(), b"" | b"null") {
        return Ok(None);
    }
    match parse_object(body)?.get("queue_id") {
        Json::Null => Ok(None),
        id => match id.attachment() {
            Some(AttachmentId::Text(id)) if id.is_empty() => Err(invalid("its queue_id is empty")),
            Some(id) => Ok(Some(JobKey::from(&id))),
            None => Err(invalid("its queue_id is neither a string nor a number")),
        },
    }
}

/// As [`job_key`], for a job of `kind`. A video job must have a queue id: the server does
/// not know it by the id of its attachment.
pub(crate) fn started_job(kind: &JobKind, body: &[u8]) -> Result<Option<JobKey>, RequestError> {
    let key = job_key(body)?;
    if key.is_none() && kind.name() == JobKind::video().name() {
        return Err(invalid("the response has no queue_id"));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_response_may_name_a_queue_id() {
        let key = |body: &str| job_key(body.as_bytes());
        let named = |name: &str| Ok(Some(JobKey::from(name)));
        assert_eq!(key(r#"{"queue_id":"q-81f3"}"#), named("q-81f3"));
        assert_eq!(key(r#"{"queue_id":81}"#), named("81"));
        assert_eq!(key("\u{feff}{\"queue_id\":\"q\"}"), named("q"));
        for nothing in ["", " \n", "\u{feff}", "{}", "null", r#"{"queue_id":null}"#] {
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
            r#"{"queue_id":-1}"#,
        ] {
            let parsed = key(odd);
            assert!(
                matches!(
                    parsed,
                    Err(RequestError::InvalidResponse { .. } | RequestError::WebPage)
                ),
                "{odd} made {parsed:?}"
            );
        }
    }

    #[test]
    fn video_job_needs_a_queue_id() {
        let started = |kind, body: &str| started_job(&kind, body.as_bytes());
        assert_eq!(started(JobKind::embedding(), "{}"), Ok(None));
        let detail = "the response has no queue_id".into();
        let invalid = Err(RequestError::InvalidResponse { detail });
        assert_eq!(started(JobKind::video(), "{}"), invalid);
    }

    #[test]
    fn attachment_has_at_least_an_id_and_a_title() {
        let parsed = |body: &str| attachment(body.as_bytes());
        let whole =
            parsed(r#"{"id":7,"title":"talk.mp4","content_type":"video/mp4","size":1048576}"#);
        assert!(whole.is_ok_and(|it| it.is_video() && it.size == 1_048_576));
        assert!(parsed(r#"{"id":"a/7","title":"x","extra":1}"#).is_ok_and(|it| !it.is_video()));
        assert!(parsed("\u{feff}{\"id\":7,\"title\":\"x\"}").is_ok());
        for broken in [r#"{"title":"x"}"#, r#"{"id":-1,"title":"x"}"#, "<html>", ""] {
            assert!(parsed(broken).is_err(), "{broken}");
        }
    }
}
