//! The server's own time, which can run faster than the clock.

use std::time::Duration;

use background_tasks_core::Timestamp;

/// How much of the server's time has passed. It never goes back, also when the
/// speed changes.
#[derive(Debug)]
pub struct Pace {
    speed: f64,
    since: Timestamp,
    passed_before: Duration,
}

impl Pace {
    /// Begins now.
    pub const fn new(speed: f64, now: Timestamp) -> Self {
        Self {
            speed,
            since: now,
            passed_before: Duration::ZERO,
        }
    }

    /// The server's time since the beginning.
    pub fn passed(&self, now: Timestamp) -> Duration {
        let passed = now.since(self.since);
        self.passed_before.saturating_add(scale(passed, self.speed))
    }

    /// Goes on at another speed.
    pub fn set_speed(&mut self, speed: f64, now: Timestamp) {
        *self = Self {
            speed,
            since: now,
            passed_before: self.passed(now),
        };
    }

    /// How long the clock takes for a span of the server's time.
    pub fn real(&self, span: Duration) -> Duration {
        scale(span, self.speed.recip())
    }
}

/// A span made longer or shorter; the longest there is, where that is too long.
pub fn scale(span: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(span.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_speed_counts_from_then_on() {
        let mut pace = Pace::new(2.0, Timestamp::from_millis(1_000));
        let passed = |pace: &Pace, millis| pace.passed(Timestamp::from_millis(millis)).as_millis();
        assert_eq!(passed(&pace, 2_000), 2_000);
        pace.set_speed(10.0, Timestamp::from_millis(2_000));
        assert_eq!(passed(&pace, 2_000), 2_000);
        assert_eq!(passed(&pace, 2_100), 3_000);
        pace.set_speed(0.001, Timestamp::from_millis(2_100));
        assert_eq!(passed(&pace, 3_100), 3_001);
        assert_eq!(pace.real(Duration::from_millis(5)), Duration::from_secs(5));
    }
}
