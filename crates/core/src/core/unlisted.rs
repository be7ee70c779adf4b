//! Tasks that were cleared before the server had received their cancellation. This tab
//! continues to cancel their jobs as long as it is open.

use super::Core;
use super::entry::{Entry, Machine};
use crate::id::TaskId;
use crate::monitor;
use crate::time::Now;

impl Core {
    /// Removes a task from the list. Cancellations that the server has not received continue.
    pub(super) fn take_off(&mut self, id: &TaskId, now: Now) {
        let is_cancelling = |machine: &Machine| match machine {
            Machine::Job(monitor) => monitor.is_cancelling(),
            Machine::Upload(_) => false,
        };
        let entry = self.entries.get_mut(id);
        let is_meant =
            |it: &&mut Entry| it.is_finished() && it.machine.as_ref().is_some_and(is_cancelling);
        let unlisted = entry.filter(is_meant);
        let unlisted = unlisted.map(|it| Entry {
            machine: it.machine.take(),
            attempt: it.attempt.take(),
            ..Entry::new(it.snapshot.clone())
        });
        self.remove(id);
        if let Some(mut unlisted) = unlisted {
            if let Some(Machine::Job(monitor)) = &mut unlisted.machine {
                monitor.hurry_cancellations();
            }
            self.unlisted.insert(id.clone(), unlisted);
            self.step_job(id, monitor::Event::Tick, now);
        }
    }

    /// The state machine of a task, whether it is on the list or not.
    pub(super) fn machine_mut(&mut self, id: &TaskId) -> Option<&mut Machine> {
        let entry = self.entries.get_mut(id);
        let entry = entry.or_else(|| self.unlisted.get_mut(id));
        entry.and_then(|it| it.machine.as_mut())
    }

    pub(super) fn after_step_of_unlisted(&mut self, id: &TaskId, now: Now) {
        let Some(Machine::Job(monitor)) = self.machine_mut(id) else {
            return;
        };
        let due = monitor.next_due(now.monotonic);
        let is_cancelling = monitor.is_cancelling();
        self.schedule.set(id, due.filter(|_| is_cancelling));
        if !is_cancelling {
            self.unlisted.remove(id);
        }
    }
}
