//! The speed of an upload, smoothed, and the time left.

use std::time::Duration;

use crate::task::Rate;
use crate::time::Timestamp;

/// Measures the speed as an exponential moving average.
#[derive(Debug)]
pub(super) struct Meter {
    last: Timestamp,
    sent: u64,
    /// Bytes per second.
    average: Option<f64>,
    shown: Option<(Timestamp, Rate)>,
}

/// After this time an old measurement has the weight 1/e.
const MEMORY: Duration = Duration::from_secs(2);

/// Samples at shorter intervals measure the browser's buffers rather than the network.
const SHORTEST_SAMPLE: Duration = Duration::from_millis(250);

/// The shown speed changes no more often than a user can read it.
const SHOWN_FOR: Duration = Duration::from_secs(1);

impl Meter {
    /// Starts to measure.
    pub(super) const fn start(sent: u64, now: Timestamp) -> Self {
        Self {
            last: now,
            sent,
            average: None,
            shown: None,
        }
    }

    /// `sent` of `total` bytes have been sent.
    pub(super) fn add(&mut self, sent: u64, total: u64, now: Timestamp) {
        let passed = now.since(self.last);
        if passed < SHORTEST_SAMPLE {
            return;
        }
        #[allow(clippy::cast_precision_loss)] // The speed need not be exact to the byte.
        let speed = sent.saturating_sub(self.sent) as f64 / passed.as_secs_f64();
        (self.last, self.sent) = (now, sent);
        let weight = 1.0 - (-passed.as_secs_f64() / MEMORY.as_secs_f64()).exp();
        let average = self
            .average
            .map_or(speed, |old| old + weight * (speed - old));
        self.average = Some(average);
        let is_due = |(at, _): (Timestamp, Rate)| now.since(at) >= SHOWN_FOR;
        if self.shown.is_none_or(is_due) {
            self.shown = rate(average, total.saturating_sub(sent)).map(|rate| (now, rate));
        }
    }

    /// The speed to show.
    pub(super) fn rate(&self) -> Option<Rate> {
        self.shown.map(|(_, rate)| rate)
    }
}

/// `None` without progress.
fn rate(average: f64, left: u64) -> Option<Rate> {
    // Not negative, and saturating.
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
    fn steady_speed_is_measured_with_time_left() {
        let mut meter = Meter::start(0, at(0));
        assert_eq!(meter.rate(), None);
        for step in 1..=10 {
            meter.add(step * 500, 10_000, at(step * 500));
        }
        let rate = meter.rate();
        let speed = rate.map(|rate| rate.bytes_per_second);
        assert!(
            speed.is_some_and(|speed| (995..=1_005).contains(&speed)),
            "{speed:?}"
        );
        assert!(rate.is_some_and(|rate| (5..=6).contains(&rate.left.as_secs())));
    }

    #[test]
    fn burst_is_smoothed_and_speed_is_never_negative() {
        let mut meter = Meter::start(0, at(0));
        meter.add(1_000, 100_000, at(1_000));
        meter.add(11_000, 100_000, at(2_000));
        let speed = meter.rate().map_or(0, |rate| rate.bytes_per_second);
        assert!((3_000..7_000).contains(&speed), "{speed}");
        meter.add(0, 100_000, at(3_000));
        let slower = meter.rate().map_or(0, |rate| rate.bytes_per_second);
        assert!(slower < speed, "{slower} after {speed}");
    }

    #[test]
    fn shown_speed_changes_at_most_once_per_second() {
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
    fn stalled_upload_has_no_speed() {
        let mut meter = Meter::start(0, at(0));
        meter.add(0, 1_000, at(1_000));
        assert_eq!(meter.rate(), None);
    }
}
