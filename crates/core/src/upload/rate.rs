//! How fast bytes go up, smoothed, and how long the rest will take. Pure.

use std::time::Duration;

use crate::time::Timestamp;

/// How fast an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes in a second, of late.
    pub bytes_per_second: u64,
    /// Until the last byte is sent at this pace, in whole seconds.
    pub left: Duration,
}

/// Measured pace in an exponential moving average.
#[derive(Debug)]
pub(super) struct Meter {
    last: Timestamp,
    sent: u64,
    /// Bytes per second.
    average: Option<f64>,
    shown: Option<(Timestamp, Rate)>,
}

/// After this time an old pace counts for 1/e.
const MEMORY: Duration = Duration::from_secs(2);

/// Samples nearer to each other say more of the browser's buffers than of the pace.
const SHORTEST_SAMPLE: Duration = Duration::from_millis(250);

/// What is shown changes no more often than a person can read it.
const SHOWN_FOR: Duration = Duration::from_secs(1);

impl Meter {
    /// Measures from here.
    pub(super) const fn start(sent: u64, now: Timestamp) -> Self {
        Self {
            last: now,
            sent,
            average: None,
            shown: None,
        }
    }

    /// So many bytes of `total` are sent now.
    pub(super) fn add(&mut self, sent: u64, total: u64, now: Timestamp) {
        let passed = now.since(self.last);
        if passed < SHORTEST_SAMPLE {
            return;
        }
        #[allow(clippy::cast_precision_loss)] // A pace need not be exact to the byte.
        let pace = sent.saturating_sub(self.sent) as f64 / passed.as_secs_f64();
        (self.last, self.sent) = (now, sent);
        let weight = 1.0 - (-passed.as_secs_f64() / MEMORY.as_secs_f64()).exp();
        let average = self.average.map_or(pace, |old| old + weight * (pace - old));
        self.average = Some(average);
        let is_due = |(at, _): (Timestamp, Rate)| now.since(at) >= SHOWN_FOR;
        if self.shown.is_none_or(is_due) {
            self.shown = rate(average, total.saturating_sub(sent)).map(|rate| (now, rate));
        }
    }

    /// What is shown of it.
    pub(super) fn rate(&self) -> Option<Rate> {
        self.shown.map(|(_, rate)| rate)
    }
}

/// None where nothing moves.
fn rate(average: f64, left: u64) -> Option<Rate> {
    // Positive, and saturating where it is beyond all measure.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let bytes_per_second = average as u64;
    let seconds = (bytes_per_second > 0).then(|| left.div_ceil(bytes_per_second))?;
    Some(Rate {
        bytes_per_second,
        left: Duration::from_secs(seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_steady_pace_is_told_as_it_is_with_the_time_left() {
        let mut meter = Meter::start(0, at(0));
        assert_eq!(meter.rate(), None);
        for step in 1..=10 {
            meter.add(step * 500, 10_000, at(step * 500));
        }
        let rate = meter.rate();
        let pace = rate.map(|rate| rate.bytes_per_second);
        assert!(
            pace.is_some_and(|pace| (995..=1_005).contains(&pace)),
            "{pace:?}"
        );
        assert!(rate.is_some_and(|rate| (5..=6).contains(&rate.left.as_secs())));
    }

    #[test]
    fn a_jolt_is_smoothed_and_a_step_back_is_no_negative_pace() {
        let mut meter = Meter::start(0, at(0));
        meter.add(1_000, 100_000, at(1_000));
        meter.add(11_000, 100_000, at(2_000));
        let pace = meter.rate().map_or(0, |rate| rate.bytes_per_second);
        assert!((3_000..7_000).contains(&pace), "{pace}");
        meter.add(0, 100_000, at(3_000));
        let slower = meter.rate().map_or(0, |rate| rate.bytes_per_second);
        assert!(slower < pace, "{slower} after {pace}");
    }

    #[test]
    fn what_is_shown_changes_once_a_second_at_most() {
        let mut meter = Meter::start(0, at(0));
        let mut shown = Vec::new();
        for step in 1..=40_u64 {
            meter.add(step * step, 1_000_000, at(step * 50));
            shown.extend(meter.rate());
        }
        shown.dedup();
        assert!(shown.len() <= 3, "{shown:?}");
    }

    #[test]
    fn standing_still_has_no_end_in_sight() {
        let mut meter = Meter::start(0, at(0));
        meter.add(0, 1_000, at(1_000));
        assert_eq!(meter.rate(), None);
    }
}
