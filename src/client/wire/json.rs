//! JSON that a server sends: what is expected of it, and why it is invalid.

use std::rc::Rc;

use background_tasks_core::RequestError;
use background_tasks_core::internals::Json;

/// The most characters of a server's text that are kept: enough to read, too few to fill
/// a page.
pub(super) const MAX_TEXT: usize = 300;

/// Parses a body.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] and [`RequestError::WebPage`].
pub(super) fn parse(body: &[u8]) -> Result<Json, RequestError> {
    let body = without_byte_order_mark(body);
    let start = body.trim_ascii_start();
    match std::str::from_utf8(body).map(Json::parse_body) {
        Ok(Ok(value)) => Ok(value),
        _ if start.is_empty() => Err(invalid("the body is empty")),
        _ if start.starts_with(b"<") => Err(RequestError::WebPage),
        Ok(Err(error)) => Err(invalid(&error.to_string())),
        Err(_) => Err(invalid("the body is not UTF-8")),
    }
}

/// Whether a body is a whole HTML document, as of a server that asks the user to sign in,
/// where any body is accepted.
pub(crate) fn is_web_page(body: &[u8]) -> bool {
    let start = without_byte_order_mark(body).trim_ascii_start();
    let is = |tag: &[u8]| {
        start
            .get(..tag.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(tag))
    };
    is(b"<!doctype") || is(b"<html")
}

/// Parses a body that must be an object.
///
/// # Errors
///
/// As [`parse`].
pub(super) fn parse_object(body: &[u8]) -> Result<Json, RequestError> {
    let value = parse(body)?;
    object(&value)?;
    Ok(value)
}

/// Checks that a value is an object.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`].
pub(super) fn object(value: &Json) -> Result<(), RequestError> {
    match value {
        Json::Object(_) => Ok(()),
        Json::List(_) => Err(invalid("an array instead of an object")),
        other => Err(wrong_type(other, "an object")),
    }
}

/// A field that an object must have. `expected` describes what `read` reads.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] with the name of the field.
pub(super) fn field<'a, T>(
    object: &'a Json,
    name: &str,
    read: impl FnOnce(&'a Json) -> Option<T>,
    expected: &str,
) -> Result<T, RequestError> {
    match object.field(name) {
        Some(value) => {
            read(value).ok_or_else(|| wrong_type(value, &format!("{expected} as `{name}`")))
        }
        None => Err(invalid(&format!("missing field `{name}`"))),
    }
}

/// The error for a value that is not of the `expected` type.
pub(super) fn wrong_type(value: &Json, expected: &str) -> RequestError {
    invalid(&format!(
        "invalid type: {}, expected {expected}",
        value.kind()
    ))
}

pub(super) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

pub(super) fn invalid(detail: &str) -> RequestError {
    RequestError::InvalidResponse {
        detail: shorten(detail),
    }
}

/// The reason in a response: `error`, else `message`, whichever is a text that is not blank.
pub(super) fn reason(body: &Json) -> Option<Rc<str>> {
    let texts = ["error", "message"].map(|name| body.get(name).text());
    let mut texts = texts.into_iter().flatten().map(|text| shorten(text.trim()));
    texts.find(|text| !text.is_empty())
}

pub(super) fn shorten(text: &str) -> Rc<str> {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
