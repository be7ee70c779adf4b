//! Names of things: tasks, attachments, jobs, requests.

use std::fmt;
use std::rc::Rc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Rc<str>);

        impl $name {
            /// The text as it was given.
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
    /// A task's name in this page: `{kind}_{attachment_id}_{milliseconds}` (CONTRACT §3).
    TaskId
}

text_id! {
    /// The name under which the server tells a job's status: a queue id, or the
    /// attachment's id for kinds that have one job per attachment.
    ///
    /// Any text; clients percent-encode it before it enters a path.
    JobKey
}

text_id! {
    /// Sent with a request that makes something, the same over its automatic
    /// retries, so that a repeated one makes no second thing (CONTRACT §1).
    IdempotencyKey
}

text_id! {
    /// What a client finds the server's part of an upload by, so that it goes
    /// on from there: for tus the address of the upload.
    ResumeKey
}

/// An attachment's name on the server: a number by CONTRACT §1, or any text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum AttachmentId {
    /// As in `"id": 7`.
    Number(u64),
    /// As in `"id": "a7"`.
    Text(Rc<str>),
}

/// By hand, since serde's own way to read one of several keeps what it reads in
/// between as a value of any sort, which costs 10 kB of WASM.
impl<'de> Deserialize<'de> for AttachmentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = AttachmentId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number or a text")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<AttachmentId, E> {
        Ok(AttachmentId::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<AttachmentId, E> {
        Ok(AttachmentId::Text(text.into()))
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
