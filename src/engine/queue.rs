//! Checks that wait to be sent: whose turn it is, and which go out together.

use std::collections::VecDeque;
use std::time::Duration;

use crate::task::monitor::CallId;
use crate::task::{Job, TaskId};
use crate::time::Timestamp;

/// The longest that a check waits for others to go out with, and the share of
/// its interval: little beside the interval, enough for ten calls a second.
const LONGEST_HOLD: Duration = Duration::from_millis(100);
const SHARE_OF_INTERVAL: u32 = 10;

/// A check that waits for its turn.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) task: TaskId,
    /// By this the task knows that it is its own.
    pub(super) ticket: u64,
    pub(super) call: CallId,
    pub(super) job: Job,
    /// Until then it may wait for others.
    pub(super) until: Timestamp,
    /// Whether a call for several said nothing of it.
    pub(super) alone: bool,
}

/// Checks in the order in which they were due.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Waiting>);

impl Queue {
    /// Until when a check may wait that is due at `due`.
    pub(super) fn hold(job: &Job, due: Timestamp) -> Timestamp {
        due + (job.kind.policy().interval / SHARE_OF_INTERVAL).min(LONGEST_HOLD)
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        self.0.push_back(waiting);
    }

    /// Has a check wait that has had its turn already.
    pub(super) fn push_again(&mut self, waiting: Waiting) {
        self.0.push_front(waiting);
    }

    /// When checks that wait for others are to go without them.
    pub(super) fn release(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.0.front().map(|first| first.until);
        until.filter(|until| *until > now)
    }

    /// Takes out the checks, all of one kind, that the next call is for; of a
    /// client that can ask after several, at most `limit`. None where none is
    /// there, or where more will be `next`, soon enough to be waited for.
    ///
    /// A check that is not wanted any more stands here until its turn.
    pub(super) fn take(
        &mut self,
        limit: usize,
        next: Option<Timestamp>,
        now: Timestamp,
        is_wanted: impl Fn(&Waiting) -> bool,
    ) -> Option<Vec<Waiting>> {
        while !is_wanted(self.0.front()?) {
            self.0.pop_front();
        }
        let first = self.0.front()?;
        if limit <= 1 || first.alone {
            return self.0.pop_front().map(|first| vec![first]);
        }
        let more_come = next.is_some_and(|next| next <= first.until);
        if more_come && now < first.until && self.0.len() < limit {
            return None;
        }
        let kind = first.job.kind.clone();
        let mut taken = Vec::new();
        let mut left = VecDeque::new();
        for waiting in self.0.drain(..) {
            if taken.len() == limit || waiting.alone || waiting.job.kind != kind {
                left.push_back(waiting);
            } else if is_wanted(&waiting) {
                taken.push(waiting);
            }
        }
        self.0 = left;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::JobKind;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn check(kind: JobKind, ticket: u64, due: u64) -> Waiting {
        let job = Job {
            kind,
            attachment: ticket.into(),
            key: ticket.to_string().into(),
        };
        Waiting {
            task: ticket.to_string().into(),
            ticket,
            call: CallId::nth(1),
            until: Queue::hold(&job, at(due)),
            job,
            alone: false,
        }
    }

    fn queue(checks: impl IntoIterator<Item = Waiting>) -> Queue {
        Queue(checks.into_iter().collect())
    }

    fn videos(tickets: std::ops::Range<u64>) -> impl Iterator<Item = Waiting> {
        let kind = JobKind::video();
        tickets.map(move |ticket| check(kind.clone(), ticket, 0))
    }

    fn tickets(taken: Option<Vec<Waiting>>) -> Option<Vec<u64>> {
        taken.map(|taken| taken.iter().map(|waiting| waiting.ticket).collect())
    }

    #[test]
    fn without_batches_each_goes_by_itself_and_at_once_in_order() {
        let mut queue = queue(videos(1..4));
        for expected in 1..4 {
            let taken = queue.take(1, Some(at(1)), at(0), |_| true);
            assert_eq!(tickets(taken), Some(vec![expected]));
        }
        assert_eq!(tickets(queue.take(1, None, at(0), |_| true)), None);
    }

    #[test]
    fn one_kind_goes_together_and_the_others_keep_their_order() {
        let (video, embedding) = (JobKind::video(), JobKind::embedding());
        let kinds = [&video, &embedding, &video, &embedding, &video];
        let checks = (1..).zip(kinds);
        let mut queue = queue(checks.map(|(ticket, kind)| check(kind.clone(), ticket, 0)));
        let mut take = |limit| tickets(queue.take(limit, None, at(0), |_| true));
        assert_eq!(take(2), Some(vec![1, 3]));
        assert_eq!(take(9), Some(vec![2, 4]));
        assert_eq!(take(9), Some(vec![5]));
        assert_eq!(take(9), None);
    }

    #[test]
    fn a_check_waits_for_others_that_come_soon_and_no_longer() {
        let later = |queue: &mut Queue, next, now| {
            tickets(queue.take(9, Some(at(next)), at(now), |_| true))
        };
        let mut queue = queue(videos(1..2));
        assert_eq!(queue.release(at(0)), Some(at(100)));
        assert_eq!(later(&mut queue, 100, 0), None);
        queue.push(check(JobKind::video(), 2, 60));
        assert_eq!(later(&mut queue, 90, 60), None);
        assert_eq!(later(&mut queue, 100, 100), Some(vec![1, 2]));
        assert_eq!(queue.release(at(100)), None);
        queue.push(check(JobKind::video(), 3, 200));
        assert_eq!(later(&mut queue, 301, 200), Some(vec![3]), "nobody comes");
    }

    #[test]
    fn a_call_that_is_full_does_not_wait() {
        let mut queue = queue(videos(0..150));
        let mut sizes = Vec::new();
        while let Some(taken) = queue.take(100, Some(at(1)), at(0), |_| true) {
            sizes.push(taken.len());
        }
        assert_eq!(sizes, [100], "the other 50 wait for more");
        let taken = queue.take(100, None, at(0), |_| true);
        assert_eq!(taken.map(|taken| taken.len()), Some(50));
    }

    #[test]
    fn a_hold_is_a_tenth_of_the_interval_at_most() {
        let policy = crate::task::policy::Policy::video().with_interval(Duration::from_millis(200));
        let quick = check(JobKind::video().with_policy(policy), 1, 0);
        assert_eq!(quick.until, at(20));
    }

    #[test]
    fn what_is_not_wanted_any_more_does_not_go_out() {
        let mut queue = queue(videos(1..5));
        let taken = queue.take(9, None, at(0), |waiting| waiting.ticket % 2 == 0);
        assert_eq!(tickets(taken), Some(vec![2, 4]));
        queue.push(check(JobKind::video(), 5, 0));
        assert_eq!(tickets(queue.take(9, None, at(0), |_| false)), None);
    }

    #[test]
    fn what_was_not_answered_is_asked_first_and_alone() {
        let mut queue = queue(videos(1..4));
        queue.push_again(Waiting {
            alone: true,
            ..check(JobKind::video(), 9, 0)
        });
        let mut take = || tickets(queue.take(9, Some(at(1)), at(200), |_| true));
        assert_eq!(take(), Some(vec![9]));
        assert_eq!(take(), Some(vec![1, 2, 3]));
    }
}
