//! The server's own time, which can run faster than the clock.

use std::time::Duration;

/// Converts between the clock and the server's time. The server's time never
/// goes back, even when the speed changes.
#[derive(Clone, Debug)]
pub struct Pace {
    speed: f64,
    since: Duration,
    elapsed_before: Duration,
}

impl Pace {
    /// Starts the server's time at `now`.
    pub const fn new(speed: f64, now: Duration) -> Self {
        Self {
            speed,
            since: now,
            elapsed_before: Duration::ZERO,
        }
    }

    /// The server's time since it started.
    pub fn elapsed(&self, now: Duration) -> Duration {
        let elapsed = now.saturating_sub(self.since);
        self.elapsed_before
            .saturating_add(scale(elapsed, self.speed))
    }

    /// Continues at another speed from `now` on.
    pub fn set_speed(&mut self, speed: f64, now: Duration) {
        #[expect(
            clippy::float_cmp,
            reason = "each conversion rounds, so an equal speed must change nothing"
        )]
        if self.speed != speed {
            *self = Self {
                speed,
                since: now,
                elapsed_before: self.elapsed(now),
            };
        }
    }

    /// How long a span of the server's time takes by the clock.
    pub fn real(&self, span: Duration) -> Duration {
        scale(span, self.speed.recip())
    }

    /// When the server's time reaches `elapsed`; slightly later, rather than
    /// earlier, where the conversion is not exact.
    pub fn instant(&self, elapsed: Duration) -> Duration {
        let span = elapsed.saturating_sub(self.elapsed_before);
        let mut instant = self.since.saturating_add(self.real(span));
        if self.elapsed(instant) < elapsed {
            instant = instant.saturating_add(Duration::from_micros(1));
        }
        instant
    }
}

/// Multiplies a span by a factor; `Duration::MAX` if the result is too long.
#[must_use]
pub fn scale(span: Duration, factor: f64) -> Duration {
    #[expect(clippy::float_cmp, reason = "at normal speed the result is exact")]
    if factor == 1.0 {
        return span;
    }
    Duration::try_from_secs_f64(span.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_speed_counts_from_then_on() {
        let millis = Duration::from_millis;
        let mut pace = Pace::new(2.0, millis(1_000));
        let elapsed = |pace: &Pace, now| pace.elapsed(millis(now)).as_millis();
        assert_eq!(elapsed(&pace, 2_000), 2_000);
        pace.set_speed(10.0, millis(2_000));
        assert_eq!(elapsed(&pace, 2_000), 2_000);
        assert_eq!(elapsed(&pace, 2_100), 3_000);
        pace.set_speed(0.001, millis(2_100));
        assert_eq!(elapsed(&pace, 3_100), 3_001);
        assert_eq!(pace.real(millis(5)), Duration::from_secs(5));
    }

    #[test]
    fn at_the_instant_of_a_time_that_time_has_come() {
        for speed in [0.3, 1.0, 7.0, 1_000.0] {
            let pace = Pace::new(speed, Duration::from_millis(17));
            for millis in 0..2_000 {
                let elapsed = Duration::from_micros(millis * 777);
                assert!(pace.elapsed(pace.instant(elapsed)) >= elapsed);
            }
        }
    }
}
