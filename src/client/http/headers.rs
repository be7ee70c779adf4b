//! Headers: those of a request, all of which the browser accepts, and those of a response.

use std::cell::OnceCell;
use std::rc::Rc;

use thiserror::Error;

/// Names and values. Names are unique, regardless of case. Cloning is cheap.
#[derive(Clone, Default)]
pub struct Headers(Rc<Contents>);

#[derive(Clone, Default)]
struct Contents {
    all: Vec<(String, String)>,
    /// The same for the browser, which copies them into each request. Requests with the same
    /// headers share them: creating them takes as long as half of `fetch`.
    raw: OnceCell<web_sys::Headers>,
}

/// A header that no request can carry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidHeader {
    /// Its name is empty or contains a character that is not allowed in names.
    #[error("\"{name}\" is not a valid header name")]
    Name {
        /// The name.
        name: String,
    },
    /// Its value contains a line break, a null character or a character beyond Latin-1.
    /// The value may be secret and is not repeated.
    #[error("the value of the header \"{name}\" is not valid")]
    Value {
        /// The name.
        name: String,
    },
}

impl Headers {
    /// Sets a header. It replaces one of the same name.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader`] if a browser would throw.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidHeader> {
        let value = value.trim_matches([' ', '\t', '\r', '\n']);
        if !is_name(name) {
            return Err(InvalidHeader::Name { name: name.into() });
        }
        if !is_value(value) {
            return Err(InvalidHeader::Value { name: name.into() });
        }
        self.remove(name);
        Rc::make_mut(&mut self.0)
            .all
            .push((name.into(), value.into()));
        Ok(())
    }

    /// Removes a header, regardless of the case of its name.
    pub fn remove(&mut self, name: &str) {
        let contents = Rc::make_mut(&mut self.0);
        contents.raw.take();
        contents
            .all
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// For gloo-net, whose `set` panics if the browser throws. [`set`](Self::set) has
    /// refused every header for which it would.
    pub fn to_gloo(&self) -> gloo_net::http::Headers {
        let raw = self.0.raw.get_or_init(|| {
            let headers = gloo_net::http::Headers::new();
            for (name, value) in self.iter() {
                headers.set(name, value);
            }
            headers.into_raw()
        });
        gloo_net::http::Headers::from_raw(raw.clone())
    }

    /// Whether these are the same headers because one is a clone of the other.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Parses headers as `XMLHttpRequest.getAllResponseHeaders` returns them.
    pub fn parse(text: &str) -> Self {
        let mut headers = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            // Skips an invalid header; none that is read here is invalid.
            let _ = headers.set(name, value);
        }
        headers
    }

    /// The value of a header, regardless of the case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The headers in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A token by RFC 9110, 5.6.2.
fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A value by the Fetch standard, each character of which becomes one byte.
fn is_value(value: &str) -> bool {
    value
        .chars()
        .all(|character| character <= '\u{ff}' && !matches!(character, '\0' | '\r' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_replaces_one_of_the_same_name() {
        let mut headers = Headers::default();
        for (name, value) in [("X-A", "1"), ("X-B", "2"), ("x-a", " 3\n")] {
            assert_eq!(headers.set(name, value), Ok(()));
        }
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(all, [("X-B", "2"), ("x-a", "3")]);
    }

    #[test]
    fn response_headers_are_parsed() {
        let headers = Headers::parse("retry-after: 2\r\nX-A: b: c \r\nnonsense\r\n: x\r\n");
        assert_eq!(headers.get("Retry-After"), Some("2"));
        assert_eq!(headers.get("x-a"), Some("b: c"));
        assert_eq!(headers.get("nonsense"), None);
        assert_eq!(headers.iter().count(), 2);
    }

    #[test]
    fn names_and_values_for_which_a_browser_throws_are_refused() {
        let mut headers = Headers::default();
        for name in ["", "a b", "a:", "a\n", "é", "(a)", "a\0"] {
            let refused = headers.set(name, "x");
            assert_eq!(refused, Err(InvalidHeader::Name { name: name.into() }));
        }
        for value in ["a\nb", "a\rb", "a\0b", "日本", "😀"] {
            let refused = headers.set("X-A", value);
            assert_eq!(refused, Err(InvalidHeader::Value { name: "X-A".into() }));
            let message = refused.map_err(|invalid| invalid.to_string());
            assert!(message.is_err_and(|message| !message.contains(value)));
        }
        assert_eq!(headers.set("X-A", ""), Ok(()));
        assert_eq!(headers.set("X-A", "a\tb é ÿ"), Ok(()));
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn any_response_headers_are_parsed(text in "(\\PC|[\r\n:]){0,200}", name in "\\PC{0,8}") {
            let headers = Headers::parse(&text);
            for (name, value) in headers.iter() {
                proptest::prop_assert!(is_name(name) && is_value(value));
                proptest::prop_assert_eq!(headers.get(&name.to_uppercase()), Some(value));
            }
            let _ = headers.get(&name);
        }
    }
}
