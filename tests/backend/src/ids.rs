//! Ids in a query and in JSON.

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// The ids of `?ids=a,b,c`: split at the plain commas, then decoded one by one, so that an id may
/// contain an encoded comma. `None` if the query has no `ids`.
#[must_use]
pub fn in_query(query: &str) -> Option<Vec<String>> {
    let list = query
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("ids="))?;
    let ids = list
        .split(',')
        .filter(|encoded| !encoded.is_empty())
        .map(|encoded| percent_decode_str(encoded).decode_utf8_lossy().into_owned())
        .collect();
    Some(ids)
}

/// An id in JSON: a number or a string.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "an id must be a whole number or a text")]
pub enum JsonId {
    /// `7`
    Number(u64),
    /// `"7"`
    Text(String),
}

impl From<JsonId> for String {
    fn from(id: JsonId) -> Self {
        match id {
            JsonId::Number(number) => number.to_string(),
            JsonId::Text(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_list_are_decoded_one_by_one() {
        assert_eq!(
            in_query("x=1&ids=a%2Cb,%F0%9F%98%80,q%2F%3F%23%25%20"),
            Some(vec!["a,b".to_owned(), "😀".to_owned(), "q/?#% ".to_owned()])
        );
        assert_eq!(in_query("ids="), Some(Vec::new()));
        assert_eq!(in_query("identity=a"), None);
    }
}
