//! The headers of a request, all of which the browser takes, and those of an answer.

use std::cell::OnceCell;
use std::rc::Rc;

use thiserror::Error;
use wasm_bindgen::JsValue;

/// Names and values; no name twice, in whatever case. Cloning is cheap.
#[derive(Clone, Default)]
pub struct Headers(Rc<Contents>);

#[derive(Clone, Default)]
struct Contents {
    all: Vec<(String, String)>,
    /// The same as the browser has them, once that was asked for: requests with the
    /// same headers share them, since a request only reads them.
    raw: OnceCell<web_sys::Headers>,
}

/// A header that no request can carry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidHeader {
    /// Its name is empty or holds a character that names do not have.
    #[error("{name:?} is not a header's name")]
    Name {
        /// The name.
        name: String,
    },
    /// Its value, which may be secret and is not repeated, holds a line break,
    /// a zero or a character beyond Latin-1.
    #[error("the value of the header {name:?} cannot be sent")]
    Value {
        /// The name.
        name: String,
    },
}

impl Headers {
    /// Puts a header in, in place of one of the same name.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader`] where a browser would throw.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidHeader> {
        let value = value.trim_matches([' ', '\t', '\r', '\n']);
        if !is_name(name) {
            return Err(InvalidHeader::Name { name: name.into() });
        }
        if !is_value(value) {
            return Err(InvalidHeader::Value { name: name.into() });
        }
        let Contents { all, raw } = Rc::make_mut(&mut self.0);
        all.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        all.push((name.into(), value.into()));
        *raw = OnceCell::new();
        Ok(())
    }

    /// For the browser.
    ///
    /// # Errors
    ///
    /// The browser's exception, which [`set`](Self::set) has prevented.
    pub fn raw(&self) -> Result<&web_sys::Headers, JsValue> {
        if let Some(raw) = self.0.raw.get() {
            return Ok(raw);
        }
        let raw = web_sys::Headers::new()?;
        for (name, value) in self.iter() {
            raw.set(name, value)?;
        }
        Ok(self.0.raw.get_or_init(|| raw))
    }

    /// Headers that came, as `getAllResponseHeaders` writes them.
    pub fn received(raw: &str) -> Self {
        let mut headers = Self::default();
        for (name, value) in raw.lines().filter_map(|line| line.split_once(':')) {
            // What no request could carry is nothing that is asked for here.
            let _ = headers.set(name, value);
        }
        headers
    }

    /// The value of a header, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The headers in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A token of RFC 9110, 5.6.2.
fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A value of the Fetch standard, of which each character becomes one byte.
fn is_value(value: &str) -> bool {
    value
        .chars()
        .all(|character| character <= '\u{ff}' && !matches!(character, '\0' | '\r' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_takes_the_place_of_its_namesake() {
        let mut headers = Headers::default();
        for (name, value) in [("X-A", "1"), ("X-B", "2"), ("x-a", " 3\n")] {
            assert_eq!(headers.set(name, value), Ok(()));
        }
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(all, [("X-B", "2"), ("x-a", "3")]);
    }

    #[test]
    fn headers_that_came_are_found_by_name() {
        let headers = Headers::received("retry-after: 2\r\nX-A: b: c \r\nnonsense\r\n: x\r\n");
        assert_eq!(headers.get("Retry-After"), Some("2"));
        assert_eq!(headers.get("x-a"), Some("b: c"));
        assert_eq!(headers.get("nonsense"), None);
        assert_eq!(headers.iter().count(), 2);
    }

    #[test]
    fn names_and_values_at_which_a_browser_would_throw_are_refused() {
        let mut headers = Headers::default();
        for name in ["", "a b", "a:", "a\n", "é", "(a)", "a\0"] {
            let refused = headers.set(name, "x");
            assert_eq!(refused, Err(InvalidHeader::Name { name: name.into() }));
        }
        for value in ["a\nb", "a\rb", "a\0b", "日本", "😀"] {
            let refused = headers.set("X-A", value);
            assert_eq!(refused, Err(InvalidHeader::Value { name: "X-A".into() }));
            let said = refused.map_err(|invalid| invalid.to_string());
            assert!(said.is_err_and(|said| !said.contains(value)));
        }
        assert_eq!(headers.set("X-A", ""), Ok(()));
        assert_eq!(headers.set("X-A", "a\tb é ÿ"), Ok(()));
    }
}
