//! The headers of the tus protocol. Pure.

use background_tasks_core::{AttachmentId, RequestError};

use crate::client::http::headers::Headers;
use crate::client::http::invalid_request;
use crate::client::http::response::HttpResponse;

/// The value of `Upload-Metadata`: `own` entries, and those of `built_in` that they do not
/// replace. Empty values are omitted.
///
/// # Errors
///
/// [`invalid_request`] if an own name is not one by the protocol.
pub fn metadata(
    built_in: &[(&str, &str)],
    own: &[(String, String)],
) -> Result<String, RequestError> {
    let mut entries = built_in.to_vec();
    for (name, value) in own {
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b',')
        {
            let reason = format!("\"{name}\" is not a valid name in the metadata of an upload");
            return Err(invalid_request(reason));
        }
        entries.retain(|(replaced, _)| replaced != name);
        entries.push((name, value));
    }
    let entries: Vec<_> = entries
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {}", base64(value.as_bytes())))
        .collect();
    Ok(entries.join(","))
}

/// How many bytes of an upload of `size` bytes the server has.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] if the offset is missing, invalid, or above `size`.
pub fn offset(headers: &Headers, size: u64) -> Result<u64, RequestError> {
    let value = headers.get("upload-offset");
    let value = value.ok_or_else(|| invalid("the response has no Upload-Offset"))?;
    let offset = number(value).filter(|offset| *offset <= size);
    offset.ok_or_else(|| {
        invalid(format!(
            "\"{value}\" is not an Upload-Offset of {size} bytes"
        ))
    })
}

/// The id in the header `Attachment-Id`.
pub fn attachment(headers: &Headers) -> Option<AttachmentId> {
    let id = headers.get("attachment-id").filter(|id| !id.is_empty());
    id.map(attachment_id)
}

/// The last segment of the path of an upload's URL, still encoded; `None` if it is empty.
pub fn last_segment(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    // Not by a search for several characters, which would be the only one: 2 kB of WASM.
    let host = path
        .split_once(':')
        .and_then(|(_, rest)| rest.strip_prefix("//"));
    let after_scheme = host.unwrap_or(path);
    let (_, segments) = after_scheme.split_once('/')?;
    let last = segments.trim_end_matches('/').rsplit('/').next();
    last.filter(|segment| !segment.is_empty())
}

/// The id that an upload's URL ends with.
pub fn id_in_url(url: &str) -> Option<AttachmentId> {
    let segment = last_segment(url)?;
    let decoded = js_sys::decode_uri_component(segment).ok();
    let decoded = decoded.and_then(|decoded| decoded.as_string());
    Some(decoded.as_deref().unwrap_or(segment).into())
}

/// The size in bytes of the largest upload that the server accepts.
pub fn maximum_size(headers: &Headers) -> Option<u64> {
    number(headers.get("tus-max-size")?)
}

/// The headers of a success. The usual servers put the reason of a refusal, such as that of an
/// app's hook, into the body as plain text.
///
/// # Errors
///
/// That of an error status.
pub fn headers_of(response: HttpResponse) -> Result<Headers, RequestError> {
    let text = match (response.status, &response.body) {
        (400..=499, Ok(body)) => plain_text(body),
        _ => None,
    };
    response.into_headers().map_err(|error| match error {
        RequestError::Status {
            status,
            retry_after,
            message: None,
        } => RequestError::Status {
            status,
            retry_after,
            message: text.map(Into::into),
        },
        error => error,
    })
}

/// A short text that is neither markup nor JSON.
fn plain_text(body: &[u8]) -> Option<String> {
    const LONGEST: usize = 300;
    let text = str::from_utf8(body).ok()?.trim();
    let is_text = !text.is_empty() && text.len() <= LONGEST && !text.starts_with(['<', '{', '[']);
    is_text.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the server's upload has this size, or its size is unknown.
pub fn has_size(headers: &Headers, size: u64) -> bool {
    headers
        .get("upload-length")
        .is_none_or(|length| number(length) == Some(size))
}

/// The error of a response that does not follow the protocol.
pub fn invalid(detail: impl Into<String>) -> RequestError {
    RequestError::InvalidResponse {
        detail: detail.into().into(),
    }
}

/// A header contains text, whereas JSON distinguishes numbers from strings.
fn attachment_id(text: &str) -> AttachmentId {
    number(text).map_or_else(|| text.into(), AttachmentId::from)
}

/// Digits only: `parse` accepts a sign, too.
fn number(text: &str) -> Option<u64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_digits)
}

