//! JSON values, and how they are written.
//!
//! By hand, because a type per object that serde derives costs three times as many bytes of
//! WASM. `json/tests.rs` compares it with `serde_json`.

mod reader;

use std::fmt;
use std::rc::Rc;

use thiserror::Error;

use crate::AttachmentId;

/// Metadata and records are not read if they are nested more deeply.
pub(crate) const MAX_DEPTH: usize = 32;

/// Response bodies are not read if they are nested more deeply, so that none can exhaust
/// the stack.
const MAX_BODY_DEPTH: usize = 128;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// As it is written, so that it is exact beyond 2^53.
    Number(Rc<str>),
    /// A string.
    Text(Rc<str>),
    /// An array.
    List(Vec<Json>),
    /// An object: its fields in the order in which they are written.
    Object(Vec<(Rc<str>, Json)>),
}

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{problem} at line {line} column {column}")]
pub struct InvalidJson {
    problem: &'static str,
    line: usize,
    column: usize,
}

impl Json {
    /// The value of a text; `None` if the text is not JSON, or is nested too deeply.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        reader::read(text, MAX_DEPTH, None).ok()
    }

    /// The value of a response body. In place of half of a surrogate pair, which a server
    /// that shortens texts may send, it has U+FFFD.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or is nested too deeply.
    pub fn parse_body(text: &str) -> Result<Self, InvalidJson> {
        reader::read(text, MAX_BODY_DEPTH, Some(char::REPLACEMENT_CHARACTER))
    }

    /// A field of an object; null if there is none.
    pub fn get(&self, name: &str) -> &Self {
        self.field(name).unwrap_or(&Self::Null)
    }

    /// A field of an object; the last one of this name.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        let field = fields.iter().rfind(|(known, _)| &**known == name);
        field.map(|(_, value)| value)
    }

    /// A whole number that is not negative.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            Self::Null | Self::Bool(_) | Self::Text(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// A text.
    pub fn text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The id of an attachment: a whole number or a text.
    pub fn attachment(&self) -> Option<AttachmentId> {
        let text = || self.text().cloned().map(AttachmentId::Text);
        self.number().map(AttachmentId::Number).or_else(text)
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) if self.number().is_some() => "integer",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// The values of a list.
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Object(_) => None,
        }
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string().into())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&AttachmentId> for Json {
    fn from(id: &AttachmentId) -> Self {
        match id {
            AttachmentId::Number(number) => Self::from(*number),
            AttachmentId::Text(text) => Self::Text(Rc::clone(text)),
        }
    }
}

/// As JSON text, without whitespace.
impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => formatter.write_str(if *value { "true" } else { "false" }),
            Self::Number(digits) => formatter.write_str(digits),
            Self::Text(text) => write_text(text, formatter),
            Self::List(values) => {
                let mut separator = "[";
                for value in values {
                    formatter.write_str(separator)?;
                    value.fmt(formatter)?;
                    separator = ",";
                }
                formatter.write_str(if values.is_empty() { "[]" } else { "]" })
            }
            Self::Object(fields) => {
                let mut separator = "{";
                for (name, value) in fields {
                    formatter.write_str(separator)?;
                    write_text(name, formatter)?;
                    formatter.write_str(":")?;
                    value.fmt(formatter)?;
                    separator = ",";
                }
                formatter.write_str(if fields.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

fn write_text(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(formatter, "\\{character}")?,
            '\0'..='\u{1f}' => write!(formatter, "\\u{:04x}", u32::from(character))?,
            _ => fmt::Write::write_char(formatter, character)?,
        }
    }
    formatter.write_str("\"")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
