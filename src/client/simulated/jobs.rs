//! The jobs of the simulated server.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::sorted::SortedSet;
use litemap::LiteMap;

use super::call::{CallRecord, Operation};
use super::chance;
use super::run::{End, Run, Stage};
use super::simulation::Simulation;

/// How many jobs are remembered whose end was told: more than pages keep tasks
/// that have ended, so that none of them finds its job begun anew.
const REMEMBERED: usize = 60;

/// Jobs by their names, and how often was called for each.
#[derive(Debug, Default)]
pub struct Jobs {
    known: LiteMap<JobName, Job>,
    /// What chance counts by.
    calls: LiteMap<CallName, u64>,
    /// Numbers the runs.
    begun: u64,
    /// With so many jobs those that are too many are forgotten: rarely enough
    /// to cost nothing.
    limit: usize,
}

/// A kind's name, and a job key.
type JobName = (String, String);

/// A sort of call, a kind of job, an id.
type CallName = (Operation, Option<Rc<str>>, Option<Rc<str>>);

#[derive(Debug)]
struct Job {
    attachment: String,
    runs: u64,
    run: Run,
    number: u64,
    /// Whether a client was told that it has ended: until then it will ask.
    told: bool,
}

impl Jobs {
    /// Whether the server has such a job.
    pub fn has(&self, kind: &str, key: &str) -> bool {
        self.known.contains_key(&name(kind, key))
    }

    /// Runs a job, anew if it ran before.
    pub fn begin(&mut self, simulation: &Simulation, job: [&str; 3], at: Duration) {
        let [kind, key, attachment] = job;
        let name = name(kind, key);
        let runs = self.known.get(&name).map_or(0, |job| job.runs) + 1;
        let chance = chance::of(simulation.seed(), &["run", kind, key], runs);
        let time = simulation.job_time(kind);
        self.begun += 1;
        let job = Job {
            attachment: attachment.to_owned(),
            runs,
            run: Run::draw(chance, at, time, simulation.fail()),
            number: self.begun,
            told: false,
        };
        self.known.insert(name, job);
        if self.known.len() > self.limit.max(REMEMBERED) {
            self.forget_surplus();
            self.limit = self.known.len() * 3 / 2;
        }
    }

    /// Where a job stands, for a client to be told.
    pub fn tell(&mut self, kind: &str, key: &str, at: Duration) -> Option<Stage> {
        let job = self.known.get_mut(&name(kind, key))?;
        let stage = job.run.stage(at);
        job.told |= matches!(stage, Stage::Ended(_));
        Some(stage)
    }

    /// Ends a job, unless it has ended. Tells whether there is one.
    pub fn end(&mut self, kind: &str, key: &str, at: Duration, end: End) -> bool {
        let job = self.known.get_mut(&name(kind, key));
        let job = job.map(|job| job.run.end(at, end));
        job.is_some()
    }

    /// Forgets the jobs of an attachment.
    pub fn forget_of(&mut self, attachment: &str) {
        self.known.retain(|_, job| job.attachment != attachment);
        self.forget_calls(|id| id == attachment);
    }

    /// Counts a call and those like it before.
    pub fn count(&mut self, call: &CallRecord) -> u64 {
        let name = (call.operation, call.kind.clone(), call.id.clone());
        let count = self.calls.entry(name).or_default();
        *count += 1;
        *count
    }

    /// Forgets the ends that were told, all but the last, and what was counted
    /// of their jobs.
    fn forget_surplus(&mut self) {
        let told = self.known.values().filter(|job| job.told);
        let told: SortedSet<_> = told.map(|job| job.number).collect();
        let last = told.iter().rev().take(REMEMBERED).last().copied();
        let mut forgotten = SortedSet::new();
        self.known.retain(|(_, key), job| {
            let goes = job.told && last.is_some_and(|last| job.number < last);
            if goes {
                forgotten.insert(key.clone());
            }
            !goes
        });
        self.forget_calls(|id| forgotten.contains(id));
    }

    fn forget_calls(&mut self, is_forgotten: impl Fn(&str) -> bool) {
        self.calls
            .retain(|(_, _, id), _| !id.as_deref().is_some_and(&is_forgotten));
    }
}

fn name(kind: &str, key: &str) -> JobName {
    (kind.to_owned(), key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use background_tasks_core::Timestamp;

    const LATE: Duration = Duration::from_secs(1_000);

    /// Runs so many jobs; `told` of them are asked after once they have ended.
    fn jobs(count: usize, told: usize) -> Jobs {
        let mut jobs = Jobs::default();
        for number in 0..count {
            let key = format!("q-{number}");
            jobs.begin(&Simulation::new(), ["video", &key, "7"], Duration::ZERO);
            let now = Timestamp::default();
            let call = CallRecord::new(Operation::Status, Some("video"), Some(&key), now);
            jobs.count(&call);
            if number < told {
                assert!(matches!(
                    jobs.tell("video", &key, LATE),
                    Some(Stage::Ended(_))
                ));
            }
        }
        jobs
    }

    #[test]
    fn the_last_ends_that_were_told_are_remembered() {
        let jobs = jobs(10_000, 10_000);
        let most = 4 * REMEMBERED;
        assert!(jobs.known.len() < most && jobs.calls.len() < most);
        for number in 10_000 - REMEMBERED..10_000 {
            assert!(jobs.has("video", &format!("q-{number}")));
        }
    }

    #[test]
    fn a_job_is_remembered_until_its_end_was_told() {
        let jobs = jobs(5_000, 2_000);
        assert!(!jobs.has("video", "q-0"));
        for number in 2_000..5_000 {
            assert!(jobs.has("video", &format!("q-{number}")));
        }
    }
}
