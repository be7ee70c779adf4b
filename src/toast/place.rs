//! Where toasts stack: which toaster, and which of its six places.

use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

use yew::html::IntoPropValue;

/// The name of one of several toasters on a page. The default one has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToasterId(Option<Rc<str>>);

impl ToasterId {
    /// Whether it is the default toaster's.
    pub const fn is_default(&self) -> bool {
        self.0.is_none()
    }
}

impl From<&str> for ToasterId {
    fn from(name: &str) -> Self {
        Self((!name.is_empty()).then(|| name.into()))
    }
}

impl From<String> for ToasterId {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

/// So that markup can name a toaster: `<ToasterView id="sidebar" />`.
impl IntoPropValue<ToasterId> for &str {
    fn into_prop_value(self) -> ToasterId {
        self.into()
    }
}

impl fmt::Display for ToasterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_deref().unwrap_or_default().fmt(formatter)
    }
}

/// Where toasts stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Position {
    TopLeft,
    TopCenter,
    TopRight,
    BottomLeft,
    BottomCenter,
    #[default]
    BottomRight,
}

impl Position {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::TopLeft,
        Self::TopCenter,
        Self::TopRight,
        Self::BottomLeft,
        Self::BottomCenter,
        Self::BottomRight,
    ];

    /// The words of `data-position` (CONTRACT §4).
    pub const fn words(self) -> &'static str {
        match self {
            Self::TopLeft => "top-left",
            Self::TopCenter => "top-center",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomCenter => "bottom-center",
            Self::BottomRight => "bottom-right",
        }
    }
}

/// The text names no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a position is top or bottom, a hyphen, then left, center or right")]
pub struct UnknownPosition;

impl FromStr for Position {
    type Err = UnknownPosition;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|position| position.words() == words)
            .ok_or(UnknownPosition)
    }
}

/// One stack: a position of a toaster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whose.
    pub toaster: ToasterId,
    /// Where.
    pub position: Position,
}
