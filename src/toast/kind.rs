//! The kind of a toast, and when it is dismissed.

use std::time::Duration;

use background_tasks_core::Percent;

/// The kind of a toast, with the data of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToastKind {
    /// A plain message.
    Default,
    /// Work in progress. It is not dismissed automatically.
    Loading {
        /// The progress; `None` if it is indeterminate.
        progress: Option<Percent>,
    },
    /// Work that has succeeded.
    Success,
    /// Work that has failed. Screen readers announce it immediately.
    Error,
    /// Information.
    Info,
    /// A warning.
    Warning,
}

impl ToastKind {
    /// The value of `data-kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Loading { .. } => "loading",
            Self::Success => "success",
            Self::Error => "error",
            Self::Info => "info",
            Self::Warning => "warning",
        }
    }
}

/// When a toast is dismissed automatically.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToastDuration {
    /// After the time that [`ToasterSettings`](super::ToasterSettings) has for its kind; never
    /// for a loading toast.
    #[default]
    Default,
    /// After this time, which passes only while the toast is visible and not paused.
    /// Ignored for a loading toast.
    After(Duration),
    /// Never: it remains until the user or the app closes it.
    UntilDismissed,
}
