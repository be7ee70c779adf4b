//! Toasts: their content and options, and the [`Toaster`] that shows them.
//!
//! The toaster does not know about tasks.

mod appearance;
mod entry;
mod focus;
mod gesture;
mod host;
mod hotkey;
mod item;
mod layout;
mod list;
mod number;
mod placement;
mod provider;
mod settings;
mod stack;
mod stand_in;
mod swipe;
mod toaster;
mod view;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::Percent;
use yew::{AttrValue, Callback, Classes, Html};

pub use appearance::{Appearance, Icon, Icons, Theme, UnknownTheme};
pub use entry::{Entry, Phase};
pub(crate) use host::ToasterRoot;
pub use hotkey::{Hotkey, UnknownHotkey};
use placement::Placement;
pub use placement::{Position, ToasterId, UnknownPosition};
pub use provider::{ToasterProvider, ToasterProviderProps};
pub use settings::{Inset, ToasterSettings};
pub use stack::ClosedToast;
pub use swipe::SwipeDirections;
#[cfg(feature = "embed")]
pub(crate) use toaster::Toasts;
pub use toaster::{Toaster, use_toaster, use_toasts};
pub use view::{ToasterView, ToasterViewProps};

#[cfg(feature = "internals")]
pub(crate) mod internals {
    pub use super::stack::{StackEvent, Stacks};
}

/// The style sheet of toasts, `assets/toaster.css`: adopt it in a shadow tree, or put it
/// into a `style` element there.
pub const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/toaster.css"));

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

/// The content and options of a toast.
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::toast::{Toast, ToastDuration};
///
/// let toast = Toast::success("Saved")
///     .with_description("All changes are on the server")
///     .with_duration(ToastDuration::After(Duration::from_secs(2)));
/// assert_eq!(toast.title, "Saved");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Toast {
    /// The kind: loading, success, error and so on.
    pub kind: ToastKind,
    /// The title.
    pub title: AttrValue,
    /// The description below the title; empty for none.
    pub description: AttrValue,
    /// When it is dismissed automatically.
    pub duration: ToastDuration,
    /// The button for the main action, such as Retry.
    pub action: Option<ToastButton>,
    /// The button that cancels what the toast is about.
    pub cancel: Option<ToastButton>,
    /// Whether the user can close it.
    pub dismissible: bool,
    /// The toaster that shows it.
    pub toaster: ToasterId,
    /// The position; `None` for the toaster's setting.
    pub position: Option<Position>,
    /// The icon.
    pub icon: Icon,
    /// The appearance; `None` for the toaster's setting.
    pub appearance: Option<Appearance>,
    /// Whether it has a close button; `None` for the toaster's setting. A toast that is
    /// not dismissible has none.
    pub close_button: Option<bool>,
    /// Classes added to its `li` element.
    pub class: Classes,
    /// Content in place of icon, title, description and buttons. Screen readers still
    /// announce title and description.
    pub content: Option<Html>,
    /// Called once when the toast is closed.
    pub on_close: Callback<CloseReason>,
}

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
    /// After the time that [`ToasterSettings`] has for its kind; never for a loading toast.
    #[default]
    Default,
    /// After this time, which passes only while the toast is visible and not paused.
    /// Ignored for a loading toast.
    After(Duration),
    /// Never: it remains until the user or the app closes it.
    UntilDismissed,
}

/// A button of a toast.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToastButton {
    /// The label.
    pub label: AttrValue,
    /// Called on each click.
    pub on_click: Callback<()>,
    /// Whether a click closes the toast.
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

    /// Keeps the toast open on a click, for an action that updates or closes it itself.
    #[must_use]
    pub fn keep_open(mut self) -> Self {
        self.closes = false;
        self
    }
}

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

