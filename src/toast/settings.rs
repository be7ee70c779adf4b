//! The settings of a toaster.

use std::time::Duration;

use yew::{AttrValue, Classes};

use super::{Appearance, Hotkey, Icons, Inset, Position, SwipeDirections, Theme, ToastKind};

/// The settings of a toaster.
///
/// | setting | default |
/// | --- | --- |
/// | `position` | bottom-right |
/// | `visible`: number of visible toasts per stack | 3 |
/// | `expand`: stacks are always expanded | no |
/// | `gap` between the toasts of an expanded stack | 14 px, from the style sheet |
/// | `inset` from the edges of the page; `narrow_inset` up to a width of 600 px | 24 px; 16 px |
/// | `theme` | the system's preference |
/// | `appearance` | plain |
/// | `icons` | one per kind |
/// | `close_button` | yes |
/// | `swipe_directions` | towards the nearest edges |
/// | `direction` of writing, `ltr` or `rtl` | the page's |
/// | `language` of the region, a BCP 47 tag | the page's |
/// | `hotkey` that moves the focus to the toasts | Alt+T |
/// | `class` added to every toast | none |
/// | `success_duration`: time until a success toast is dismissed | 5 s |
/// | `error_duration`: the same for an error | 10 s |
/// | `duration`: the same for the other kinds, except loading toasts | 4 s |
/// | `label` of the region | Notifications |
/// | `close`: label of the close button | Close |
/// | `more`: text for `{n}` toasts that are not visible | + {n} more |
///
/// ```
/// use yew_background_tasks::toast::{Position, ToasterSettings};
///
/// let settings = ToasterSettings::default()
///     .with_position(Position::TopRight)
///     .with_visible(5);
/// assert_eq!(settings.visible, 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToasterSettings {
    /// The position of toasts that do not set their own.
    pub position: Position,
    /// The number of visible toasts per stack, at least 1.
    pub visible: usize,
    /// Whether stacks are always expanded.
    pub expand: bool,
    /// The space between toasts in CSS pixels; `None` for the style sheet's `--ybt-gap`.
    pub gap: Option<u16>,
    /// The space to the edges of the page.
    pub inset: Inset,
    /// The space to the edges of a page that is at most 600 px wide.
    pub narrow_inset: Inset,
    /// The colour theme.
    pub theme: Theme,
    /// The appearance of toasts that do not set their own.
    pub appearance: Appearance,
    /// The icons of toasts that do not set their own.
    pub icons: Icons,
    /// Whether toasts that do not set it themselves have a close button.
    pub close_button: bool,
    /// The directions in which toasts can be swiped away; `None` for those of the
    /// position.
    pub swipe_directions: Option<SwipeDirections>,
    /// The `dir` attribute of the region; `None` for the page's direction.
    pub direction: Option<AttrValue>,
    /// The `lang` attribute of the region, also used to format numbers; `None` for the
    /// page's language.
    pub language: Option<AttrValue>,
    /// The hotkey that moves the focus to the toasts and back; `None` for no hotkey.
    pub hotkey: Option<Hotkey>,
    /// Classes added to every toast.
    pub class: Classes,
    /// The time until a success toast is dismissed.
    pub success_duration: Duration,
    /// The time until an error toast is dismissed.
    pub error_duration: Duration,
    /// The time until a toast of another kind is dismissed; not for loading toasts.
    pub duration: Duration,
    /// The label of the region.
    pub label: AttrValue,
    /// The label of the close button.
    pub close: AttrValue,
    /// The text for `{n}` toasts that are not visible.
    pub more: AttrValue,
}

impl Default for ToasterSettings {
    fn default() -> Self {
        Self {
            position: Position::BottomRight,
            visible: 3,
            expand: false,
            gap: None,
            inset: Inset::default(),
            narrow_inset: Inset::default(),
            theme: Theme::System,
            appearance: Appearance::Plain,
            icons: Icons::default(),
            close_button: true,
            swipe_directions: None,
            direction: None,
            language: None,
            hotkey: Some(Hotkey::default()),
            class: Classes::new(),
            success_duration: Duration::from_secs(5),
            error_duration: Duration::from_secs(10),
            duration: Duration::from_secs(4),
            label: "Notifications".into(),
            close: "Close".into(),
            more: "+ {n} more".into(),
        }
    }
}

