//! The header `Upload-Metadata`: names, each with a value in base64.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};

/// The most bytes of one value.
const VALUE_LIMIT: usize = 16 * 1024;

/// Parses names and their decoded values.
///
/// # Errors
///
/// If a name is empty or repeated, or a value is not base64, not UTF-8, or too long.
pub fn parse(header: &str) -> Result<BTreeMap<String, String>, String> {
    let mut metadata = BTreeMap::new();
    for pair in header.split(',').map(str::trim) {
        if pair.is_empty() {
            continue;
        }
        // A name may have no value.
        let (name, encoded) = pair.split_once(' ').unwrap_or((pair, ""));
        let bytes = BASE64_STANDARD
            .decode(encoded.trim())
            .map_err(|_| format!("the {name} of the upload is no base64"))?;
        if bytes.len() > VALUE_LIMIT {
            return Err(format!("the {name} is too long"));
        }
        let value = String::from_utf8(bytes).map_err(|_| format!("the {name} is not UTF-8"))?;
        if metadata.insert(name.to_owned(), value).is_some() {
            return Err(format!("the upload has two of {name}"));
        }
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_optional() -> Result<(), String> {
        let metadata = parse("filename dGFsay5tcDQ=, title 8J+Ope+4jw==,private")?;
        let value = |name: &str| metadata.get(name).map(String::as_str);
        assert_eq!(value("filename"), Some("talk.mp4"));
        assert_eq!(value("title"), Some("🎥\u{fe0f}"));
        assert_eq!(value("private"), Some(""));
        assert_eq!(parse("")?, BTreeMap::new());
        Ok(())
    }

    #[test]
    fn invalid_values_are_refused() {
        for header in [
            "title ?",
            "title dGFsay5tcDQ",
            "title /w==",
            "a YQ==,a YQ==",
        ] {
            assert!(parse(header).is_err(), "{header}");
        }
    }
}
