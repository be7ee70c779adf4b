//! Why a toast was closed.

/// Why a toast was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// Its duration has elapsed.
    Timeout,
    /// The user pressed its close button.
    CloseButton,
    /// The user swiped it away.
    Swipe,
    /// The user pressed its action button.
    Action,
    /// The user pressed its cancel button.
    Cancel,
    /// The app closed it.
    Api,
    /// The user pressed Escape while it had the focus.
    Escape,
}

impl CloseReason {
    /// The reason as the JavaScript API reports it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::CloseButton => "close-button",
            Self::Swipe => "swipe",
            Self::Action => "action",
            Self::Cancel => "cancel",
            Self::Api => "api",
            Self::Escape => "escape",
        }
    }
}
