//! Toasts: what one is, and how it is made.

mod entry;
mod focus;
mod gesture;
mod host;
mod hotkey;
mod item;
mod layout;
mod list;
mod look;
mod number;
mod place;
mod provider;
mod settings;
pub mod stack;
mod stand_in;
mod swipe;
mod toaster;
mod view;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use yew::{AttrValue, Callback, Classes, Html};

pub use entry::{Entry, Phase};
pub(crate) use host::ToasterRoot;
pub use hotkey::{Hotkey, UnknownHotkey};
pub use look::{Icon, Icons, Look, Theme, UnknownTheme};
pub use place::{Place, Position, ToasterId, UnknownPosition};
pub use provider::{ToasterProvider, ToasterProviderProps};
pub use settings::{Inset, ToasterSettings};
pub use swipe::SwipeDirections;
pub use toaster::{Toaster, Toasts, use_toaster, use_toasts};
pub use view::{ToasterView, ToasterViewProps};

use crate::percent::Percent;

/// The style sheet of toasts, `assets/toaster.css`: for a shadow tree, which
/// adopts it or has it in a `style` element.
pub const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/toaster.css"));

/// A toast's name. A toast shown under a name that is taken replaces the one there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToastId(Rc<str>);

impl ToastId {
    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ToastId {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for ToastId {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for ToastId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a toast says and does.
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::toast::{Stays, Toast};
///
/// let toast = Toast::success("Saved")
///     .with_description("All changes are on the server")
///     .with_stays(Stays::For(Duration::from_secs(2)));
/// assert_eq!(toast.title, "Saved");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// What sort it is.
    pub kind: ToastKind,
    /// The first line.
    pub title: AttrValue,
    /// The second line, empty where there is none.
    pub description: AttrValue,
    /// How long it stays.
    pub stays: Stays,
    /// The button that does what the toast is about, such as Retry.
    pub action: Option<ToastButton>,
    /// The button that stops what the toast is about.
    pub cancel: Option<ToastButton>,
    /// Whether the person can close it.
    pub dismissible: bool,
    /// Which toaster shows it.
    pub toaster: ToasterId,
    /// Where it appears; none for the toaster's own place.
    pub position: Option<Position>,
    /// What stands before the text.
    pub icon: Icon,
    /// How it is coloured; none for the toaster's own way.
    pub look: Option<Look>,
    /// Whether it has a close button; none for the toaster's own way. One that
    /// the person cannot close has none.
    pub close_button: Option<bool>,
    /// Classes for its `li`.
    pub class: Classes,
    /// What stands in place of icon, text and buttons. The text is still what a
    /// screen reader says when the toast appears.
    pub content: Option<Html>,
    /// Called once when it goes.
    pub on_close: Callback<CloseReason>,
}

/// What sort of toast it is, and what only that sort has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    /// Plain.
    Default,
    /// Work goes on. It stays until something else is said.
    Loading {
        /// How far it is; none for unknown.
        progress: Option<Percent>,
    },
    /// Work has succeeded.
    Success,
    /// Work has failed. Said at once to those who hear the page.
    Error,
    /// For information.
    Info,
    /// For attention.
    Warning,
}

impl ToastKind {
    /// The word of `data-kind` (CONTRACT §4).
    pub const fn word(self) -> &'static str {
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

/// How long a toast stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stays {
    /// As long as its kind: see [`ToasterSettings`]; a loading one until it is replaced.
    #[default]
    AsItsKind,
    /// So long, counted while it is seen and nothing pauses it.
    For(Duration),
    /// Until it is closed.
    UntilClosed,
}

/// A button on a toast.
#[derive(Clone, Debug, PartialEq)]
pub struct ToastButton {
    /// What it is called.
    pub label: AttrValue,
    /// What it does.
    pub on_click: Callback<()>,
    /// Whether the toast goes with the click.
    pub closes: bool,
}

impl ToastButton {
    /// A button that closes its toast.
    pub fn new(label: impl Into<AttrValue>, on_click: impl Into<Callback<()>>) -> Self {
        Self {
            label: label.into(),
            on_click: on_click.into(),
            closes: true,
        }
    }

