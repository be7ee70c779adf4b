//! A signal for a request, which aborts when who waits for it is gone.

use web_sys::{AbortController, AbortSignal};

/// Aborts when it is dropped, without a reason: gloo-net panics at one that is
/// no `Error`.
pub(crate) struct AbortGuard(Option<AbortController>);

impl AbortGuard {
    pub(crate) fn new() -> Self {
        Self(AbortController::new().ok())
    }

    pub(crate) fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    /// The answer is there: nothing is aborted any more.
    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortGuard {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
