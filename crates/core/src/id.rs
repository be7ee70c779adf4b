//! Ids of tasks, attachments, jobs and requests.

#[cfg(feature = "serde")]
mod serialization;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Rc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

text_id! {
    /// A task's id: `{kind}_{attachment_id}_{milliseconds}`. Its toast has the same id.
    TaskId
}

text_id! {
    /// The key by which the server reports a job's status: a queue id, or the attachment's
    /// id for kinds that have one job per attachment.
    ///
    /// It may be any text; clients percent-encode it before it becomes part of a path.
    JobKey
}

text_id! {
    /// Sent with a request that creates something. It stays the same across automatic
    /// retries, so that a repeated request creates nothing twice.
    IdempotencyKey
}

text_id! {
    /// Identifies a partial upload on the server, so that it can be continued: for tus, the
    /// URL of the upload. It is stored with the task. An upload fails if its key has more than
    /// [`MAX_BYTES`](Self::MAX_BYTES).
    ResumeKey
}

impl ResumeKey {
    /// The most bytes that a key may have, since it is stored with each change of its task.
    pub const MAX_BYTES: usize = 4096;
}

/// An attachment's id on the server: a number, or any text.
///
/// `7` and `"7"` denote the same attachment, so that they are equal. The variant is kept as
/// the server sent it.
///
/// ```
/// use background_tasks_core::AttachmentId;
///
/// assert_eq!(AttachmentId::from(7_u64), AttachmentId::from("7"));
/// assert_ne!(AttachmentId::from(7_u64), AttachmentId::from("07"));
/// ```
#[derive(Clone, Debug)]
pub enum AttachmentId {
    /// As in `"id": 7`.
    Number(u64),
    /// As in `"id": "a7"`.
    Text(Rc<str>),
}

/// What an attachment's id denotes, in whichever form it is written.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Denoted<'a> {
    Number(u64),
    Text(&'a str),
}

impl AttachmentId {
    fn denoted(&self) -> Denoted<'_> {
        match self {
            Self::Number(number) => Denoted::Number(*number),
            Self::Text(text) => match canonical_number(text) {
                Some(number) => Denoted::Number(number),
                None => Denoted::Text(text),
            },
        }
    }
}

/// The number of a text that is exactly what the number is written as.
fn canonical_number(text: &str) -> Option<u64> {
    match text.as_bytes() {
        [b'0'] | [b'1'..=b'9', ..] => text.parse().ok(),
        _ => None,
    }
}

impl PartialEq for AttachmentId {
    fn eq(&self, other: &Self) -> bool {
        self.denoted() == other.denoted()
    }
}

impl Eq for AttachmentId {}

impl PartialOrd for AttachmentId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AttachmentId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.denoted().cmp(&other.denoted())
    }
}

impl Hash for AttachmentId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.denoted().hash(state);
    }
}

impl From<u64> for AttachmentId {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for AttachmentId {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for AttachmentId {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for AttachmentId {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&AttachmentId> for JobKey {
    fn from(attachment: &AttachmentId) -> Self {
        Self::from(attachment.to_string())
    }
}

impl fmt::Display for AttachmentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// 2^53 + 1, the first number that a float cannot hold.
    const BEYOND_FLOATS: u64 = 9_007_199_254_740_993;

    #[test]
    fn number_and_its_decimal_text_are_same_attachment() {
        for number in [0, 7, BEYOND_FLOATS, u64::MAX] {
            let (a, b) = (
                AttachmentId::from(number),
                AttachmentId::from(number.to_string()),
            );
            assert_eq!(a, b);
            assert_eq!(a.cmp(&b), Ordering::Equal);
            assert!(HashSet::from([a]).contains(&b), "{number}");
        }
    }

    #[test]
    fn large_ids_are_compared_exactly() {
        assert_ne!(
            AttachmentId::from(BEYOND_FLOATS),
            AttachmentId::from((BEYOND_FLOATS - 1).to_string())
        );
        assert_ne!(
            AttachmentId::from(u64::MAX),
            AttachmentId::from("18446744073709551616")
        );
    }

    #[test]
    fn text_that_is_not_written_like_a_number_is_another_attachment() {
        for text in ["07", "+7", "-7", " 7", "7.0", "7e0", "", "٧", "0x7"] {
            assert_ne!(
                AttachmentId::from(text),
                AttachmentId::from(7_u32),
                "{text}"
            );
        }
        assert_ne!(AttachmentId::from("00"), AttachmentId::from(0_u32));
    }

    #[test]
    fn ids_are_ordered_numbers_first() {
        let mut ids = ["b", "10", "9", "a"].map(AttachmentId::from).to_vec();
        ids.push(8_u32.into());
        ids.sort();
        let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["8", "9", "10", "a", "b"]);
    }

    #[test]
    fn id_keeps_form_in_which_server_sent_it() {
        assert!(matches!(AttachmentId::from("7"), AttachmentId::Text(_)));
        assert!(matches!(AttachmentId::from(7_u32), AttachmentId::Number(7)));
    }
}
