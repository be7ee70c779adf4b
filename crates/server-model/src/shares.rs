//! Faults that requests encounter by chance.

use std::time::Duration;

use fastrand::Rng;

use crate::fault::{Encounter, Fault, When};

/// Error statuses that are drawn: transient ones of every sort.
const STATUSES: [u16; 8] = [404, 408, 425, 429, 500, 502, 503, 504];

/// The longest `Retry-After` that is drawn, in seconds.
const MAX_RETRY_AFTER: u64 = 5;

/// The longest delay that is drawn: longer than a client waits for a response.
const MAX_DELAY: Duration = Duration::from_secs(20);

/// The shares of requests that encounter each fault; 0.0 by default.
///
/// The shares exclude each other: their sum is the share of requests that
/// encounter any fault. What exceeds 1.0 is never drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultShares {
    /// The connection fails before the server has heard the request.
    pub connection_lost: f64,
    /// The connection fails after the server has acted.
    pub response_lost: f64,
    /// No response ever comes.
    pub no_response: f64,
    /// The response comes up to 20 s late.
    pub delayed: f64,
    /// A transient error: 404, 408, 425, 429, 500, 502, 503 or 504. Half of the
    /// 429 and 503 responses carry a `Retry-After` of up to 5 s.
    pub error_status: f64,
    /// An HTML page with status 200.
    pub html: f64,
    /// A body that is cut off.
    pub malformed: f64,
    /// A status value that nobody knows.
    pub unknown_status: f64,
}

impl FaultShares {
    /// No faults.
    pub const NONE: Self = Self {
        connection_lost: 0.0,
        response_lost: 0.0,
        no_response: 0.0,
        delayed: 0.0,
        error_status: 0.0,
        html: 0.0,
        malformed: 0.0,
        unknown_status: 0.0,
    };

    /// Draws the fault of one request.
    pub(crate) fn draw(&self, chance: &mut Rng) -> Option<Encounter> {
        let mut left = chance.f64();
        let mut is_drawn = |share: f64| {
            left -= share;
            left < 0.0
        };
        let (when, fault) = if is_drawn(self.connection_lost) {
            (When::Before, Fault::ConnectionLost)
        } else if is_drawn(self.response_lost) {
            (When::After, Fault::ConnectionLost)
        } else if is_drawn(self.no_response) {
            let acted = chance.bool();
            let when = if acted { When::After } else { When::Before };
            (when, Fault::NoResponse)
        } else if is_drawn(self.delayed) {
            let delay = crate::scale(MAX_DELAY, chance.f64());
            (When::After, Fault::Delay(delay))
        } else if is_drawn(self.error_status) {
            (When::Before, error_status(chance))
        } else if is_drawn(self.html) {
            (When::Before, Fault::html())
        } else if is_drawn(self.malformed) {
            (When::Before, Fault::malformed())
        } else if is_drawn(self.unknown_status) {
            (When::Before, Fault::unknown_status())
        } else {
            return None;
        };
        Some(Encounter { when, fault })
    }
}

impl Default for FaultShares {
    fn default() -> Self {
        Self::NONE
    }
}

fn error_status(chance: &mut Rng) -> Fault {
    let status = chance.choice(STATUSES).unwrap_or(500);
    let waits = matches!(status, 429 | 503) && chance.bool();
    if waits {
        Fault::retry_after(status, &chance.u64(0..=MAX_RETRY_AFTER).to_string())
    } else {
        Fault::status(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance;

    #[test]
    fn each_fault_is_drawn_in_its_share() {
        let shares = FaultShares {
            connection_lost: 0.1,
            response_lost: 0.1,
            html: 0.2,
            ..FaultShares::NONE
        };
        let mut counts = [0; 3];
        for nth in 0..10_000 {
            let met = shares.draw(&mut chance::of(1, &[], nth));
            match met.map(|met| (met.when, met.fault)) {
                Some((When::Before, Fault::ConnectionLost)) => counts[0] += 1,
                Some((When::After, Fault::ConnectionLost)) => counts[1] += 1,
                Some((_, fault)) => {
                    assert_eq!(fault, Fault::html());
                    counts[2] += 1;
                }
                None => {}
            }
        }
        for (count, expected) in counts.into_iter().zip([1_000_i32, 1_000, 2_000]) {
            assert!((count - expected).abs() < 150, "{counts:?}");
        }
    }

    #[test]
    fn without_shares_there_are_no_faults() {
        let drawn =
            (0..1_000).filter_map(|nth| FaultShares::NONE.draw(&mut chance::of(1, &[], nth)));
        assert_eq!(drawn.count(), 0);
    }
}
