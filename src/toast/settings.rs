//! What can be set about a toaster.

use std::str::FromStr;
use std::time::Duration;

use yew::AttrValue;

use super::{Position, ToastKind};

/// Settings of a toaster.
///
/// | setting | default |
/// | --- | --- |
/// | `position` | bottom-right |
/// | `visible`: toasts of a stack that are seen at once | 3 |
/// | `expand`: stacks are always spread out | no |
/// | `theme` | the system's |
/// | `success`: how long one stays (CONTRACT §3) | 5 s |
/// | `error` (CONTRACT §3) | 10 s |
/// | `other`: all others but loading ones | 4 s |
/// | `label`: of the region | Notifications |
/// | `close`: of the close button | Close |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToasterSettings {
    /// Where toasts appear that name no place.
    pub position: Position,
    /// How many toasts of a stack are seen at once, at least 1.
    pub visible: usize,
    /// Whether stacks are always spread out.
    pub expand: bool,
    /// The colours.
    pub theme: Theme,
    /// How long a success stays.
    pub success: Duration,
    /// How long an error stays.
    pub error: Duration,
    /// How long the others stay.
    pub other: Duration,
    /// What the region is called.
    pub label: AttrValue,
    /// What the close button is called.
    pub close: AttrValue,
}

impl Default for ToasterSettings {
    fn default() -> Self {
        Self {
            position: Position::BottomRight,
            visible: 3,
            expand: false,
            theme: Theme::System,
            success: Duration::from_secs(5),
            error: Duration::from_secs(10),
            other: Duration::from_secs(4),
            label: "Notifications".into(),
            close: "Close".into(),
        }
    }
}

impl ToasterSettings {
    /// How long a toast of a kind stays; none for ever.
    pub(super) const fn stays(&self, kind: ToastKind) -> Option<Duration> {
        match kind {
            ToastKind::Loading { .. } => None,
            ToastKind::Success => Some(self.success),
            ToastKind::Error => Some(self.error),
            ToastKind::Default | ToastKind::Info | ToastKind::Warning => Some(self.other),
        }
    }
}

/// The colours of a toaster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the system has it.
    #[default]
    System,
}

impl Theme {
    /// The word of `data-theme`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }
}

/// The text names no theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a theme is light, dark or system")]
pub struct UnknownTheme;

impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Light, Self::Dark, Self::System].into_iter();
        all.find(|theme| theme.word() == word).ok_or(UnknownTheme)
    }
}
