//! Attachment ids in JSON: a number or a text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use super::AttachmentId;

impl Serialize for AttachmentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// By hand: what serde derives for an untagged enum buffers any value, which costs 10 kB
/// of WASM.
impl<'de> Deserialize<'de> for AttachmentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = AttachmentId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number or a text")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<AttachmentId, E> {
        Ok(AttachmentId::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<AttachmentId, E> {
        Ok(AttachmentId::Text(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<AttachmentId> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn id_is_written_as_it_was_read_exactly_beyond_floats() {
        for json in [
            "7",
            "\"7\"",
            "9007199254740993",
            "18446744073709551615",
            "\"a 7\"",
        ] {
            let id = read(json).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for json in [
            "-1",
            "1.5",
            "18446744073709551616",
            "null",
            "[7]",
            "{}",
            "true",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
