//! The headers of the tus protocol. Pure.

use background_tasks_core::internals::TusPosition;
use background_tasks_core::{AttachmentId, RequestError};

use crate::client::http::headers::Headers;

/// The value of `Upload-Metadata`. Empty values are omitted.
pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {}", base64(value.as_bytes())))
        .collect();
    pairs.join(",")
}

/// The position of an upload of `size` bytes.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] if the offset is missing, invalid, or above `size`.
pub fn position(headers: &Headers, size: u64) -> Result<TusPosition, RequestError> {
    let value = headers.get("upload-offset");
    let value = value.ok_or_else(|| invalid("the response has no Upload-Offset"))?;
    let offset = number(value).filter(|offset| *offset <= size);
    let offset = offset
        .ok_or_else(|| invalid(format!("{value:?} is not an Upload-Offset of {size} bytes")))?;
    let attachment = headers.get("attachment-id").filter(|id| !id.is_empty());
    Ok(TusPosition {
        offset,
        attachment: attachment.map(attachment_id),
    })
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
        let written = metadata(&[("filename", "a.mp4"), ("filetype", ""), ("title", "长,\n")]);
        assert_eq!(written, "filename YS5tcDQ=,title 6ZW/LAo=");
        assert_eq!(metadata(&[("filetype", "")]), "");
    }

    fn parsed(raw: &str) -> Result<TusPosition, RequestError> {
        position(&Headers::parse(raw), 10)
    }

    #[test]
    fn an_offset_within_the_file_is_a_position() {
        let at = |offset, attachment| Ok(TusPosition { offset, attachment });
        assert_eq!(parsed("upload-offset: 0\r\n"), at(0, None));
        let number = AttachmentId::from(7_u64);
        assert_eq!(
            parsed("Upload-Offset: 10\r\nAttachment-Id: 7\r\n"),
            at(10, Some(number))
        );
        let text = AttachmentId::from("a-7");
        assert_eq!(
            parsed("Upload-Offset: 10\r\nAttachment-Id: a-7"),
            at(10, Some(text))
        );
        assert_eq!(
            parsed("upload-offset: 10\r\nattachment-id:\r\n"),
            at(10, None)
        );
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
            if let Ok(position) = parsed(&raw) {
                proptest::prop_assert!(position.offset <= 10);
            }
        }

        #[test]
        fn any_metadata_is_a_valid_header(title in "\\PC{0,50}") {
            let mut headers = Headers::default();
            let set = headers.set("Upload-Metadata", &metadata(&[("title", &title)]));
            proptest::prop_assert_eq!(set, Ok(()));
        }
    }
}
