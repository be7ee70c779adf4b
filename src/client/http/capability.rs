//! Requests that a server may support, and may turn out not to.

use std::cell::Cell;
use std::time::Duration;

use background_tasks_core::{RequestError, Timestamp};

use crate::clock::{BrowserClock, Clock as _};

/// How long an unsupported request is not sent again; not forever, since the server may be
/// upgraded while the page is open.
const PAUSE: Duration = Duration::from_secs(300);

/// Whether to send a kind of request. It counts as supported until the server shows that it
/// is not.
#[derive(Clone, Debug, Default)]
pub struct Capability {
    not_before: Cell<Timestamp>,
}

impl Capability {
    pub fn is_supported(&self) -> bool {
        BrowserClock.now() >= self.not_before.get()
    }

    /// Notes the error of such a request. Returns whether it means that the server does not
    /// support it.
    pub fn note_error(&self, error: &RequestError) -> bool {
        let unsupported = means_unsupported(error);
        if unsupported {
            self.not_before.set(BrowserClock.now() + PAUSE);
        }
        unsupported
    }
}

/// A permanent error may be about the request itself, by the server or a proxy. A web page
/// is, like 404, how many servers respond to a path that they do not know.
fn means_unsupported(error: &RequestError) -> bool {
    matches!(
        error,
        RequestError::InvalidResponse { .. }
            | RequestError::WebPage
            | RequestError::Status { status: 404, .. }
    ) || !error.is_transient()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permanent_errors_mean_unsupported_and_transient_ones_do_not() {
        let unsupported = |status| {
            means_unsupported(&RequestError::Status {
                status,
                retry_after: None,
                message: None,
            })
        };
        for status in [400, 401, 403, 404, 405, 410, 413, 414, 422, 501, 505] {
            assert!(unsupported(status), "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(!unsupported(status), "{status}");
        }
        assert!(means_unsupported(&RequestError::WebPage));
        assert!(!means_unsupported(&RequestError::Unreachable));
        let detail = "no token".into();
        assert!(!means_unsupported(&RequestError::NotSent { detail }));
    }
}
