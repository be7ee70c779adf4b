//! URLs of the API: the base, fixed paths below it, and ids as single path segments.

use std::fmt::Write as _;

use thiserror::Error;

/// A URL without a slash at its end, absolute or relative to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(String);

/// An id that no path segment can carry: it is empty, or has a meaning of its own.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("the id \"{0}\" cannot be part of a URL")]
pub struct InvalidSegment(String);

impl ApiUrl {
    /// The base that the developer has set, unchanged but for spaces and slashes around it.
    pub fn new(base: &str) -> Self {
        Self(base.trim().trim_end_matches('/').to_owned())
    }

    /// An absolute URL from a server, unchanged.
    pub const fn absolute(href: String) -> Self {
        Self(href)
    }

    /// Appends a path that the developer has set, such as `v2/transcripts`.
    pub fn with_path(&self, path: &str) -> Self {
        let mut url = self.clone();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            url.push(segment);
        }
        url
    }

    /// Appends any id as one segment.
    ///
    /// # Errors
    ///
    /// [`InvalidSegment`] for `""`, `"."` and `".."`. Encoding does not help: browsers
    /// read `%2E%2E` as `..`.
    pub fn with_segment(&self, id: &str) -> Result<Self, InvalidSegment> {
        if matches!(id, "" | "." | "..") {
            return Err(InvalidSegment(id.to_owned()));
        }
        let mut url = self.clone();
        url.push(id);
        Ok(url)
    }

    /// Appends a query `ids` with as many ids as fit into `max_bytes`, at least one.
    /// Returns their number as well. Each id is encoded on its own, so it may contain a
    /// comma.
    pub fn with_ids<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
        max_bytes: usize,
    ) -> (Self, usize) {
        let mut url = self.clone();
        url.0.push_str("?ids=");
        let start = url.0.len();
        let mut count = 0;
        for id in ids {
            let before = url.0.len();
            if count > 0 {
                url.0.push(',');
            }
            url.push_encoded(id);
            if count > 0 && url.0.len() - start > max_bytes {
                url.0.truncate(before);
                break;
            }
            count += 1;
        }
        (url, count)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn push(&mut self, segment: &str) {
        self.0.push('/');
        self.push_encoded(segment);
    }

    /// Encodes as JavaScript's `encodeURIComponent`.
    fn push_encoded(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                // Writing to a string does not fail.
                let _ = write!(self.0, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(id: &str) -> Result<String, InvalidSegment> {
        ApiUrl::new("").with_segment(id).map(|url| url.0)
    }

    #[test]
    fn slashes_around_base_and_path_do_not_matter() {
        for (base, path, url) in [
            ("/api", "status", "/api/status"),
            ("/api/", "/status/", "/api/status"),
            (" /api// ", "v2/status", "/api/v2/status"),
            ("", "status", "/status"),
            ("/", "status", "/status"),
            (
                "https://a.example/x/",
                "status",
                "https://a.example/x/status",
            ),
        ] {
            assert_eq!(ApiUrl::new(base).with_path(path).as_str(), url);
        }
    }

    #[test]
    fn any_id_is_one_segment() {
        for (id, encoded) in [
            ("q-81f3", "/q-81f3"),
            ("a/b?c#d%e", "/a%2Fb%3Fc%23d%25e"),
            ("../x", "/..%2Fx"),
            ("a b+c&d=e;f,g@h:i", "/a%20b%2Bc%26d%3De%3Bf%2Cg%40h%3Ai"),
            ("-_.!~*'()", "/-_.!~*'()"),
            ("é😀", "/%C3%A9%F0%9F%98%80"),
            ("\\\n\0", "/%5C%0A%00"),
            ("...", "/..."),
        ] {
            assert_eq!(segment(id).as_deref(), Ok(encoded));
        }
    }

    #[test]
    fn ids_are_encoded_one_by_one_as_many_as_fit() {
        let list = |ids: &[&str], max| {
            let (url, count) = ApiUrl::new("/s").with_ids(ids.iter().copied(), max);
            (url.0, count)
        };
        let (url, count) = list(&["a,b", "c", "é&"], 100);
        assert_eq!((url.as_str(), count), ("/s?ids=a%2Cb,c,%C3%A9%26", 3));
        let (url, count) = list(&["aa", "bb", "cc"], 5);
        assert_eq!((url.as_str(), count), ("/s?ids=aa,bb", 2));
        let (url, count) = list(&["aaaaaaaa", "b"], 5);
        assert_eq!((url.as_str(), count), ("/s?ids=aaaaaaaa", 1));
    }

    #[test]
    fn invalid_segment_is_named() {
        for id in ["", ".", ".."] {
            let refused = segment(id).map_err(|refusal| refusal.to_string());
            let message = format!("the id \"{id}\" cannot be part of a URL");
            assert_eq!(refused, Err(message));
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn decoding_returns_the_id(id in "\\PC+") {
            proptest::prop_assume!(!matches!(id.as_str(), "." | ".."));
            let encoded = segment(&id).unwrap_or_default();
            let mut bytes = Vec::new();
            let mut rest = encoded.trim_start_matches('/').bytes();
            while let Some(byte) = rest.next() {
                if byte == b'%' {
                    let hex: String = rest.by_ref().take(2).map(char::from).collect();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap_or_default());
                } else {
                    proptest::prop_assert!(byte.is_ascii_graphic() && byte != b'/');
                    bytes.push(byte);
                }
            }
            proptest::prop_assert_eq!(String::from_utf8(bytes).ok(), Some(id));
        }
    }
}
