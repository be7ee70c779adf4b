//! The events that change the stacks, and their effects.

use std::rc::Rc;

use yew::Callback;

use super::super::entry::Entry;
use super::super::{
    CloseReason, Placement, Toast, ToastId, ToastPatch, ToasterId, ToasterSettings,
};

/// An event that changes the stacks.
#[derive(Clone, Debug)]
pub enum StackEvent {
    /// Shows a toast, or replaces the one with the same id.
    Upsert(ToastId, Box<Toast>),
    /// Changes a toast in place. Ignored if it is exiting or closed.
    Patch(ToastId, ToastPatch),
    /// Closes a toast.
    Dismiss(ToastId, CloseReason),
    /// Closes all toasts.
    DismissAll(CloseReason),
    /// Replaces the settings of a toaster. Toasts without a position of their own move.
    Configure(ToasterId, Box<ToasterSettings>),
    /// A reason to pause the timers of a stack begins or ends.
    Pause(Placement, PauseReason, bool),
    /// The page becomes hidden (`true`) or visible.
    Hidden(bool),
    /// Time has passed.
    Tick,
}

/// Why the timers of a stack are paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PauseReason {
    /// The pointer is over it.
    Hover,
    /// It contains the focus.
    Focus,
    /// A button of the pointer is pressed on it.
    Press,
}

/// What the caller of [`Stacks::handle`](super::Stacks::handle) does once the stacks are no
/// longer borrowed.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    /// `on_close` callbacks to call, in this order.
    pub callbacks: Vec<(Callback<CloseReason>, CloseReason)>,
    /// Replaced values. They contain values of the app, whose destructors may call the
    /// toaster, so they are dropped together with the effects.
    pub discarded: Vec<Discarded>,
}

/// A replaced value.
#[derive(Debug)]
#[allow(dead_code, reason = "kept only to be dropped later")]
pub enum Discarded {
    /// A previous state of a toast, or a toast that was removed.
    Entry(Rc<Entry>),
    /// Previous settings of a toaster.
    Settings(Box<ToasterSettings>),
}
