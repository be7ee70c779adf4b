//! What can be set about a toaster.

use std::time::Duration;

use yew::{AttrValue, Classes};

use super::{Hotkey, Icons, Look, Position, SwipeDirections, Theme, ToastKind};

/// Settings of a toaster.
///
/// | setting | default |
/// | --- | --- |
/// | `position` | bottom-right |
/// | `visible`: toasts of a stack that are seen at once | 3 |
/// | `expand`: stacks are always spread out | no |
/// | `gap` between toasts of a stack that is spread out | the style sheet's 14 px |
/// | `inset` from the edges of the page; `narrow_inset` up to 600 px | 24 px; 16 px |
/// | `theme` | the system's |
/// | `look` | plain |
/// | `icons` | those of the kinds |
/// | `close_button` | yes |
/// | `swipe_directions` | off the nearest edges |
/// | `direction` of writing, `ltr` or `rtl` | the page's |
/// | `language` of the region, a BCP 47 tag | the page's |
/// | `hotkey` to bring the focus to the toasts | Alt+T |
/// | `class`: of every toast | none |
/// | `success`: how long one stays (CONTRACT §3) | 5 s |
/// | `error` (CONTRACT §3) | 10 s |
/// | `other`: all others but loading ones | 4 s |
/// | `label`: of the region | Notifications |
/// | `close`: of the close button | Close |
/// | `more`: of the line for `{n}` toasts that have no place | + {n} more |
#[derive(Clone, Debug, PartialEq)]
pub struct ToasterSettings {
    /// Where toasts appear that name no place.
    pub position: Position,
    /// How many toasts of a stack are seen at once, at least 1.
    pub visible: usize,
    /// Whether stacks are always spread out.
    pub expand: bool,
    /// The space between toasts, in CSS pixels; none for the style sheet's `--ybt-gap`.
    pub gap: Option<u16>,
    /// The space to the edges of the page.
    pub inset: Inset,
    /// The same on a page of at most 600 px.
    pub narrow_inset: Inset,
    /// The colours.
    pub theme: Theme,
    /// How toasts are coloured that say nothing about it.
    pub look: Look,
    /// What stands before the text of toasts that say nothing about it.
    pub icons: Icons,
    /// Whether toasts have a close button that say nothing about it.
    pub close_button: bool,
    /// Where toasts may be swiped to; none for off the edges nearest to their place.
    pub swipe_directions: Option<SwipeDirections>,
    /// The `dir` of the region; none for the page's.
    pub direction: Option<AttrValue>,
    /// The `lang` of the region, and how its numbers are written; none for the page's.
    pub language: Option<AttrValue>,
    /// The key that brings the focus to the toasts, and back; none for no key.
    pub hotkey: Option<Hotkey>,
    /// Classes of every toast.
    pub class: Classes,
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
    /// What stands for the `{n}` toasts that have no place.
    pub more: AttrValue,
}

/// Space to the edges of the page, in CSS pixels; none for the style sheet's
/// `--ybt-offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Inset {
    pub top: Option<u16>,
    pub right: Option<u16>,
    pub bottom: Option<u16>,
    pub left: Option<u16>,
}

/// The same on all four.
impl From<u16> for Inset {
    fn from(pixels: u16) -> Self {
        let all = Some(pixels);
        Self {
            top: all,
            right: all,
            bottom: all,
            left: all,
        }
    }
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
            look: Look::Plain,
            icons: Icons::default(),
            close_button: true,
            swipe_directions: None,
            direction: None,
            language: None,
            hotkey: Some(Hotkey::default()),
            class: Classes::new(),
            success: Duration::from_secs(5),
            error: Duration::from_secs(10),
            other: Duration::from_secs(4),
            label: "Notifications".into(),
            close: "Close".into(),
            more: "+ {n} more".into(),
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
