//! Which of the tasks that have ended are kept: one rule for the page and for
//! what is saved of it . Pure.

use crate::TaskId;
use crate::sorted::SortedSet;
use crate::time::Timestamp;

/// How many tasks that have ended are kept .
const MAX_FINISHED: usize = 50;

/// When a task ended, when it was started, and its name. Of two tasks that have
/// ended the lower one goes first: by their ends, since one that took an hour and
/// has just failed is news, however many began and ended meanwhile.
pub type End = (Timestamp, Timestamp, TaskId);

/// The tasks that have ended.
#[derive(Debug, Default)]
pub struct FinishedTasks(SortedSet<End>);

impl FinishedTasks {
    pub fn insert(&mut self, end: End) {
        self.0.insert(end);
    }

    /// It was begun anew, or is gone. There are hardly more than are kept, so
    /// that to look at each is cheap.
    pub fn remove(&mut self, id: &TaskId) {
        self.0.retain(|(_, _, known)| known != id);
    }

    /// Takes out those that are too many.
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
    fn what_ended_last_is_kept_however_long_ago_it_began() {
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
    fn one_that_was_begun_anew_does_not_count() {
        let mut ended = FinishedTasks::default();
        for number in 0..=MAX_FINISHED {
            ended.insert(end((number as u64, 0), number));
        }
        ended.remove(&"video_7".into());
        assert!(ended.evict().is_empty());
    }

    proptest! {
        #[test]
        fn whenever_the_surplus_is_taken_the_same_are_left(times in vec((0_u64..20, 0_u64..20), 0..200)) {
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
