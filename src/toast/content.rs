//! The content and options of a toast.

use background_tasks_core::Percent;
use yew::{AttrValue, Callback, Classes, Html};

use super::{
    Appearance, CloseReason, Icon, Position, ToastButton, ToastDuration, ToastKind, ToasterId,
};

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
