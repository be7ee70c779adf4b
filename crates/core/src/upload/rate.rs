//! The speed of an upload, smoothed, and the time left.

use std::time::Duration;

use crate::task::Rate;
use crate::time::Timestamp;

/// So many bytes may count as sent although they stand in buffers of the browser, the system
/// or a proxy.
pub(super) const BUFFERED: u64 = 8 << 20;

/// A line whose speed is not known is assumed to carry at least so many bytes per second.
const SLOWEST: u64 = 32 << 10;

/// How long `bytes` may take if nothing is known about the line, in which case a fourth of
/// [`SLOWEST`] is assumed: aborting a healthy upload costs more than noticing a dead one late.
pub(super) const fn slowest(bytes: u64) -> Duration {
    Duration::from_secs(bytes / (SLOWEST / 4))
}

/// Measures the speed as an exponential moving average.
#[derive(Debug)]
pub(super) struct Meter {
    /// Where and when it started.
    start: (u64, Timestamp),
    /// What was reported last.
    latest: (u64, Timestamp),
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
            start: (sent, now),
            latest: (sent, now),
            last: now,
            sent,
            average: None,
            shown: None,
        }
    }

    /// `sent` of `total` bytes have been sent.
    pub(super) fn add(&mut self, sent: u64, total: u64, now: Timestamp) {
        self.latest = (sent, now);
        let passed = now.since(self.last);
        if passed < SHORTEST_SAMPLE {
            return;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "the speed need not be exact to the byte"
        )]
        let speed = sent.saturating_sub(self.sent) as f64 / passed.as_secs_f64();
        (self.last, self.sent) = (now, sent);
        let weight = 1.0 - (-passed.as_secs_f64() / MEMORY.as_secs_f64()).exp();
        let average = self
            .average
            .map_or(speed, |old| old + weight * (speed - old));
        self.average = Some(average);
        let is_due = |(at, _): (Timestamp, Rate)| now >= at + SHOWN_FOR;
        if self.shown.is_none_or(is_due) {
            self.shown = rate(average, total.saturating_sub(sent)).map(|rate| (now, rate));
        }
    }

    /// How long the bytes that stand in buffers may take. The others left at the speed of the
    /// line.
    pub(super) fn backlog(&self) -> Duration {
        let ((start, began), (sent, now)) = (self.start, self.latest);
        let sent = sent.saturating_sub(start);
        let left = sent.saturating_sub(BUFFERED).saturating_mul(1_000);
        let millis = now.as_millis().saturating_sub(began.as_millis());
        let speed = (left / millis.max(1)).max(SLOWEST);
        Duration::from_secs(sent.min(BUFFERED) / speed)
    }

    /// The speed to show.
    pub(super) fn rate(&self) -> Option<Rate> {
        self.shown.map(|(_, rate)| rate)
    }
}

/// `None` without progress.
fn rate(average: f64, left: u64) -> Option<Rate> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is not negative, and the cast saturates"
    )]
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
    fn bytes_in_buffers_take_as_long_as_line_needs() {
        let backlog = |bytes: u64, seconds: u64| {
            let mut meter = Meter::start(0, at(0));
            meter.add(bytes, bytes, at(seconds * 1_000));
            meter.backlog().as_secs()
        };
        let mib = 1 << 20;
        assert_eq!(backlog(100, 0), 0, "nothing to wait for");
        assert_eq!(backlog(mib, 0), 32, "all of it may stand in buffers");
        assert_eq!(backlog(1_000 * mib, 10), 0, "a fast line");
        assert_eq!(backlog(108 * mib, 1_000), 80, "0.1 MiB per second");
    }

    #[test]
    fn stalled_upload_has_no_speed() {
        let mut meter = Meter::start(0, at(0));
        meter.add(0, 1_000, at(1_000));
        assert_eq!(meter.rate(), None);
    }
}
