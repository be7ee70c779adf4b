//! Aborts a request whose caller does not wait for it any more.

use web_sys::{AbortController, AbortSignal};

/// Aborts its signal when it is dropped.
pub(crate) struct AbortGuard(Option<AbortController>);

impl AbortGuard {
    pub(crate) fn new() -> Self {
        Self(AbortController::new().ok())
    }

    pub(crate) fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    /// The response is complete: nothing is aborted any more.
    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortGuard {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            // Without a reason the request fails with an `Error`, as gloo-net expects.
            controller.abort();
        }
    }
}