/// RFC 4648, 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for triple in bytes.chunks(3) {
        let byte = |place| u32::from(triple.get(place).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(digit as usize).copied();
            let letter = letter.filter(|_| place <= triple.len());
            text.push(letter.map_or('=', char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("😀>?", "8J+YgD4/"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn metadata_is_ascii_without_empty_values() {
        let written = metadata(
            &[("filename", "a.mp4"), ("filetype", ""), ("title", "长,\n")],
            &[],
        );
        assert_eq!(written, Ok("filename YS5tcDQ=,title 6ZW/LAo=".to_owned()));
        assert_eq!(metadata(&[("filetype", "")], &[]), Ok(String::new()));
    }

    #[test]
    fn own_metadata_replaces_what_is_sent_anyway() {
        let own = |name: &str, value: &str| [(name.to_owned(), value.to_owned())];
        let written = metadata(&[("title", "a")], &own("title", "f"));
        assert_eq!(written, Ok("title Zg==".to_owned()));
        let written = metadata(&[("title", "f")], &own("album", "fo"));
        assert_eq!(written, Ok("title Zg==,album Zm8=".to_owned()));
        for name in ["", "a b", "a,b", "ä"] {
            assert!(metadata(&[], &own(name, "x")).is_err(), "{name}");
        }
    }

    fn parsed(raw: &str) -> Result<u64, RequestError> {
        offset(&Headers::parse(raw), 10)
    }

    #[test]
    fn an_offset_within_the_file_is_read() {
        assert_eq!(parsed("upload-offset: 0\r\n"), Ok(0));
        assert_eq!(parsed("Upload-Offset: 10\r\n"), Ok(10));
    }

    #[test]
    fn attachment_id_is_a_number_or_text() {
        let attachment = |raw| attachment(&Headers::parse(raw));
        assert_eq!(
            attachment("Attachment-Id: 7"),
            Some(AttachmentId::from(7_u64))
        );
        assert_eq!(
            attachment("Attachment-Id: a-7"),
            Some(AttachmentId::from("a-7"))
        );
        assert_eq!(attachment("attachment-id:\r\n"), None);
    }

    #[test]
    fn last_segment_of_a_url_is_the_last_that_is_not_empty() {
        for (url, segment) in [
            ("https://a.example/files/24e5", Some("24e5")),
            ("https://a.example/files/24e5/?x=/y#z", Some("24e5")),
            ("https://a.example/files/a%2Fb", Some("a%2Fb")),
            ("https://a.example/", None),
            ("https://a.example", None),
            ("", None),
        ] {
            assert_eq!(last_segment(url), segment, "{url}");
        }
    }

    #[test]
    fn short_text_is_the_reason_of_a_refusal() {
        assert_eq!(plain_text(b" no\n room\n"), Some("no room".to_owned()));
        for body in ["", " ", "<p>no</p>", "{}", &"x".repeat(301)] {
            assert_eq!(plain_text(body.as_bytes()), None, "{body}");
        }
        assert_eq!(plain_text(b"\xff"), None);
    }

    #[test]
    fn number_too_large_for_an_id_is_text() {
        let long = "99999999999999999999999";
        assert_eq!(attachment_id(long), AttachmentId::from(long));
    }

    #[test]
    fn invalid_offset_is_a_transient_error() {
        for offset in [
            "",
            "11",
            "-1",
            "+1",
            "1.5",
            "0x1",
            "1 000",
            "99999999999999999999999",
        ] {
            let refused = parsed(&format!("upload-offset: {offset}\r\n"));
            let refused = refused.map_err(|error| error.is_transient());
            assert_eq!(refused, Err(true), "{offset}");
        }
        assert!(parsed("").is_err());
    }

    #[test]
    fn length_must_be_that_of_the_file_if_it_is_known() {
        let has_size = |raw| has_size(&Headers::parse(raw), 10);
        assert!(has_size("") && has_size("upload-length: 10"));
        assert!(!has_size("upload-length: 9") && !has_size("upload-length: ten"));
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn any_position_is_within_the_file(raw in "(upload-offset|attachment-id|[a-z-]{0,9})?: ?\\PC{0,30}\r\n") {
            if let Ok(offset) = parsed(&raw) {
                proptest::prop_assert!(offset <= 10);
            }
        }

        #[test]
        fn any_metadata_is_a_valid_header(title in "\\PC{0,50}") {
            let mut headers = Headers::default();
            let metadata = metadata(&[("title", &title)], &[]).unwrap_or_default();
            let set = headers.set("Upload-Metadata", &metadata);
            proptest::prop_assert_eq!(set, Ok(()));
        }
    }
}
