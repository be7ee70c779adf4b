//! A change of a toast in place.

use background_tasks_core::Percent;
use yew::AttrValue;

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
