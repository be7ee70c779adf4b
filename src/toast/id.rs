//! The id of a toast.

use std::fmt;
use std::rc::Rc;

/// The id of a toast. A toast that is shown with an id in use replaces the previous one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToastId(Rc<str>);

impl ToastId {
    /// The id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ToastId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for ToastId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for ToastId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
