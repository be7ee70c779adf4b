//! Numbers that a person reads: how many or how much, and of what.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// How many or how much of something, rounded as a person wants to know it.
///
/// Displayed it is plain: digits without grouping, a point, and the unit's
/// international symbol.
///
/// ```
/// use std::time::Duration;
/// use background_tasks_core::messages::Amount;
///
/// assert_eq!(Amount::size(1_500_000).to_string(), "1.5 MB");
/// assert_eq!(Amount::pace(250_000).to_string(), "250 kB/s");
/// assert_eq!(Amount::time(Duration::from_secs(150)).to_string(), "3 min");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// The number, not yet rounded.
    pub number: f64,
    /// Digits after the point, always that many.
    pub decimals: u8,
    /// Of what.
    pub unit: Unit,
}

/// What an [`Amount`] is counted or measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Unit {
    /// Nothing: the number stands for itself.
    None,
    Percent,
    Second,
    Minute,
    Hour,
    /// So many bytes.
    Bytes(Scale),
    /// So many bytes in a second.
    BytesPerSecond(Scale),
}

/// Powers of 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Scale {
    One,
    Kilo,
    Mega,
    Giga,
    Tera,
    Peta,
}

/// A way to write numbers. Two are equal where one is a clone of the other.
#[derive(Clone)]
pub struct Numbers(Rc<Write>);

type Write = dyn Fn(&str, Amount) -> String;

impl Numbers {
    /// `write` gets a language as its BCP 47 tag and an amount, and answers
    /// what a person reads.
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
    /// So many of what the text names.
    pub fn count(number: impl TryInto<u64>) -> Self {
        Self::whole(number.try_into().unwrap_or(u64::MAX), Unit::None)
    }

    /// Percent.
    pub fn percent(percent: u8) -> Self {
        Self::whole(percent.into(), Unit::Percent)
    }

    /// Bytes, in the largest unit of which there is one.
    pub fn size(bytes: u64) -> Self {
        Self::scaled(bytes, Unit::Bytes)
    }

    /// Bytes in a second, in the largest unit of which there is one.
    pub fn pace(bytes: u64) -> Self {
        Self::scaled(bytes, Unit::BytesPerSecond)
    }

    /// A time, in seconds below a minute, minutes below two hours, hours above;
    /// begun minutes and hours count.
    pub fn time(time: Duration) -> Self {
        match time.as_secs() {
            seconds @ 0..60 => Self::whole(seconds, Unit::Second),
            seconds @ 60..7_200 => Self::whole(seconds.div_ceil(60), Unit::Minute),
            seconds => Self::whole(seconds.div_ceil(3_600), Unit::Hour),
        }
    }

    // Far below the 53 bits that a float holds, but for numbers that no one has.
    #[allow(clippy::cast_precision_loss)]
    fn whole(number: u64, unit: Unit) -> Self {
        Self {
            number: number as f64,
            decimals: 0,
            unit,
        }
    }

    /// One, in the last decimal place.
    const fn one(self) -> u64 {
        10_u64.saturating_pow(self.decimals as u32)
    }

    // A cast stops at the ends of what a u64 holds.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss
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
            // What would be rounded to 1000 belongs to the next unit.
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
        // As whole numbers: to write any float takes 10 kB of WASM.
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
    fn sizes_are_short_and_in_the_largest_unit() {
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
            assert_eq!(Amount::pace(bytes).to_string(), format!("{text}/s"));
        }
        assert!(Amount::size(u64::MAX).to_string().ends_with("PB"));
    }

    #[test]
    fn times_are_in_the_unit_that_a_person_would_use() {
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
