//! The app's own data on a task.

use std::fmt;
use std::rc::Rc;

use thiserror::Error;

use crate::json::{Json, MAX_DEPTH};

/// The app's own data on a task: any JSON value, such as the folder that an upload belongs to.
///
/// It is part of the task from its start on: it is in the store, in events, in storage and in
/// the messages to other tabs, and it does not change. The tasks that follow an upload (the
/// processing of its video, its embedding) have the upload's.
///
/// Since it is stored and sent with each change of the task, it is limited to
/// [`MAX_BYTES`](Self::MAX_BYTES) bytes of JSON, at most 32 levels deep. It is not secret: the
/// storage of the browser contains it in plain text.
///
/// ```
/// use background_tasks_core::{InvalidMeta, Meta};
///
/// let meta = Meta::from_json(r#"{"folder": 12}"#)?;
/// assert_eq!(meta.as_json(), r#"{"folder": 12}"#);
/// assert_eq!(Meta::from_json("{folder}"), Err(InvalidMeta::NotJson));
/// # Ok::<(), InvalidMeta>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Meta(Rc<str>);

/// Why a value cannot be a task's [`Meta`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidMeta {
    /// The text is not JSON, or the value is nested more than 32 levels deep.
    #[error("metadata must be JSON, at most {MAX_DEPTH} levels deep")]
    NotJson,
    /// The JSON text has more than [`Meta::MAX_BYTES`] bytes.
    #[error(
        "metadata has {bytes} bytes of JSON; at most {} are stored",
        Meta::MAX_BYTES
    )]
    TooLong {
        /// The number of bytes.
        bytes: usize,
    },
    /// The value cannot be written as JSON, or is not of the type that is read.
    #[error("metadata does not match its type: {detail}")]
    WrongType {
        /// What does not match.
        detail: String,
    },
}

impl Meta {
    /// The maximum number of bytes of the JSON text, in UTF-8.
    pub const MAX_BYTES: usize = 4096;

    /// The data of a JSON text, which is kept as it is written.
    ///
    /// # Errors
    ///
    /// The text is not JSON, is nested too deeply or is too long.
    pub fn from_json(text: impl Into<Rc<str>>) -> Result<Self, InvalidMeta> {
        let text = text.into();
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidMeta::TooLong { bytes: text.len() });
        }
        match Json::parse(&text) {
            Some(_) => Ok(Self(text)),
            None => Err(InvalidMeta::NotJson),
        }
    }

    pub(crate) fn null() -> Self {
        Self("null".into())
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The data of a value.
    ///
    /// ```
    /// use background_tasks_core::Meta;
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Folder {
    ///     folder: u32,
    /// }
    ///
    /// let meta = Meta::new(&Folder { folder: 12 })?;
    /// assert_eq!(meta.as_json(), r#"{"folder":12}"#);
    /// assert_eq!(meta.read::<Folder>()?.folder, 12);
    /// # Ok::<(), background_tasks_core::InvalidMeta>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The value cannot be written as JSON, is nested too deeply or is too long.
    #[cfg(feature = "serde")]
    pub fn new(value: &(impl serde::Serialize + ?Sized)) -> Result<Self, InvalidMeta> {
        let text = serde_json::to_string(value).map_err(InvalidMeta::of)?;
        Self::from_json(text)
    }

    /// The data as a value of type `T`.
    ///
    /// # Errors
    ///
    /// [`InvalidMeta::WrongType`] if it is not such a value, as after an update of the app.
    #[cfg(feature = "serde")]
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, InvalidMeta> {
        serde_json::from_str(&self.0).map_err(InvalidMeta::of)
    }
}

#[cfg(feature = "serde")]
impl InvalidMeta {
    #[expect(clippy::needless_pass_by_value, reason = "used in `map_err`")]
    fn of(error: serde_json::Error) -> Self {
        Self::WrongType {
            detail: error.to_string(),
        }
    }
}

/// The JSON text.
impl fmt::Display for Meta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Meta({self})")
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_of_the_maximum_length_is_accepted_and_a_longer_one_is_not() {
        let of_length = |bytes: usize| format!("\"{}\"", "a".repeat(bytes - 2));
        let longest = of_length(Meta::MAX_BYTES);
        assert_eq!(Meta::from_json(longest.clone()).unwrap().as_json(), longest);
        let bytes = Meta::MAX_BYTES + 1;
        let refused = Meta::from_json(of_length(bytes));
        assert_eq!(refused, Err(InvalidMeta::TooLong { bytes }));
        // Bytes, not characters.
        let refused = Meta::from_json(format!("\"{}\"", "语".repeat(1365)));
        assert_eq!(refused, Err(InvalidMeta::TooLong { bytes: 4097 }));
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_is_exhausted() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Meta::from_json(nested(32)).is_ok());
        assert_eq!(Meta::from_json(nested(33)), Err(InvalidMeta::NotJson));
        assert_eq!(Meta::from_json(nested(2_000)), Err(InvalidMeta::NotJson));
    }

    #[test]
    fn every_scalar_is_metadata() {
        for text in [
            "null",
            "true",
            "0",
            "-1.5e-3",
            "\"\"",
            "[]",
            "{}",
            "12345678901234567890",
        ] {
            assert_eq!(
                Meta::from_json(text).map(|meta| meta.to_string()),
                Ok(text.into())
            );
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn value_of_another_type_is_an_error() {
        let meta = Meta::new(&vec![1, 2]).unwrap();
        assert_eq!(meta.read::<Vec<u8>>(), Ok(vec![1, 2]));
        let error = meta.read::<String>().unwrap_err();
        assert!(matches!(error, InvalidMeta::WrongType { .. }), "{error}");
    }

    proptest! {
        /// So that no reader of JSON, such as `JSON.parse`, fails on a task's metadata.
        #[test]
        fn what_is_accepted_is_json(
            text in "[\\[\\]{}:,\"\\\\a0-9eE+.\\- \n\t\u{0}-\u{1f}]{0,12}",
        ) {
            if Meta::from_json(text.as_str()).is_ok() {
                let read = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text);
                prop_assert!(read.is_ok(), "{text:?}");
            }
        }
    }
}
