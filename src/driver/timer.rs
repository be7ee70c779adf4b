//! The timer for [`Input::Timeout`], and the frame with which the store is written.

use std::time::Duration;

use background_tasks_core::Input;

use super::{Driver, Held};
use crate::abort_on_drop::AbortOnDrop;

/// About one frame of a 60 Hz display. Responses write the store at most once per frame,
/// so that no frame renders twice, and the timer fires at most once per frame: with
/// hundreds of tasks something is always due.
const FRAME: Duration = Duration::from_millis(16);

impl Driver {
    /// Sets the timer to the time that the core names.
    pub(super) fn set_timer(&self) {
        let timeout = self.0.core.borrow().timeout();
        let timeout = timeout.filter(|_| self.is_alive());
        let due = timeout.map(|at| at.max(self.0.last_fired.get() + FRAME));
        let before = {
            let mut held = self.0.held.borrow_mut();
            let set = held.timer.as_ref().map(|(at, _)| *at);
            // A timer that fires too early is set again.
            if due.is_some_and(|due| set.is_some_and(|set| set <= due)) {
                return;
            }
            held.timer.take()
        };
        drop(before);
        let Some(due) = due else { return };
        let wait = whole_millis(due.since(self.now().monotonic));
        let timer = self.after(wait, |driver| {
            let timer = driver.0.held.borrow_mut().timer.take();
            drop(timer);
            driver.0.last_fired.set(driver.now().monotonic);
            driver.input(Input::Timeout);
        });
        self.keep(|held| held.timer.replace((due, timer)));
    }

    /// Publishes at the end of the frame what is not published by then.
    pub(super) fn publish_with_frame(&self) {
        if self.is_alive() && self.0.held.borrow().frame.is_none() {
            let frame = self.after(FRAME, Self::process_now);
            self.keep(|held| held.frame.replace(frame));
        }
    }

    /// Keeps a timer, and drops the one before, which the clock may have set meanwhile, once
    /// nothing is borrowed. If the clock has shut the driver down, nothing is kept.
    fn keep<T>(&self, keep: impl FnOnce(&mut Held) -> T) {
        if self.is_alive() {
            let before = keep(&mut self.0.held.borrow_mut());
            drop(before);
        }
    }

    /// Calls `act` after `wait`, unless what is returned is dropped before.
    pub(super) fn after(&self, wait: Duration, act: fn(&Self)) -> AbortOnDrop {
        let sleep = self.0.settings.clock.sleep(wait);
        let weak = self.downgrade();
        AbortOnDrop::new(async move {
            sleep.await;
            if let Some(driver) = weak.upgrade() {
                act(&driver);
            }
        })
    }
}

/// Rounded up: a browser rounds down, and its timer would fire too early.
fn whole_millis(duration: Duration) -> Duration {
    let millis = duration.as_nanos().div_ceil(1_000_000);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
