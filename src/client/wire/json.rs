//! JSON that a server sends: what is expected of it, and why it is invalid.

use std::rc::Rc;

use background_tasks_core::RequestError;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The most characters of a server's text that are kept: enough to read, too few to fill
/// a page.
pub(super) const MAX_TEXT: usize = 300;

/// Parses a body.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] and [`RequestError::WebPage`].
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, RequestError> {
    let body = without_byte_order_mark(body);
    serde_json::from_slice(body).map_err(|error| {
        let start = body.trim_ascii_start();
        if start.is_empty() {
            invalid("the body is empty")
        } else if start.starts_with(b"<") {
            RequestError::WebPage
        } else {
            invalid(&error.to_string())
        }
    })
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

/// As [`parse`], but does not accept an array whose elements are the fields in order.
pub(super) fn parse_object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, RequestError> {
    let start = without_byte_order_mark(body).trim_ascii_start();
    if start.starts_with(b"[") {
        return Err(invalid("an array instead of an object"));
    }
    parse(body)
}

pub(super) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

pub(super) fn invalid(detail: &str) -> RequestError {
    RequestError::InvalidResponse {
        detail: shorten(detail),
    }
}

/// The reason that a server gives: `error`, else `message`, whichever is a text that is
/// not blank.
pub(super) fn reason(error: Option<&RawValue>, message: Option<&RawValue>) -> Option<Rc<str>> {
    let texts = [error, message].into_iter().flatten().filter_map(text);
    let mut texts = texts.map(|text| shorten(text.trim()));
    texts.find(|text| !text.is_empty())
}

/// The value if it is a string.
pub(super) fn text(value: &RawValue) -> Option<String> {
    let text = value.get();
    // Most values are numbers. To find out with serde that one is not a string takes half
    // as long as parsing the whole response.
    text.starts_with('"')
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

pub(super) fn shorten(text: &str) -> Rc<str> {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