/// A change of a toast in place. Its kind, buttons and timer are kept, and so is each
/// part that is `None`.
///
/// ```
/// use yew_background_tasks::Percent;
/// use yew_background_tasks::toast::ToastPatch;
///
/// let patch = ToastPatch::new().with_progress(Some(Percent::new(40)));
/// assert_eq!(patch.title, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToastPatch {
    /// The new title.
    pub title: Option<AttrValue>,
    /// The new description.
    pub description: Option<AttrValue>,
    /// The new progress of a loading toast; `Some(None)` makes it indeterminate.
    pub progress: Option<Option<Percent>>,
}

impl ToastPatch {
    /// A patch that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<AttrValue>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<AttrValue>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Changes the progress; `None` makes it indeterminate.
    #[must_use]
    pub fn with_progress(mut self, progress: Option<Percent>) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl Toast {
    /// A toast of the given kind.
    pub fn new(kind: ToastKind, title: impl Into<AttrValue>) -> Self {
        Self {
            kind,
            title: title.into(),
            description: AttrValue::default(),
            duration: ToastDuration::Default,
            action: None,
            cancel: None,
            dismissible: true,
            toaster: ToasterId::default(),
            position: None,
            icon: Icon::Default,
            appearance: None,
            close_button: None,
            class: Classes::new(),
            content: None,
            on_close: Callback::noop(),
        }
    }

    /// An unstyled toast with custom content. Screen readers announce `title`.
    pub fn custom(title: impl Into<AttrValue>, content: Html) -> Self {
        Self::message(title)
            .with_content(content)
            .with_appearance(Appearance::Unstyled)
    }

    /// A plain toast.
    pub fn message(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Default, title)
    }

    /// A toast for work in progress; `None` for indeterminate progress.
    pub fn loading(title: impl Into<AttrValue>, progress: Option<Percent>) -> Self {
        Self::new(ToastKind::Loading { progress }, title)
    }

    /// A success toast.
    pub fn success(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Success, title)
    }

    /// An error toast.
    pub fn error(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Error, title)
    }

    /// An information toast.
    pub fn info(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Info, title)
    }

    /// A warning toast.
    pub fn warning(title: impl Into<AttrValue>) -> Self {
        Self::new(ToastKind::Warning, title)
    }

    /// Sets the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<AttrValue>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets when it is dismissed automatically.
    #[must_use]
    pub fn with_duration(mut self, duration: ToastDuration) -> Self {
        self.duration = duration;
        self
    }

    /// Adds an action button.
    #[must_use]
    pub fn with_action(mut self, action: ToastButton) -> Self {
        self.action = Some(action);
        self
    }

    /// Adds a cancel button.
    #[must_use]
    pub fn with_cancel(mut self, cancel: ToastButton) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Sets whether the user can close it.
    #[must_use]
    pub fn with_dismissible(mut self, dismissible: bool) -> Self {
        self.dismissible = dismissible;
        self
    }

    /// Sets the position.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Sets the toaster that shows it.
    #[must_use]
    pub fn with_toaster(mut self, toaster: impl Into<ToasterId>) -> Self {
        self.toaster = toaster.into();
        self
    }

    /// Sets the icon.
    #[must_use]
    pub fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = icon;
        self
    }

    /// Sets the appearance.
    #[must_use]
    pub fn with_appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = Some(appearance);
        self
    }

    /// Sets whether it has a close button.
    #[must_use]
    pub fn with_close_button(mut self, close_button: bool) -> Self {
        self.close_button = Some(close_button);
        self
    }

    /// Adds classes to its `li` element.
    #[must_use]
    pub fn with_class(mut self, class: impl Into<Classes>) -> Self {
        self.class.push(class);
        self
    }

    /// Sets content in place of icon, title, description and buttons.
    #[must_use]
    pub fn with_content(mut self, content: Html) -> Self {
        self.content = Some(content);
        self
    }

    /// Sets the callback that is called once when the toast is closed.
    #[must_use]
    pub fn with_on_close(mut self, on_close: impl Into<Callback<CloseReason>>) -> Self {
        self.on_close = on_close.into();
        self
    }
}
