//! When which task is due: a table with at most one time per task.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::TaskId;
use crate::time::Timestamp;

/// At least this many outdated times are tolerated.
const SPARE: usize = 64;

/// Due times of all tasks, earliest first.
#[derive(Debug, Default)]
pub struct Schedule {
    by_task: HashMap<TaskId, Timestamp>,
    /// Current times, and outdated ones that are left in until they come up, so that the
    /// cost does not depend on the number of tasks. The first one is current.
    by_time: BinaryHeap<Reverse<(Timestamp, TaskId)>>,
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
        if let Some(due) = due {
            self.by_time.push(Reverse((due, task.clone())));
        }
        // Otherwise they would pile up if distant times are moved again and again.
        if self.by_time.len() > 2 * self.by_task.len() + SPARE {
            let by_task = &self.by_task;
            self.by_time
                .retain(|Reverse((due, task))| by_task.get(task) == Some(due));
        }
        self.drop_stale();
    }

    /// The earliest time.
    pub fn next(&self) -> Option<Timestamp> {
        self.by_time.peek().map(|Reverse((due, _))| *due)
    }

    /// Removes and returns all tasks that are due, the earliest first.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<TaskId> {
        let mut tasks = Vec::new();
        while self.next().is_some_and(|due| due <= now) {
            if let Some(Reverse((_, task))) = self.by_time.pop() {
                self.by_task.remove(&task);
                tasks.push(task);
            }
            self.drop_stale();
        }
        tasks
    }

    fn drop_stale(&mut self) {
        while let Some(Reverse((due, task))) = self.by_time.peek()
            && self.by_task.get(task) != Some(due)
        {
            self.by_time.pop();
        }
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
    fn outdated_times_do_not_pile_up() {
        let mut schedule = Schedule::default();
        for second in 0..10_000 {
            schedule.set(&"a".into(), Some(at(1_000_000 - second)));
            schedule.set(&"a".into(), Some(at(2_000_000 + second)));
        }
        assert!(schedule.by_time.len() <= 2 + SPARE);
        assert_eq!(schedule.take_due(at(3_000_000)), ["a".into()]);
        assert_eq!((schedule.next(), schedule.by_time.len()), (None, 0));
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
