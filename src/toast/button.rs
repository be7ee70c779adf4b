//! A button of a toast.

use yew::{AttrValue, Callback};

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
