//! How toasts look: themes, colours and icons.

use std::str::FromStr;

use yew::Html;

use super::ToastKind;

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

/// How a toast is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As the theme has it.
    #[default]
    Plain,
    /// In the colour of its kind.
    Rich,
    /// As the other theme has it.
    Inverted,
    /// Not at all: the app's own class does it.
    Unstyled,
}

impl Look {
    /// The word of `data-look`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rich => "rich",
            Self::Inverted => "inverted",
            Self::Unstyled => "unstyled",
        }
    }
}

/// What stands before the text of a toast. No screen reader sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Icon {
    /// That of its kind.
    #[default]
    AsItsKind,
    /// Nothing.
    Hidden,
    /// The app's own.
    Custom(Html),
}

/// The icons of a toaster, by kind.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Icons {
    pub default: Icon,
    pub loading: Icon,
    pub success: Icon,
    pub error: Icon,
    pub info: Icon,
    pub warning: Icon,
}

impl Icons {
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
