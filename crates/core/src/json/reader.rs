//! Reads JSON text.

use super::{InvalidJson, Json};

/// Reads a whole text, whose value has at most `depth` levels. Half of a surrogate pair is read as
/// `lone_surrogate`, or is an error.
pub(super) fn read(
    text: &str,
    depth: usize,
    lone_surrogate: Option<char>,
) -> Result<Json, InvalidJson> {
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
                reader.require("\"", "key must be a string")?;
                let name = reader.text()?;
                reader.require(":", "expected `:`")?;
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

    fn require(&mut self, token: &str, problem: &'static str) -> Option<()> {
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
            self.require(",", "expected `,`")?;
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
