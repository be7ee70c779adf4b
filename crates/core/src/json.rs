//! JSON: a reader and a writer for one type of value.
//!
//! By hand, because a type per object that serde derives costs three times as many bytes of
//! WASM. `json/tests.rs` compares it with `serde_json`.

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
        Self::read(text, MAX_DEPTH, None).ok()
    }

    /// The value of a response body. In place of half of a surrogate pair, which a server
    /// that shortens texts may send, it has U+FFFD.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or is nested too deeply.
    pub fn parse_body(text: &str) -> Result<Self, InvalidJson> {
        Self::read(text, MAX_BODY_DEPTH, Some(char::REPLACEMENT_CHARACTER))
    }

    fn read(text: &str, depth: usize, lone_surrogate: Option<char>) -> Result<Self, InvalidJson> {
        let mut reader = Reader {
            rest: text,
            lone_surrogate,
            problem: "expected value",
        };
        let value = reader.value(depth);
        reader.skip_whitespace();
        match value {
            Some(value) if reader.rest.is_empty() => Ok(value),
            value => {
                let read = text.strip_suffix(reader.rest).unwrap_or_default();
                let mut lines = read.split('\n');
                Err(InvalidJson {
                    problem: match value {
                        Some(_) => "trailing characters",
                        None if reader.rest.is_empty() => "EOF while parsing",
                        None => reader.problem,
                    },
                    line: lines.clone().count(),
                    column: lines.next_back().unwrap_or_default().chars().count() + 1,
                })
            }
        }
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

/// Reads a text from its start to its end.
struct Reader<'a> {
    /// The text that has not been read yet.
    rest: &'a str,
    /// What half of a surrogate pair is read as; `None` if it is an error.
    lone_surrogate: Option<char>,
    /// What is wrong, if something is.
    problem: &'static str,
}

impl<'a> Reader<'a> {
    fn skip_whitespace(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Whether this comes next, after whitespace. If so, it is skipped.
    fn skip(&mut self, token: &str) -> bool {
        self.skip_whitespace();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if self.skip("null") {
            Some(Json::Null)
        } else if self.skip("true") {
            Some(Json::Bool(true))
        } else if self.skip("false") {
            Some(Json::Bool(false))
        } else if self.skip("\"") {
            Some(Json::Text(self.text()?.into()))
        } else if self.skip("[") {
            let values = self.items("]", |reader| reader.inner(depth))?;
            Some(Json::List(values))
        } else if self.skip("{") {
            let fields = self.items("}", |reader| {
                reader.expect("\"", "key must be a string")?;
                let name = reader.text()?;
                reader.expect(":", "expected `:`")?;
                Some((name.into(), reader.inner(depth)?))
            })?;
            Some(Json::Object(fields))
        } else {
            self.digits()
        }
    }

    /// A value in one that may have this depth.
    fn inner(&mut self, depth: usize) -> Option<Json> {
        match depth.checked_sub(1) {
            Some(depth) => self.value(depth),
            None => self.fail("too many levels"),
        }
    }

    fn expect(&mut self, token: &str, problem: &'static str) -> Option<()> {
        if self.skip(token) {
            Some(())
        } else {
            self.fail(problem)
        }
    }

    fn fail<T>(&mut self, problem: &'static str) -> Option<T> {
        self.problem = problem;
        None
    }

    /// What stands between commas, up to the end.
    fn items<T>(
        &mut self,
        end: &str,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut items = Vec::new();
        if self.skip(end) {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.skip(end) {
                return Some(items);
            }
            self.expect(",", "expected `,`")?;
        }
    }

    fn digits(&mut self) -> Option<Json> {
        let is_part = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | 'e' | 'E');
        let length = self.rest.find(|it| !is_part(it)).unwrap_or(self.rest.len());
        let digits = self.take(length)?;
        is_number(digits).then(|| Json::Number(digits.into()))
    }

    /// The rest of a text, up to and with its closing quotation mark.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let is_special = |it| matches!(it, '"' | '\\' | '\0'..='\u{1f}');
            let length = self.rest.find(is_special).unwrap_or(self.rest.len());
            text.push_str(self.take(length)?);
            match self.take(1)? {
                "\"" => return Some(text),
                "\\" => match self.escaped() {
                    Some(character) => text.push(character),
                    None => return self.fail("invalid escape"),
                },
                _ => return self.fail("control character in a string"),
            }
        }
    }

    /// What an escape sequence stands for.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.take(1)? {
            "n" => '\n',
            "t" => '\t',
            "r" => '\r',
            "b" => '\u{8}',
            "f" => '\u{c}',
            "u" => {
                let first = self.code_unit()?;
                match char::from_u32(first.into()) {
                    Some(character) => character,
                    None => {
                        let rest = self.rest;
                        let second = self.take(2).filter(|it| *it == "\\u");
                        let second = second.and_then(|_| self.code_unit());
                        let units = second.map(|second| [first, second]);
                        let pair = units.and_then(|it| char::decode_utf16(it).next()?.ok());
                        if pair.is_none() {
                            self.rest = rest;
                        }
                        pair.or(self.lone_surrogate)?
                    }
                }
            }
            other @ ("\"" | "\\" | "/") => other.chars().next()?,
            _ => return None,
        })
    }

    fn code_unit(&mut self) -> Option<u16> {
        let digits = self.take(4)?;
        let is_hex = digits.bytes().all(|it| it.is_ascii_hexdigit());
        is_hex
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    }
}

/// Whether JSON has numbers of this form.
fn is_number(text: &str) -> bool {
    let are_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            (mantissa, Some(exponent))
        }
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    are_digits(whole)
        && !has_leading_zero
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(are_digits)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
