//! The store of tasks. Toasts, indicator and list are views of it.

use std::collections::HashMap;
use std::rc::Rc;

pub use background_tasks_core::Change;
use background_tasks_core::sorted::SortedSet;
use background_tasks_core::{AttachmentId, Task, TaskId, TaskState};
use litemap::LiteMap;
use yewdux::mrc::Mrc;
use yewdux::prelude::*;

/// All tasks of this page, newest first. Only the driver writes it.
///
/// The cost of a change does not depend on the number of tasks: tasks are shared, and the
/// table is changed in place in a Yewdux [`Mrc`], which notifies subscribers.
#[derive(Clone, Default, PartialEq, Store)]
pub struct Tasks(Mrc<Table>);

#[derive(Default)]
struct Table {
    by_start: LiteMap<u64, Rc<Task>>,
    /// The next three are indexes of `by_start`, written only by `put` and `remove`.
    places: HashMap<TaskId, u64>,
    by_attachment: HashMap<Option<AttachmentId>, SortedSet<u64>>,
    tally: Tally,
    started: u64,
}

/// Numbers of tasks in some overlapping categories.
#[derive(Clone, Copy, Default)]
struct Tally {
    unfinished: usize,
    uploading: usize,
    finished: usize,
    failed: usize,
}

impl Tally {
    /// Applies `change` to each category of the task.
    fn count(&mut self, task: &Task, change: impl Fn(&mut usize)) {
        let ended = task.state.is_ended();
        let failed = matches!(task.state, TaskState::Failed(_));
        for (is_such, number) in [
            (!ended, &mut self.unfinished),
            (
                !ended && task.has_file && !task.is_kept,
                &mut self.uploading,
            ),
            (ended && !failed, &mut self.finished),
            (failed, &mut self.failed),
        ] {
            if is_such {
                change(number);
            }
        }
    }
}

impl Tasks {
    /// The task with this id.
    pub fn get(&self, id: &TaskId) -> Option<Rc<Task>> {
        self.0.borrow().get(id).cloned()
    }

    /// All tasks, newest first.
    pub fn newest_first(&self) -> Vec<Rc<Task>> {
        self.newest(usize::MAX)
    }

    /// The newest `count` tasks, newest first.
    pub fn newest(&self, count: usize) -> Vec<Rc<Task>> {
        let table = self.0.borrow();
        table.by_start.values().rev().take(count).cloned().collect()
    }

    /// The tasks of an attachment, newest first. An upload has no attachment until it has
    /// succeeded.
    pub fn of_attachment(&self, attachment: Option<&AttachmentId>) -> Vec<Rc<Task>> {
        let table = self.0.borrow();
        let places = table.by_attachment.get(&attachment.cloned());
        let places = places.into_iter().flat_map(|places| places.iter().rev());
        places
            .filter_map(|place| table.by_start.get(place).cloned())
            .collect()
    }

    /// The number of tasks that have not ended.
    pub fn unfinished(&self) -> usize {
        self.0.borrow().tally.unfinished
    }

    /// The number of tasks that have succeeded or were cancelled.
    pub fn finished(&self) -> usize {
        self.0.borrow().tally.finished
    }

    /// The number of tasks that have failed.
    pub fn failed(&self) -> usize {
        self.0.borrow().tally.failed
    }

    /// Whether a file of this page is being uploaded or queued, and leaving the page would
    /// interrupt it, since there is no copy of it.
    pub fn is_uploading(&self) -> bool {
        self.0.borrow().tally.uploading > 0
    }

    /// The number of tasks.
    pub fn len(&self) -> usize {
        self.0.borrow().by_start.len()
    }

