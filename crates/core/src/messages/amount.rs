//! Quantities that the user reads: a number and its unit.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// A quantity, rounded for the user.
///
/// `Display` formats it plainly: digits without grouping, a decimal point, and the unit's
/// international symbol.
///
/// ```
/// use std::time::Duration;
/// use background_tasks_core::messages::Amount;
///
/// assert_eq!(Amount::size(1_500_000).to_string(), "1.5 MB");
/// assert_eq!(Amount::speed(250_000).to_string(), "250 kB/s");
/// assert_eq!(Amount::time(Duration::from_secs(150)).to_string(), "3 min");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// The number, not yet rounded.
    pub number: f64,
    /// The number of decimal places, always shown.
    pub decimals: u8,
    /// The unit.
    pub unit: Unit,
}

/// The unit of an [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
#[non_exhaustive]
pub enum Unit {
    /// No unit.
    None,
    Percent,
    Second,
    Minute,
    Hour,
    /// Bytes.
    Bytes(Scale),
    /// Bytes per second.
    BytesPerSecond(Scale),
}

/// A power of 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scale {
    One,
    Kilo,
    Mega,
    Giga,
    Tera,
    Peta,
}

/// A number format. Two are equal if one is a clone of the other.
#[derive(Clone)]
pub struct Numbers(Rc<Write>);

type Write = dyn Fn(&str, Amount) -> String;

impl Numbers {
    /// `write` formats an amount in the language of a BCP 47 tag.
    pub fn new(write: impl Fn(&str, Amount) -> String + 'static) -> Self {
        Self(Rc::new(write))
    }

    pub(super) fn write(&self, language: &str, amount: Amount) -> String {
        (self.0)(language, amount)
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Numbers {}

impl fmt::Debug for Numbers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Numbers").finish_non_exhaustive()
    }
}

impl Amount {
    /// A plain number.
    pub fn count(number: impl TryInto<u64>) -> Self {
        Self::whole(number.try_into().unwrap_or(u64::MAX), Unit::None)
    }

    /// A percentage.
    pub fn percent(percent: u8) -> Self {
        Self::whole(percent.into(), Unit::Percent)
    }

    /// A number of bytes, in the largest unit that fits.
    pub fn size(bytes: u64) -> Self {
        Self::scaled(bytes, Unit::Bytes)
    }

    /// A number of bytes per second, in the largest unit that fits.
    pub fn speed(bytes: u64) -> Self {
        Self::scaled(bytes, Unit::BytesPerSecond)
    }

    /// A duration: in seconds below a minute, in minutes below two hours, else in hours;
    /// minutes and hours are rounded up.
    pub fn time(time: Duration) -> Self {
        match time.as_secs() {
            seconds @ 0..60 => Self::whole(seconds, Unit::Second),
            seconds @ 60..7_200 => Self::whole(seconds.div_ceil(60), Unit::Minute),
            seconds => Self::whole(seconds.div_ceil(3_600), Unit::Hour),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "realistic numbers are far below 2^53"
    )]
    fn whole(number: u64, unit: Unit) -> Self {
        Self {
            number: number as f64,
            decimals: 0,
            unit,
        }
    }

    /// One in units of the last decimal place.
    const fn one(self) -> u64 {
        10_u64.saturating_pow(self.decimals as u32)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "the cast saturates"
    )]
    fn rounded(self, one: u64) -> u64 {
        (self.number * one as f64).round() as u64
    }

    fn scaled(bytes: u64, unit: fn(Scale) -> Unit) -> Self {
        let mut amount = Self::whole(bytes, unit(Scale::One));
        for larger in [
            Scale::Kilo,
            Scale::Mega,
            Scale::Giga,
            Scale::Tera,
            Scale::Peta,
        ] {
            // A number that would be rounded to 1000 belongs to the next unit.
            if amount.number < 999.5 {
                break;
            }
            amount.number /= 1000.0;
            amount.decimals = u8::from(amount.number < 9.95);
            amount.unit = unit(larger);
        }
        amount
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As integers: formatting floats takes 10 kB of WASM.
        let (decimals, one) = (usize::from(self.decimals), self.one());
        let rounded = self.rounded(one);
        write!(formatter, "{}", rounded / one)?;
        if decimals > 0 {
            write!(formatter, ".{:0decimals$}", rounded % one)?;
        }
        formatter.write_str(match self.unit {
            Unit::None => "",
            Unit::Percent => "%",
            Unit::Second => " s",
            Unit::Minute => " min",
            Unit::Hour => " h",
            Unit::Bytes(scale) | Unit::BytesPerSecond(scale) => match scale {
                Scale::One => " B",
                Scale::Kilo => " kB",
                Scale::Mega => " MB",
                Scale::Giga => " GB",
                Scale::Tera => " TB",
                Scale::Peta => " PB",
            },
        })?;
        if let Unit::BytesPerSecond(_) = self.unit {
            formatter.write_str("/s")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_largest_unit_that_fits() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_048_576, "1.0 MB"),
            (999_499, "999 kB"),
            (999_950, "1.0 MB"),
            (12_345_678, "12 MB"),
            (5_300_000_000, "5.3 GB"),
        ] {
            assert_eq!(Amount::size(bytes).to_string(), text);
            assert_eq!(Amount::speed(bytes).to_string(), format!("{text}/s"));
        }
        assert!(Amount::size(u64::MAX).to_string().ends_with("PB"));
    }

    #[test]
    fn times_are_in_readable_unit() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "2 min"),
            (7_199, "120 min"),
            (7_200, "2 h"),
            (7_201, "3 h"),
        ] {
            let time = Amount::time(Duration::from_secs(seconds));
            assert_eq!(time.to_string(), text);
        }
    }
}
