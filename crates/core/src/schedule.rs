//! When which task is due: a table with at most one time per task.

use std::collections::HashMap;

use crate::TaskId;
use crate::sorted::SortedSet;
use crate::time::Timestamp;

/// Due times of all tasks, earliest first.
#[derive(Debug, Default)]
pub struct Schedule {
    by_task: HashMap<TaskId, Timestamp>,
    /// The same. Moving the times behind one that changes takes a microsecond with a thousand
    /// tasks, and a heap 0.5 kB of WASM (brotli).
    by_time: SortedSet<(Timestamp, TaskId)>,
}

impl Schedule {
    /// Sets, moves or removes the task's time.
    pub fn set(&mut self, task: &TaskId, due: Option<Timestamp>) {
        let before = match due {
            Some(due) => self.by_task.insert(task.clone(), due),
            None => self.by_task.remove(task),
        };
        if before == due {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, task.clone()));
        }
        if let Some(due) = due {
            self.by_time.insert((due, task.clone()));
        }
    }

    /// The earliest time.
    pub fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(due, _)| *due)
    }

    /// Removes and returns all tasks that are due, the earliest first.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<TaskId> {
        let is_due = |due: &Timestamp| *due <= now;
        if !self.next().as_ref().is_some_and(is_due) {
            // Taking none would copy the others.
            return Vec::new();
        }
        let due = self.by_time.take_first_while(|(due, _)| is_due(due));
        for (_, task) in &due {
            self.by_task.remove(task);
        }
        due.into_iter().map(|(_, task)| task).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn due_tasks_are_taken_once_and_earliest_first() {
        let mut schedule = Schedule::default();
        for (task, due) in [("b", 20), ("a", 10), ("c", 30)] {
            schedule.set(&task.into(), Some(at(due)));
        }
        assert_eq!(schedule.next(), Some(at(10)));
        assert_eq!(schedule.take_due(at(20)), ["a".into(), "b".into()]);
        assert_eq!(schedule.take_due(at(20)), []);
        assert_eq!(schedule.next(), Some(at(30)));
    }

    #[test]
    fn task_has_at_most_one_time() {
        let mut schedule = Schedule::default();
        schedule.set(&"a".into(), Some(at(10)));
        schedule.set(&"a".into(), Some(at(30)));
        assert_eq!(schedule.take_due(at(20)), []);
        schedule.set(&"a".into(), None);
        assert_eq!(schedule.next(), None);
        schedule.set(&"a".into(), None);
    }
}
