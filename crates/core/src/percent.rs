//! A percentage: a whole number from 0 to 100.

use std::fmt;

/// Whole percent, 0 to 100.
///
/// ```
/// use background_tasks_core::Percent;
///
/// assert_eq!(Percent::new(250).get(), 100);
/// assert_eq!(Percent::from_f64(99.9).map(Percent::get), Some(99));
/// assert_eq!(Percent::from_f64(f64::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl From<u8> for Percent {
    fn from(percent: u8) -> Self {
        Self::new(percent)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl Percent {
    /// 0 %.
    pub const ZERO: Self = Self(0);
    /// 100 %.
    pub const FULL: Self = Self(100);

    /// `percent`, at most 100.
    pub const fn new(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// The integer part of `percent`, clamped to 0 to 100, so that 99.9 is not shown as
    /// done; `None` if it is infinite or NaN.
    pub fn from_f64(percent: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "after the clamp only the fraction is lost"
        )]
        percent
            .is_finite()
            .then(|| Self(percent.clamp(0.0, 100.0) as u8))
    }

    /// `part` as a percentage of `whole`; `None` if `whole` is not positive.
    pub fn of(part: f64, whole: f64) -> Option<Self> {
        (whole > 0.0)
            // In this order 29 of 100 is 29, not 28.999….
            .then(|| Self::from_f64(part * 100.0 / whole))
            .flatten()
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// As a number.
#[cfg(feature = "serde")]
impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
