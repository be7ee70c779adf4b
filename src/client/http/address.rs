//! Addresses: the base, fixed paths below it, and ids as single segments.

use std::fmt::Write as _;

use thiserror::Error;

/// An address without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// Addresses know no segment of this name: it is empty, or means a folder.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("the id {0:?} cannot stand in an address")]
pub struct NoSegment(String);

impl Address {
    /// An address from a developer's setting, taken as it is.
    pub fn new(base: &str) -> Self {
        Self(base.trim().trim_end_matches('/').to_owned())
    }

    /// A whole address from a server, taken as it is.
    pub const fn located(href: String) -> Self {
        Self(href)
    }

    /// Goes on with a path from a developer's setting, such as `v2/transcripts`.
    pub fn with_path(&self, path: &str) -> Self {
        let mut address = self.clone();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            address.push(segment);
        }
        address
    }

    /// Goes on with an id, whatever is in it, as one segment.
    ///
    /// # Errors
    ///
    /// [`NoSegment`]. Encoded dots are no way out: browsers read `%2E%2E` as `..`.
    pub fn with_segment(&self, id: &str) -> Result<Self, NoSegment> {
        if matches!(id, "" | "." | "..") {
            return Err(NoSegment(id.to_owned()));
        }
        let mut address = self.clone();
        address.push(id);
        Ok(address)
    }

    /// Goes on with a query `ids` of as many ids as fit into so many bytes, the
    /// first in any case. Tells how many these are. Each is encoded by itself, so
    /// that one may hold a comma.
    pub fn with_ids<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
        most_bytes: usize,
    ) -> (Self, usize) {
        let mut address = self.clone();
        address.0.push_str("?ids=");
        let start = address.0.len();
        let mut fit = 0;
        for id in ids {
            let before = address.0.len();
            if fit > 0 {
                address.0.push(',');
            }
            address.push_encoded(id);
            if fit > 0 && address.0.len() - start > most_bytes {
                address.0.truncate(before);
                break;
            }
            fit += 1;
        }
        (address, fit)
    }

    /// The address as the browser takes it.
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

    fn segment(id: &str) -> Result<String, NoSegment> {
        Address::new("").with_segment(id).map(|address| address.0)
    }

    #[test]
    fn slashes_at_the_end_of_the_base_and_around_a_path_do_not_matter() {
        for (base, path, address) in [
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
            assert_eq!(Address::new(base).with_path(path).as_str(), address);
        }
    }

    #[test]
    fn an_id_stays_one_segment_whatever_is_in_it() {
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
    fn ids_of_a_list_are_encoded_one_by_one_and_as_many_as_fit() {
        let list = |ids: &[&str], most| {
            let (address, fit) = Address::new("/s").with_ids(ids.iter().copied(), most);
            (address.0, fit)
        };
        let (address, fit) = list(&["a,b", "c", "é&"], 100);
        assert_eq!((address.as_str(), fit), ("/s?ids=a%2Cb,c,%C3%A9%26", 3));
        let (address, fit) = list(&["aa", "bb", "cc"], 5);
        assert_eq!((address.as_str(), fit), ("/s?ids=aa,bb", 2));
        let (address, fit) = list(&["aaaaaaaa", "b"], 5);
        assert_eq!((address.as_str(), fit), ("/s?ids=aaaaaaaa", 1));
    }

    #[test]
    fn what_no_path_can_carry_is_refused_by_name() {
        for id in ["", ".", ".."] {
            let refused = segment(id).map_err(|refusal| refusal.to_string());
            let message = format!("the id {id:?} cannot stand in an address");
            assert_eq!(refused, Err(message));
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn decoding_gives_the_id_back(id in "\\PC+") {
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