impl ToasterSettings {
    /// Sets the default position.
    #[must_use]
    pub const fn with_position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// Sets the number of visible toasts per stack, at least 1.
    #[must_use]
    pub const fn with_visible(mut self, visible: usize) -> Self {
        self.visible = visible;
        self
    }

    /// Sets whether stacks are always expanded.
    #[must_use]
    pub const fn with_expand(mut self, expand: bool) -> Self {
        self.expand = expand;
        self
    }

    /// Sets the space between toasts in CSS pixels.
    #[must_use]
    pub const fn with_gap(mut self, gap: u16) -> Self {
        self.gap = Some(gap);
        self
    }

    /// Sets the space to the edges of the page.
    #[must_use]
    pub fn with_inset(mut self, inset: impl Into<Inset>) -> Self {
        self.inset = inset.into();
        self
    }

    /// Sets the space to the edges of a page that is at most 600 px wide.
    #[must_use]
    pub fn with_narrow_inset(mut self, inset: impl Into<Inset>) -> Self {
        self.narrow_inset = inset.into();
        self
    }

    /// Sets the colour theme.
    #[must_use]
    pub const fn with_theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// Sets the default appearance of toasts.
    #[must_use]
    pub const fn with_appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = appearance;
        self
    }

    /// Sets the icons of the kinds of toasts.
    #[must_use]
    pub fn with_icons(mut self, icons: Icons) -> Self {
        self.icons = icons;
        self
    }

    /// Sets whether toasts have a close button by default.
    #[must_use]
    pub const fn with_close_button(mut self, close_button: bool) -> Self {
        self.close_button = close_button;
        self
    }

    /// Sets the directions in which toasts can be swiped away.
    #[must_use]
    pub const fn with_swipe_directions(mut self, directions: SwipeDirections) -> Self {
        self.swipe_directions = Some(directions);
        self
    }

    /// Sets the direction of writing, `ltr` or `rtl`.
    #[must_use]
    pub fn with_direction(mut self, direction: impl Into<AttrValue>) -> Self {
        self.direction = Some(direction.into());
        self
    }

    /// Sets the language, a BCP 47 tag.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<AttrValue>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Sets the hotkey; `None` for no hotkey.
    #[must_use]
    pub fn with_hotkey(mut self, hotkey: Option<Hotkey>) -> Self {
        self.hotkey = hotkey;
        self
    }

    /// Sets the classes added to every toast.
    #[must_use]
    pub fn with_class(mut self, class: impl Into<Classes>) -> Self {
        self.class = class.into();
        self
    }

    /// Sets the time until a success toast is dismissed.
    #[must_use]
    pub const fn with_success_duration(mut self, duration: Duration) -> Self {
        self.success_duration = duration;
        self
    }

    /// Sets the time until an error toast is dismissed.
    #[must_use]
    pub const fn with_error_duration(mut self, duration: Duration) -> Self {
        self.error_duration = duration;
        self
    }

    /// Sets the time until a toast of another kind is dismissed.
    #[must_use]
    pub const fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Sets the label of the region.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<AttrValue>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the label of the close button.
    #[must_use]
    pub fn with_close(mut self, close: impl Into<AttrValue>) -> Self {
        self.close = close.into();
        self
    }

    /// Sets the text for toasts that are not visible; it contains `{n}`.
    #[must_use]
    pub fn with_more(mut self, more: impl Into<AttrValue>) -> Self {
        self.more = more.into();
        self
    }

    /// The time until a toast of this kind is dismissed; `None` for no limit.
    pub(super) const fn duration_of(&self, kind: ToastKind) -> Option<Duration> {
        match kind {
            ToastKind::Loading { .. } => None,
            ToastKind::Success => Some(self.success_duration),
            ToastKind::Error => Some(self.error_duration),
            ToastKind::Default | ToastKind::Info | ToastKind::Warning => Some(self.duration),
        }
    }
}
