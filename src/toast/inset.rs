//! The space between toasts and the edges of the page.

/// Space to the edges of the page in CSS pixels; `None` for the style sheet's
/// `--ybt-offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub struct Inset {
    pub top: Option<u16>,
    pub right: Option<u16>,
    pub bottom: Option<u16>,
    pub left: Option<u16>,
}

/// The same space on all edges.
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
