//! When which task is due: a table of times, one per task at most.

use std::collections::HashMap;

use crate::sorted::SortedSet;
use crate::task::TaskId;
use crate::time::Timestamp;

/// Due times of all tasks, nearest first.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    by_time: SortedSet<(Timestamp, TaskId)>,
    by_task: HashMap<TaskId, Timestamp>,
}

impl Schedule {
    /// Sets, moves or stops the task's time.
    pub(super) fn set(&mut self, task: &TaskId, due: Option<Timestamp>) {
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

    /// The nearest time.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(due, _)| *due)
    }

    /// Takes out all tasks whose time has come.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<TaskId> {
        let due = self.by_time.take_first_while(|(due, _)| *due <= now);
        let tasks: Vec<_> = due.into_iter().map(|(_, task)| task).collect();
        for task in &tasks {
            self.by_task.remove(task);
        }
        tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_is_due_comes_out_once_and_earliest_first() {
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
    fn a_task_has_one_time_at_most() {
        let mut schedule = Schedule::default();
        schedule.set(&"a".into(), Some(at(10)));
        schedule.set(&"a".into(), Some(at(30)));
        assert_eq!(schedule.take_due(at(20)), []);
        schedule.set(&"a".into(), None);
        assert_eq!(schedule.next(), None);
        schedule.set(&"a".into(), None);
    }
}