    /// Whether there are no tasks.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes changes.
    pub(crate) fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) {
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

impl Table {
    fn get(&self, id: &TaskId) -> Option<&Rc<Task>> {
        self.by_start.get(self.places.get(id)?)
    }

    fn put(&mut self, task: Rc<Task>) {
        let place = *self.places.entry(task.id.clone()).or_insert_with(|| {
            self.started += 1;
            self.started
        });
        self.tally.count(&task, |number| *number += 1);
        let before = self.by_start.insert(place, Rc::clone(&task));
        if before.as_ref().map(|before| &before.attachment) != Some(&task.attachment) {
            let attachment = task.attachment.clone();
            self.by_attachment
                .entry(attachment)
                .or_default()
                .insert(place);
            self.forget_attachment(before.as_deref(), place);
        }
        self.count_out(before.as_deref());
    }

    fn remove(&mut self, id: &TaskId) {
        if let Some(place) = self.places.remove(id) {
            let before = self.by_start.remove(&place);
            self.forget_attachment(before.as_deref(), place);
            self.count_out(before.as_deref());
        }
    }

    fn forget_attachment(&mut self, before: Option<&Task>, place: u64) {
        let Some(before) = before else {
            return;
        };
        if let Some(places) = self.by_attachment.get_mut(&before.attachment) {
            places.remove(&place);
            if places.is_empty() {
                self.by_attachment.remove(&before.attachment);
            }
        }
    }

    fn count_out(&mut self, before: Option<&Task>) {
        if let Some(before) = before {
            self.tally.count(before, |number| *number -= 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use background_tasks_core::{JobKind, TaskKind};

    fn task(id: &str, state: TaskState) -> Rc<Task> {
        let mut task = Task::new(id, TaskKind::Job(JobKind::video()), "talk.mp4", state);
        task.attachment = Some(7_u32.into());
        Rc::new(task)
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
    fn tasks_are_newest_first_and_keep_their_position() {
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
    fn change_notifies_subscribers_once_and_shares_other_tasks() {
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

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use proptest::prelude::*;

        use super::*;
        use background_tasks_core::Failure;

        fn any_change() -> impl Strategy<Value = Change> {
            let state = prop_oneof![
                Just(TaskState::Queued),
                Just(TaskState::Succeeded),
                Just(TaskState::Cancelled),
                Just(TaskState::Failed(Failure::Interrupted)),
            ];
            let attachment = proptest::option::of(0_u32..3);
            let parts = (0_u8..6, state, attachment, any::<[bool; 2]>());
            let task = parts.prop_map(|(id, state, attachment, [has_file, is_kept])| {
                let mut task = Task::clone(&super::task(&id.to_string(), state));
                task.attachment = attachment.map(AttachmentId::from);
                task.has_file = has_file;
                task.is_kept = is_kept;
                task
            });
            (any::<bool>(), task.prop_map(Rc::new)).prop_map(|(is_put, task)| {
                if is_put {
                    let (before, after) = (None, task);
                    Change::Put { before, after }
                } else {
                    Change::Removed(task)
                }
            })
        }

        proptest! {
            #[test]
            fn counts_and_attachment_index_match_all_tasks(
                changes in proptest::collection::vec(any_change(), 0..60),
            ) {
                let mut tasks = Tasks::default();
                for change in changes {
                    tasks.apply(&[change]);
                    let all = tasks.newest_first();
                    let count = |test: &dyn Fn(&Task) -> bool| all.iter().filter(|it| test(it)).count();
                    let failed = |it: &Task| matches!(it.state, TaskState::Failed(_));
                    prop_assert_eq!(tasks.unfinished(), count(&|it| !it.state.is_ended()));
                    prop_assert_eq!(tasks.failed(), count(&failed));
                    prop_assert_eq!(tasks.finished(), count(&|it| it.state.is_ended() && !failed(it)));
                    let uploading = count(&|it| it.has_file && !it.is_kept && !it.state.is_ended());
                    prop_assert_eq!(tasks.is_uploading(), uploading > 0);
                    prop_assert_eq!(tasks.newest(2), all.iter().take(2).cloned().collect::<Vec<_>>());
                    for attachment in [None, Some(0_u32.into()), Some(1_u32.into()), Some(2_u32.into())] {
                        let of_it = all.iter().filter(|it| it.attachment == attachment);
                        let of_it: Vec<_> = of_it.cloned().collect();
                        prop_assert_eq!(tasks.of_attachment(attachment.as_ref()), of_it);
                    }
                }
            }
        }
    }
}
