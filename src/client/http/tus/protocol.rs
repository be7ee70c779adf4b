//! What the headers of tus say, to be written and to be read. Pure.

use background_tasks_core::{AttachmentId, CallError};

use crate::client::http::headers::Headers;

/// How far the server is with an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The bytes that it has.
    pub offset: u64,
    /// What it made of them, once it has all.
    pub attachment: Option<AttachmentId>,
}

/// The value of `Upload-Metadata`. What is empty is left out.
pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {}", base64(value.as_bytes())))
        .collect();
    pairs.join(",")
}

/// How far an upload of `size` bytes is.
///
/// # Errors
///
/// [`CallError::InvalidResponse`] where that is not told, or more than there can be.
pub fn position(headers: &Headers, size: u64) -> Result<Position, CallError> {
    let told = headers.get("upload-offset");
    let told = told.ok_or_else(|| not_understood("the answer has no Upload-Offset"))?;
    let offset = number(told).filter(|offset| *offset <= size);
    let offset = offset
        .ok_or_else(|| not_understood(format!("{told:?} is no Upload-Offset of {size} bytes")))?;
    let attachment = headers.get("attachment-id").filter(|id| !id.is_empty());
    Ok(Position {
        offset,
        attachment: attachment.map(attachment_id),
    })
}

/// Whether the server's upload can be one of so many bytes.
pub fn is_of_size(headers: &Headers, size: u64) -> bool {
    headers
        .get("upload-length")
        .is_none_or(|length| number(length) == Some(size))
}

/// An answer that cannot be used, and why.
pub fn not_understood(detail: impl Into<String>) -> CallError {
    CallError::InvalidResponse {
        detail: detail.into().into(),
    }
}

/// A header holds text where JSON knows numbers from text.
fn attachment_id(text: &str) -> AttachmentId {
    number(text).map_or_else(|| text.into(), AttachmentId::from)
}

/// Digits and nothing else: `parse` alone takes a sign.
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
    fn base64_is_that_of_the_rfc() {
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
    fn metadata_is_ascii_whatever_the_title_and_leaves_out_what_is_empty() {
        let written = metadata(&[("filename", "a.mp4"), ("filetype", ""), ("title", "长,\n")]);
        assert_eq!(written, "filename YS5tcDQ=,title 6ZW/LAo=");
        assert_eq!(metadata(&[("filetype", "")]), "");
    }

    fn told(raw: &str) -> Result<Position, CallError> {
        position(&Headers::received(raw), 10)
    }

    #[test]
    fn an_offset_within_the_file_is_a_position() {
        let at = |offset, attachment| Ok(Position { offset, attachment });
        assert_eq!(told("upload-offset: 0\r\n"), at(0, None));
        let number = AttachmentId::from(7_u64);
        assert_eq!(
            told("Upload-Offset: 10\r\nAttachment-Id: 7\r\n"),
            at(10, Some(number))
        );
        let text = AttachmentId::from("a-7");
        assert_eq!(
            told("Upload-Offset: 10\r\nAttachment-Id: a-7"),
            at(10, Some(text))
        );
        assert_eq!(
            told("upload-offset: 10\r\nattachment-id:\r\n"),
            at(10, None)
        );
    }

    #[test]
    fn a_number_too_long_for_an_id_stays_text() {
        let long = "99999999999999999999999";
        assert_eq!(attachment_id(long), AttachmentId::from(long));
    }

    #[test]
    fn what_is_no_offset_is_not_understood() {
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
            let refused = told(&format!("upload-offset: {offset}\r\n"));
            let refused = refused.map_err(|error| error.is_transient());
            assert_eq!(refused, Err(true), "{offset}");
        }
        assert!(told("").is_err());
    }

    #[test]
    fn a_length_that_is_told_must_be_that_of_the_file() {
        let is_of_size = |raw| is_of_size(&Headers::received(raw), 10);
        assert!(is_of_size("") && is_of_size("upload-length: 10"));
        assert!(!is_of_size("upload-length: 9") && !is_of_size("upload-length: ten"));
    }
}
