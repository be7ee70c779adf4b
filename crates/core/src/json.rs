//! A minimal JSON reader, for records of earlier versions and the metadata of tasks.

use std::rc::Rc;

/// Deeper values are not read, so that no text can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 32;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it is written, so that it is exact beyond 2^53.
    Number(Rc<str>),
    Text(Rc<str>),
    List(Vec<Json>),
    Object(Vec<(Rc<str>, Json)>),
}

impl Json {
    /// The value of a text; `None` if the text is not JSON, or is nested too deeply.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader(text);
        let value = reader.value(MAX_DEPTH)?;
        reader.skip_whitespace();
        reader.0.is_empty().then_some(value)
    }

    /// A field of an object; null if there is none.
    pub(crate) fn get(&self, name: &str) -> &Self {
        let Self::Object(fields) = self else {
            return &Self::Null;
        };
        let field = fields.iter().find(|(known, _)| &**known == name);
        field.map_or(&Self::Null, |(_, value)| value)
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            Self::Null | Self::Bool(_) | Self::Text(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// A text.
    pub(crate) fn text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The values of a list.
    pub(crate) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Object(_) => None,
        }
    }
}

/// The text that has not been read yet.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    fn skip_whitespace(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Whether this comes next, after whitespace. If so, it is skipped.
    fn skip(&mut self, token: &str) -> bool {
        self.skip_whitespace();
        let rest = self.0.strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
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
            let values = self.items("]", |reader| reader.value(depth.checked_sub(1)?))?;
            Some(Json::List(values))
        } else if self.skip("{") {
            let fields = self.items("}", |reader| {
                let name = reader.skip("\"").then(|| reader.text())??;
                let value = reader
                    .skip(":")
                    .then(|| reader.value(depth.checked_sub(1)?));
                Some((name.into(), value??))
            })?;
            Some(Json::Object(fields))
        } else {
            self.digits()
        }
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
            self.skip(",").then_some(())?;
        }
    }

    fn digits(&mut self) -> Option<Json> {
        let is_part = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | 'e' | 'E');
        let length = self.0.find(|it| !is_part(it)).unwrap_or(self.0.len());
        let digits = self.take(length)?;
        is_number(digits).then(|| Json::Number(digits.into()))
    }

    /// The rest of a text, up to and with its closing quotation mark.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let length = self
                .0
                .find(|it| matches!(it, '"' | '\\' | '\0'..='\u{1f}'))?;
            text.push_str(self.take(length)?);
            match self.take(1)? {
                "\"" => return Some(text),
                "\\" => text.push(self.escaped()?),
                // A control character must be escaped.
                _ => return None,
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
                        let second = self.0.starts_with("\\u").then(|| self.take(2))?;
                        let units = [first, second.and_then(|_| self.code_unit())?];
                        char::decode_utf16(units).next()?.ok()?
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
