//! Faults that requests encounter by chance.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;

use crate::fault::{Encounter, Fault, When};

/// The statuses of transient errors, each with a `Retry-After` or without.
const ERRORS: [(u16, Option<&str>); 10] = [
    (404, None),
    (408, None),
    (425, None),
    (429, None),
    (429, Some("3")),
    (500, None),
    (502, None),
    (503, None),
    (503, Some("5")),
    (504, None),
];

/// Delays shorter and longer than a client waits for a response.
const DELAYS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(6),
    Duration::from_secs(15),
];

/// The shares of requests that encounter each fault; none by default. See
/// [`Server::set_fault_shares`](crate::Server::set_fault_shares).
///
/// The shares exclude each other: their sum is the share of requests that
/// encounter any fault. What exceeds 1.0 is never drawn.
///
/// ```
/// use background_tasks_server_model::FaultShares;
///
/// let shares = FaultShares::NONE
///     .with_connection_lost(0.02)
///     .with_error_status(0.05)
///     .with_html(0.01);
/// # drop(shares);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultShares(Vec<(f64, Arc<Encounter>)>);

impl FaultShares {
    /// No faults.
    pub const NONE: Self = Self(Vec::new());

    /// Adds a fault of any kind.
    #[must_use]
    pub fn with(mut self, share: f64, when: When, fault: Fault) -> Self {
        self.0.push((share, Arc::new(Encounter { when, fault })));
        self
    }

    /// The connection fails before the server has received the request.
    #[must_use]
    pub fn with_connection_lost(self, share: f64) -> Self {
        self.with(share, When::Before, Fault::ConnectionLost)
    }

    /// The connection fails after the server has acted.
    #[must_use]
    pub fn with_response_lost(self, share: f64) -> Self {
        self.with(share, When::After, Fault::ConnectionLost)
    }

    /// No response ever comes; in half of the cases the server has acted.
    #[must_use]
    pub fn with_no_response(self, share: f64) -> Self {
        self.with(share / 2.0, When::Before, Fault::NoResponse)
            .with(share / 2.0, When::After, Fault::NoResponse)
    }

    /// The response comes 1, 6 or 15 s late.
    #[must_use]
    pub fn with_delay(self, share: f64) -> Self {
        let each = share / DELAYS.len() as f64;
        DELAYS.into_iter().fold(self, |shares, delay| {
            shares.with(each, When::After, Fault::Delay(delay))
        })
    }

    /// A transient error: 404, 408, 425, 429, 500, 502, 503 or 504, in some
    /// cases with a `Retry-After` of 3 or 5 s.
    #[must_use]
    pub fn with_error_status(self, share: f64) -> Self {
        let each = share / ERRORS.len() as f64;
        ERRORS.into_iter().fold(self, |shares, (status, wait)| {
            let fault = match wait {
                Some(wait) => Fault::retry_after(status, wait),
                None => Fault::status(status),
            };
            shares.with(each, When::Before, fault)
        })
    }

    /// An HTML page with status 200.
    #[must_use]
    pub fn with_html(self, share: f64) -> Self {
        self.with(share, When::Before, Fault::html())
    }

    /// A body that is cut off.
    #[must_use]
    pub fn with_malformed(self, share: f64) -> Self {
        self.with(share, When::Before, Fault::malformed())
    }

    /// A status value that nobody knows.
    #[must_use]
    pub fn with_unknown_status(self, share: f64) -> Self {
        self.with(share, When::Before, Fault::unknown_status())
    }

    /// Draws the fault of one request.
    pub(crate) fn draw(&self, chance: &mut Rng) -> Option<Arc<Encounter>> {
        let mut left = chance.f64();
        let drawn = self.0.iter().find(|(share, _)| {
            left -= share;
            left < 0.0
        })?;
        Some(Arc::clone(&drawn.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance;

    #[test]
    fn each_fault_is_drawn_in_its_share() {
        let shares = FaultShares::NONE
            .with_connection_lost(0.1)
            .with_response_lost(0.1)
            .with_error_status(0.2);
        let mut counts = [0; 3];
        for nth in 0..10_000 {
            let met = shares.draw(&mut chance::of(1, &[], nth));
            match met.map(|met| (met.when, met.fault.clone())) {
                Some((When::Before, Fault::ConnectionLost)) => counts[0] += 1,
                Some((When::After, Fault::ConnectionLost)) => counts[1] += 1,
                Some((_, fault)) => {
                    assert!(matches!(fault, Fault::Response(_)));
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
        let draw = |nth| FaultShares::NONE.draw(&mut chance::of(1, &[], nth));
        assert_eq!((0..1_000).filter_map(draw).count(), 0);
    }
}
