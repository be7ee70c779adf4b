//! Toasts: their content and options, and the [`Toaster`] that shows them.
//!
//! The toaster does not know about tasks.

mod appearance;
mod button;
mod close_reason;
mod content;
mod entry;
mod focus;
mod gesture;
mod host;
mod hotkey;
mod id;
mod inset;
mod item;
mod kind;
mod layout;
mod list;
mod number;
mod patch;
mod placement;
mod provider;
mod settings;
mod stack;
mod stand_in;
mod swipe;
mod toaster;
mod use_toaster;
mod view;

pub use appearance::{Appearance, Icon, Icons, Theme, UnknownTheme};
pub use button::ToastButton;
pub use close_reason::CloseReason;
pub use content::Toast;
pub use entry::{Entry, Phase};
pub(crate) use host::ToasterRoot;
pub use hotkey::{Hotkey, UnknownHotkey};
pub use id::ToastId;
pub use inset::Inset;
pub use kind::{ToastDuration, ToastKind};
pub use patch::ToastPatch;
use placement::Placement;
pub use placement::{Position, ToasterId, UnknownPosition};
pub use provider::{ToasterProvider, ToasterProviderProps};
pub use settings::ToasterSettings;
pub use stack::ClosedToast;
pub use swipe::SwipeDirections;
pub use toaster::Toaster;
#[cfg(feature = "embed")]
pub(crate) use toaster::Toasts;
pub use use_toaster::{use_toaster, use_toasts};
pub use view::{ToasterView, ToasterViewProps};

#[cfg(feature = "internals")]
pub(crate) mod internals {
    pub use super::stack::{StackEvent, Stacks};
}

/// The style sheet of toasts (`assets/toaster.css`). In a shadow tree, adopt it or add it as a
/// `style` element.
pub const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/toaster.css"));
