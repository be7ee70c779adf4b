//! The appearance of toasts: theme, colours and icons.

use std::str::FromStr;

use yew::Html;

use super::ToastKind;

/// The colour theme of a toaster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Theme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
    /// The system's preference.
    #[default]
    System,
}

impl Theme {
    /// The value of `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }
}

/// The error for a string that is not a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a theme is light, dark or system")]
pub struct UnknownTheme;

impl FromStr for Theme {
    type Err = UnknownTheme;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Light, Self::Dark, Self::System].into_iter();
        all.find(|theme| theme.as_str() == text).ok_or(UnknownTheme)
    }
}

/// The colours of a toast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Appearance {
    /// The colours of the theme.
    #[default]
    Plain,
    /// The colours of the toast's kind, such as red for an error.
    Rich,
    /// The colours of the opposite theme.
    Inverted,
    /// No style; use [`Toast::with_class`](super::Toast::with_class) to add your own.
    Unstyled,
}

impl Appearance {
    /// The value of `data-look`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rich => "rich",
            Self::Inverted => "inverted",
            Self::Unstyled => "unstyled",
        }
    }
}

/// The icon before the text of a toast. It is hidden from screen readers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Icon {
    /// The icon of the toast's kind.
    #[default]
    Default,
    /// No icon.
    Hidden,
    /// A custom icon.
    Custom(Html),
}

/// The icons of a toaster, by kind of toast.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub struct Icons {
    pub default: Icon,
    pub loading: Icon,
    pub success: Icon,
    pub error: Icon,
    pub info: Icon,
    pub warning: Icon,
}

impl Icons {
    /// Sets the icon of one kind.
    #[must_use]
    pub fn with(mut self, kind: ToastKind, icon: Icon) -> Self {
        let slot = match kind {
            ToastKind::Default => &mut self.default,
            ToastKind::Loading { .. } => &mut self.loading,
            ToastKind::Success => &mut self.success,
            ToastKind::Error => &mut self.error,
            ToastKind::Info => &mut self.info,
            ToastKind::Warning => &mut self.warning,
        };
        *slot = icon;
        self
    }

    pub(super) const fn of(&self, kind: ToastKind) -> &Icon {
        match kind {
            ToastKind::Default => &self.default,
            ToastKind::Loading { .. } => &self.loading,
            ToastKind::Success => &self.success,
            ToastKind::Error => &self.error,
            ToastKind::Info => &self.info,
            ToastKind::Warning => &self.warning,
        }
    }
}
