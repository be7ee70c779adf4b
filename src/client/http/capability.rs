//! What a server may be able to do, and may turn out not to be.

use std::cell::Cell;
use std::time::Duration;

use background_tasks_core::{CallError, Timestamp};

use crate::clock::{BrowserClock, Clock as _};

/// How long a server that was found not to have it is not asked again: it may
/// be replaced while the page is open.
const REST: Duration = Duration::from_secs(300);

/// Taken to be there until the server says otherwise.
#[derive(Clone, Debug, Default)]
pub struct Capability {
    not_before: Cell<Timestamp>,
}

impl Capability {
    /// Whether it is worth asking for.
    pub fn is_likely(&self) -> bool {
        BrowserClock.now() >= self.not_before.get()
    }

    /// Takes in how asking for it failed. Tells whether the server has not got it.
    pub fn is_missing(&self, error: &CallError) -> bool {
        let missing = tells_that_it_is_missing(error);
        if missing {
            self.not_before.set(BrowserClock.now() + REST);
        }
        missing
    }
}

/// A refusal that does not pass may be of the call itself, by the server or by
/// one before it. A page in place of an answer, like 404, is what many servers
/// give for a path that they do not know.
fn tells_that_it_is_missing(error: &CallError) -> bool {
    matches!(
        error,
        CallError::InvalidResponse { .. } | CallError::Status { status: 404, .. }
    ) || !error.is_transient()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_call_is_told_from_a_server_in_trouble() {
        let refused = |status| {
            tells_that_it_is_missing(&CallError::Status {
                status,
                retry_after: None,
                message: None,
            })
        };
        for status in [400, 401, 403, 404, 405, 410, 413, 414, 422, 501, 505] {
            assert!(refused(status), "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(!refused(status), "{status}");
        }
        let detail = "a web page instead of JSON".into();
        assert!(tells_that_it_is_missing(&CallError::InvalidResponse {
            detail
        }));
        assert!(!tells_that_it_is_missing(&CallError::Unreachable));
    }
}
