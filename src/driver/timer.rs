//! The timer for [`Input::Timeout`], and the one that publishes at the end of a frame.

use std::time::Duration;

use background_tasks_core::Input;

use super::{Driver, Held};
use crate::abort_on_drop::AbortOnDrop;

/// About one frame of a 60 Hz display. Responses and messages update the store at most
/// once per frame, so that no frame renders twice, and the timer fires at most once per
/// frame: with hundreds of tasks something is always due.
const FRAME: Duration = Duration::from_millis(16);

impl Driver {
    /// Sets the timer for the core's next timeout.
    pub(super) fn set_timer(&self) {
        let timeout = self.0.core.borrow().timeout();
        let timeout = timeout.filter(|_| self.is_alive());
        let due = timeout.map(|at| at.max(self.0.last_fired.get() + FRAME));
        let before = {
            let mut held = self.0.held.borrow_mut();
            let set = held.timer.as_ref().map(|(at, _)| *at);
            // A timer that fires early only finds nothing due, and is set again.
            if due.is_some_and(|due| set.is_some_and(|set| set <= due)) {
                return;
            }
            held.timer.take()
        };
        drop(before);
        let Some(due) = due else { return };
        let wait = due.since(self.now().monotonic);
        let timer = self.after(wait, |driver| {
            let timer = driver.0.held.borrow_mut().timer.take();
            drop(timer);
            driver.0.last_fired.set(driver.now().monotonic);
            driver.input(Input::Timeout);
        });
        self.keep(|held| held.timer.replace((due, timer)));
    }

    /// Publishes immediately if nothing was published during the last frame, otherwise at
    /// the end of this one.
    pub(super) fn publish_once_per_frame(&self) {
        let is_published = self.0.unpublished.borrow().is_empty();
        if is_published || !self.is_alive() || self.0.held.borrow().frame.is_some() {
            return;
        }
        let due = self.0.last_published.get() + FRAME;
        let wait = due.since(self.now().monotonic);
        if wait.is_zero() {
            self.process_now();
        } else {
            let frame = self.after(wait, Self::process_now);
            self.keep(|held| held.frame.replace(frame));
        }
    }

    /// Keeps a timer. Drops the previous one, which the clock may have set in the meantime,
    /// once nothing is borrowed. Keeps nothing if the clock has shut the driver down.
    fn keep<T>(&self, keep: impl FnOnce(&mut Held) -> T) {
        if self.is_alive() {
            let before = keep(&mut self.0.held.borrow_mut());
            drop(before);
        }
    }

    /// Calls `act` after `wait`, unless the returned guard is dropped first.
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