    /// Lets the toast stay: what the click does will change or close it.
    #[must_use]
    pub fn that_keeps_the_toast(mut self) -> Self {
        self.closes = false;
        self
    }
}

/// Why a toast went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseReason {
    /// Its time was up.
    Timeout,
    /// Its close button was pressed.
    CloseButton,
    /// It was swiped away.
    Swipe,
    /// Its action was taken.
    Action,
    /// Its cancel button was pressed.
    Cancel,
    /// The app asked for it.
    Api,
    /// Escape was pressed while it had the focus.
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

/// Changes of a toast that go on in place: its kind, buttons and time stay.
/// None leaves a part as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToastPatch {
    /// The first line.
    pub title: Option<AttrValue>,
    /// The second line.
    pub description: Option<AttrValue>,
    /// How far the work is, for a loading toast.
    pub progress: Option<Option<Percent>>,
}

impl Toast {
    /// A toast of a kind.
    pub fn new(kind: ToastKind, title: impl Into<AttrValue>) -> Self {
        Self {
            kind,
            title: title.into(),
            description: AttrValue::default(),
            stays: Stays::AsItsKind,
            action: None,
            cancel: None,
            dismissible: true,
            toaster: ToasterId::default(),
            position: None,
            icon: Icon::AsItsKind,
            look: None,
            close_button: None,
            class: Classes::new(),
            content: None,
            on_close: Callback::noop(),
        }
    }

    /// A toast with content of the app's own, without a look; `spoken` is what a
    /// screen reader says of it.
    pub fn custom(spoken: impl Into<AttrValue>, content: Html) -> Self {
        Self {
            content: Some(content),
            look: Some(Look::Unstyled),
            ..Self::message(spoken)
        }
    }

    /// A plain toast.
    pub fn message(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Default, title)
    }

    /// A toast for work that goes on; `progress` none is unknown.
    pub fn loading(title: impl Into<AttrValue>, progress: Option<Percent>) -> Self {
        Self::new(ToastKind::Loading { progress }, title)
    }

    /// A toast for success.
    pub fn success(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Success, title)
    }

    /// A toast for failure.
    pub fn error(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Error, title)
    }

    /// A toast for information.
    pub fn info(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Info, title)
    }

    /// A toast for attention.
    pub fn warning(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Warning, title)
    }

    /// Sets the second line.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<AttrValue>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets how long it stays.
    #[must_use]
    pub fn with_stays(mut self, stays: Stays) -> Self {
        self.stays = stays;
        self
    }

    /// Gives it an action.
    #[must_use]
    pub fn with_action(mut self, action: ToastButton) -> Self {
        self.action = Some(action);
        self
    }

    /// Gives it a cancel button.
    #[must_use]
    pub fn with_cancel(mut self, cancel: ToastButton) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Sets whether the person can close it.
    #[must_use]
    pub fn with_dismissible(mut self, dismissible: bool) -> Self {
        self.dismissible = dismissible;
        self
    }

    /// Sets where it appears.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Sets which toaster shows it.
    #[must_use]
    pub fn with_toaster(mut self, toaster: impl Into<ToasterId>) -> Self {
        self.toaster = toaster.into();
        self
    }

    /// Sets what stands before the text.
    #[must_use]
    pub fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = icon;
        self
    }

    /// Sets how it is coloured.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Self {
        self.look = Some(look);
        self
    }

    /// Sets whether it has a close button.
    #[must_use]
    pub fn with_close_button(mut self, close_button: bool) -> Self {
        self.close_button = Some(close_button);
        self
    }

    /// Adds classes to its `li`.
    #[must_use]
    pub fn with_class(mut self, class: impl Into<Classes>) -> Self {
        self.class.push(class);
        self
    }

    /// Sets what is called once when it goes.
    #[must_use]
    pub fn with_on_close(mut self, on_close: impl Into<Callback<CloseReason>>) -> Self {
        self.on_close = on_close.into();
        self
    }
}
