//! Which finished tasks are kept: one rule for the page and for the storage.

use crate::TaskId;
use crate::sorted::SortedSet;
use crate::time::Timestamp;

/// How many finished tasks are kept.
const MAX_FINISHED: usize = 50;

/// When a task ended, when it was started, and its id: the order of eviction. The end comes
/// first, since a task that has just failed after an hour matters, however many others were
/// started and finished meanwhile.
pub type End = (Timestamp, Timestamp, TaskId);

/// The finished tasks.
#[derive(Debug, Default)]
pub struct FinishedTasks(SortedSet<End>);

impl FinishedTasks {
    /// Adds a task that has finished.
    pub fn insert(&mut self, end: End) {
        self.0.insert(end);
    }

    /// Removes a task that was retried or cleared. There are hardly more than are kept, so
    /// that a linear search is cheap.
    pub fn remove(&mut self, id: &TaskId) {
        self.0.retain(|(_, _, known)| known != id);
    }

    /// Removes and returns those that are too many, the oldest first.
    pub fn evict(&mut self) -> SortedSet<TaskId> {
        let surplus = self.0.len().saturating_sub(MAX_FINISHED);
        let first_kept = self.0.iter().nth(surplus).cloned();
        let taken = self
            .0
            .take_first_while(|end| first_kept.as_ref().is_some_and(|kept| end < kept));
        taken.into_iter().map(|(_, _, id)| id).collect()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn end((ended, started): (u64, u64), number: usize) -> End {
        let name = format!("video_{number}").into();
        let at = Timestamp::from_millis;
        (at(ended), at(started), name)
    }

    #[test]
    fn last_to_finish_is_kept_however_long_ago_it_was_started() {
        let mut ended = FinishedTasks::default();
        for number in 1..=MAX_FINISHED {
            ended.insert(end((100 + number as u64, 50), number));
        }
        assert!(ended.evict().is_empty());
        ended.insert(end((1_000, 0), 0));
        let surplus: Vec<_> = ended.evict().into_iter().collect();
        assert_eq!(surplus, ["video_1".into()]);
        assert!(ended.evict().is_empty());
    }

    #[test]
    fn retried_task_does_not_count() {
        let mut ended = FinishedTasks::default();
        for number in 0..=MAX_FINISHED {
            ended.insert(end((number as u64, 0), number));
        }
        ended.remove(&"video_7".into());
        assert!(ended.evict().is_empty());
    }

    proptest! {
        #[test]
        fn same_tasks_are_left_whenever_surplus_is_evicted(times in vec((0_u64..20, 0_u64..20), 0..200)) {
            let ends = || times.iter().zip(0..).map(|(times, number)| end(*times, number));
            let (mut at_once, mut one_by_one) = (FinishedTasks::default(), FinishedTasks::default());
            ends().for_each(|end| at_once.insert(end));
            let mut taken = SortedSet::new();
            for end in ends() {
                one_by_one.insert(end);
                for id in one_by_one.evict() {
                    prop_assert!(taken.insert(id), "taken once");
                }
            }
            prop_assert_eq!(at_once.evict(), taken);
            prop_assert_eq!(&at_once.0, &one_by_one.0);
            prop_assert_eq!(at_once.0.len(), times.len().min(MAX_FINISHED));
            let mut sorted: Vec<_> = ends().collect();
            sorted.sort();
            let last = sorted.split_off(sorted.len().saturating_sub(MAX_FINISHED));
            prop_assert_eq!(at_once.0.into_iter().collect::<Vec<_>>(), last);
        }
    }
}
