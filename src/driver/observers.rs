//! Publishing: changes are applied to the store, and then observers are notified.

use std::cell::Cell;
use std::rc::Rc;

use background_tasks_core::sorted::by_start;
use background_tasks_core::{Change, RequestError, Task, TaskId, ToastEffect};

use super::{Driver, WeakDriver};
use crate::client::Attachment;

/// What observers receive, after the store contains it.
#[derive(Clone, Copy)]
pub(crate) enum Notice<'a> {
    /// A task has changed.
    Changed(&'a Change, ToastEffect),
    /// A finished task that another tab should have announced.
    Announced(&'a Task),
    /// An attachment was deleted, or was not. A list that shows the result sets the flag.
    Deleted(&'a Attachment, &'a Result<(), RequestError>, &'a Cell<bool>),
    /// An attachment was not deleted, and no list shows that.
    NotDeleted(&'a Attachment, &'a RequestError),
    /// Records cannot be read or written. The console shows this text too.
    Warned(
        #[cfg_attr(
            not(feature = "embed"),
            expect(dead_code, reason = "only the JavaScript API reads it")
        )]
        &'a str,
    ),
}

pub(super) type Observer = Rc<dyn Fn(Notice<'_>)>;

/// Changes in their order, and finished tasks to announce.
#[derive(Default)]
pub(super) struct Unpublished {
    pub(super) changes: Vec<(Change, ToastEffect)>,
    pub(super) announcements: Vec<TaskId>,
}

impl Unpublished {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.announcements.is_empty()
    }
}

/// Ends an observation when it is dropped.
#[must_use = "dropping it ends the observation"]
pub struct Subscription {
    driver: WeakDriver,
    number: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.upgrade() {
            let observer = driver.0.held.borrow_mut().observers.remove(&self.number);
            drop(observer);
        }
    }
}

impl Driver {
    /// Calls `observer` with every notice until the subscription is dropped.
    pub(crate) fn observe(&self, observer: impl Fn(Notice<'_>) + 'static) -> Subscription {
        let number = self.0.last_observer.get() + 1;
        self.0.last_observer.set(number);
        if self.is_alive() {
            let mut held = self.0.held.borrow_mut();
            held.observers.insert(number, Rc::new(observer));
        }
        Subscription {
            driver: self.downgrade(),
            number,
        }
    }

    /// Updates the store once, then notifies the observers.
    pub(super) fn publish(&self) {
        let frame = self.0.held.borrow_mut().frame.take();
        drop(frame);
        if self.0.unpublished.borrow().is_empty() {
            return;
        }
        self.0.last_published.set(self.now().monotonic);
        let Unpublished {
            changes,
            announcements,
        } = self.0.unpublished.take();
        // The list has tasks in the order of their starts, also after a reload.
        let changes = by_start(changes, |(change, _)| change.start());
        if !changes.is_empty() {
            let changes = changes.iter().map(|(change, _)| change);
            self.0.dispatch.reduce_mut(|tasks| tasks.apply(changes));
        }
        for (change, effect) in &changes {
            self.notify(Notice::Changed(change, *effect));
        }
        for id in announcements {
            if let Some(task) = self.tasks().get(&id) {
                self.notify(Notice::Announced(&task));
            }
        }
    }

    pub(super) fn notify(&self, notice: Notice<'_>) {
        let numbers: Vec<_> = self.0.held.borrow().observers.keys().copied().collect();
        for number in numbers {
            // An observer may end another subscription, or its own.
            let observer = self.0.held.borrow().observers.get(&number).cloned();
            if let Some(observer) = observer {
                observer(notice);
            }
        }
    }
}
