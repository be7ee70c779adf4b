//! The store of tasks: the one truth that toasts, indicator and list are views of.

use std::collections::HashMap;
use std::rc::Rc;

use litemap::LiteMap;
use yewdux::mrc::Mrc;
use yewdux::prelude::*;

use crate::task::{Task, TaskId};
use crate::time::Timestamp;

/// All tasks of this page, newest first. Only the engine writes it.
///
/// A change of one task costs the same however many others there are: tasks are
/// shared, and the table is changed in place behind Yewdux's [`Mrc`], whose own
/// mark of change tells subscribers that there is something new.
#[derive(Clone, Default, PartialEq, Store)]
pub struct Tasks(Mrc<Table>);

#[derive(Default)]
struct Table {
    by_start: LiteMap<u64, Rc<Task>>,
    places: HashMap<TaskId, u64>,
    started: u64,
    unfinished: usize,
    uploading: usize,
}

impl Tasks {
    /// The task called `id`.
    pub fn get(&self, id: &TaskId) -> Option<Rc<Task>> {
        self.0.borrow().get(id).cloned()
    }

    /// All tasks, newest first.
    pub fn newest_first(&self) -> Vec<Rc<Task>> {
        self.0.borrow().by_start.values().rev().cloned().collect()
    }

    /// How many have not ended.
    pub fn unfinished(&self) -> usize {
        self.0.borrow().unfinished
    }

    /// Whether a file is on its way to the server, or waits to be: leaving the
    /// page would lose it.
    pub fn is_uploading(&self) -> bool {
        self.0.borrow().uploading > 0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.borrow().by_start.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes what has changed.
    pub(crate) fn apply(&mut self, changes: &[Change]) {
        self.0.with_mut(|table| {
            for change in changes {
                match change {
                    Change::Put { after, .. } => table.put(Rc::clone(after)),
                    Change::Removed(before) => table.remove(&before.id),
                }
            }
        });
    }
}

/// What happened to one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was started, or is different now.
    Put {
        /// As it was; none where it is new.
        before: Option<Rc<Task>>,
        /// As it is.
        after: Rc<Task>,
    },
    /// It was cleared from the list, or has ended and 50 others after it.
    Removed(Rc<Task>),
}

impl Change {
    /// When the task was started, and its name.
    pub(crate) fn start(&self) -> (Timestamp, TaskId) {
        let (Self::Put { after: task, .. } | Self::Removed(task)) = self;
        (task.started, task.id.clone())
    }
}

impl Table {
    fn get(&self, id: &TaskId) -> Option<&Rc<Task>> {
        self.by_start.get(self.places.get(id)?)
    }

    fn put(&mut self, task: Rc<Task>) {
        let place = *self.places.entry(task.id.clone()).or_insert_with(|| {
            self.started += 1;
            self.started
        });
        self.unfinished += usize::from(!task.state.is_ended());
        self.uploading += usize::from(is_uploading(&task));
        let before = self.by_start.insert(place, task);
        self.forget(before);
    }

    fn remove(&mut self, id: &TaskId) {
        let place = self.places.remove(id);
        let before = place.and_then(|place| self.by_start.remove(&place));
        self.forget(before);
    }

    fn forget(&mut self, before: Option<Rc<Task>>) {
        if let Some(before) = before {
            self.unfinished -= usize::from(!before.state.is_ended());
            self.uploading -= usize::from(is_uploading(&before));
        }
    }
}

fn is_uploading(task: &Task) -> bool {
    task.has_file && !task.state.is_ended()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{JobKind, TaskKind, TaskState};

    fn task(id: &str, state: TaskState) -> Rc<Task> {
        Rc::new(Task {
            id: id.into(),
            kind: TaskKind::Job(JobKind::video()),
            title: "talk.mp4".into(),
            attachment: Some(7_u32.into()),
            state,
            has_file: false,
            started: Timestamp::default(),
        })
    }

    fn put(id: &str, state: TaskState) -> Change {
        Change::Put {
            before: None,
            after: task(id, state),
        }
    }

    fn ids(tasks: &Tasks) -> Vec<String> {
        let tasks = tasks.newest_first();
        tasks.iter().map(|task| task.id.to_string()).collect()
    }

    #[test]
    fn the_newest_task_comes_first_and_a_change_keeps_its_place() {
        let mut tasks = Tasks::default();
        let waiting = |id| put(id, TaskState::Queued);
        tasks.apply(&[waiting("a"), waiting("b"), waiting("c")]);
        tasks.apply(&[put("b", TaskState::Succeeded)]);
        assert_eq!(ids(&tasks), ["c", "b", "a"]);
        tasks.apply(&[Change::Removed(task("b", TaskState::Succeeded))]);
        assert_eq!(ids(&tasks), ["c", "a"]);
    }

    #[test]
    fn the_number_of_unfinished_tasks_follows_every_change() {
        let mut tasks = Tasks::default();
        let mut count = |change: Change| {
            tasks.apply(&[change]);
            tasks.unfinished()
        };
        assert_eq!(count(put("a", TaskState::Queued)), 1);
        assert_eq!(count(put("b", TaskState::Queued)), 2);
        assert_eq!(count(put("a", TaskState::Running { progress: None })), 2);
        assert_eq!(count(put("a", TaskState::Succeeded)), 1);
        assert_eq!(count(put("a", TaskState::Succeeded)), 1);
        assert_eq!(count(put("a", TaskState::Queued)), 2);
        assert_eq!(count(Change::Removed(task("a", TaskState::Queued))), 1);
        assert_eq!(count(Change::Removed(task("a", TaskState::Queued))), 1);
        assert_eq!(count(put("b", TaskState::Cancelled)), 0);
    }

    #[test]
    fn subscribers_hear_of_a_change_and_the_other_tasks_are_not_copied() {
        let dispatch = Dispatch::<Tasks>::new(&yewdux::Context::new());
        dispatch.reduce_mut(|tasks| tasks.apply(&[put("a", TaskState::Queued)]));
        let before = dispatch.get().get(&"a".into());
        let heard = Rc::new(std::cell::Cell::new(0));
        let ear = Rc::clone(&heard);
        let subscription = dispatch
            .clone()
            .subscribe_silent(move |_: Rc<Tasks>| ear.set(ear.get() + 1));
        dispatch.reduce_mut(|tasks| tasks.apply(&[put("b", TaskState::Queued)]));
        drop(subscription);
        assert_eq!(heard.get(), 1);
        let after = dispatch.get().get(&"a".into());
        assert!(
            before
                .zip(after)
                .is_some_and(|(before, after)| Rc::ptr_eq(&before, &after))
        );
    }
}
