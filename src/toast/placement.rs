//! Where a toast appears: which toaster, and which of its six positions.

use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

use yew::html::IntoPropValue;

/// The id of one of several toasters on a page. The default toaster has an empty id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToasterId(Option<Rc<str>>);

impl ToasterId {
    /// Whether it is the id of the default toaster.
    pub const fn is_default(&self) -> bool {
        self.0.is_none()
    }
}

impl From<&str> for ToasterId {
    fn from(id: &str) -> Self {
        Self((!id.is_empty()).then(|| id.into()))
    }
}

impl From<String> for ToasterId {
    fn from(id: String) -> Self {
        Self::from(id.as_str())
    }
}

/// For `<ToasterView id="sidebar" />`.
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

/// The corner or edge of the page where toasts are stacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
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
    /// All six positions.
    pub const ALL: [Self; 6] = [
        Self::TopLeft,
        Self::TopCenter,
        Self::TopRight,
        Self::BottomLeft,
        Self::BottomCenter,
        Self::BottomRight,
    ];

    /// The value of `data-position`, such as `bottom-right`.
    pub const fn as_str(self) -> &'static str {
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

/// The error for a string that is not a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a position is top or bottom, a hyphen, then left, center or right")]
pub struct UnknownPosition;

impl FromStr for Position {
    type Err = UnknownPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|position| position.as_str() == text)
            .ok_or(UnknownPosition)
    }
}

/// One position of a toaster: the place of one stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// The toaster.
    pub toaster: ToasterId,
    /// The position.
    pub position: Position,
}
