//! How a job goes: its times, its outcome, its progress.

use std::time::Duration;

use fastrand::Rng;

use crate::config::Config;
use crate::pace::scale;
use crate::status::JobStatus;

/// The pieces that drawn progress consists of, each with its own speed.
const PIECES: usize = 12;

/// The progress at which a job that never ends stops.
const NEVER_ENDS_AT: u8 = 50;

/// The reasons of jobs that fail by chance.
const REASONS: [&str; 4] = [
    "The audio track is damaged",
    "The file format is not supported",
    "The processor ran out of memory",
    "The model did not answer",
];

/// How a job goes. Times are the server's.
///
/// | field | default |
/// | --- | --- |
/// | `queued` | 500 ms |
/// | `running` | 6 s |
/// | `outcome` | succeeds |
/// | `progress` | linear |
/// | `scripted` | 0 |
#[derive(Clone, Debug, PartialEq)]
pub struct JobPlan {
    /// The time in the queue.
    pub queued: Duration,
    /// The time being worked on.
    pub running: Duration,
    /// How it ends.
    pub outcome: Outcome,
    /// The progress that the server reports.
    pub progress: Progress,
    /// With `n` > 0, the first `n` status requests are answered with
    /// [`Report::Scripted`](crate::Report::Scripted) 0 to `n - 1` and all later
    /// ones with the last; the shell knows the bodies.
    pub scripted: usize,
}

impl Default for JobPlan {
    fn default() -> Self {
        Self {
            queued: Duration::from_millis(500),
            running: Duration::from_secs(6),
            outcome: Outcome::Succeeds,
            progress: Progress::Linear,
            scripted: 0,
        }
    }
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeds.
    Succeeds,
    /// It fails.
    Fails {
        /// The reason, if the server gives one.
        reason: Option<String>,
    },
    /// The server gives it up.
    Cancelled,
    /// It never ends: its progress stays at half.
    NeverEnds,
}

/// The progress of a running job over time.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// In step with the time.
    Linear,
    /// Not reported.
    Unknown,
    /// Irregular: some pieces nearly stand still, others jump.
    Irregular {
        /// The time that all the work takes; a failing job ends earlier.
        whole: Duration,
        /// Percent done at the end of each piece. The pieces take equal times.
        ends: [f64; PIECES],
    },
}

impl JobPlan {
    /// Draws the plan of a job that takes about `time`.
    pub(crate) fn draw(mut chance: Rng, config: &Config, time: Duration) -> Self {
        let time = scale(time, 0.8 + 0.4 * chance.f64());
        let queued = scale(time, 0.05 + 0.15 * chance.f64());
        let fails = chance.f64() < config.fail();
        let share = 0.2 + 0.7 * chance.f64();
        let reason = chance.choice(REASONS);
        let mut sum = 0.0;
        let mut ends = [(); PIECES].map(|()| {
            // Squared, so that the speeds differ widely.
            sum += 0.02 + chance.f64().powi(2);
            sum
        });
        for end in &mut ends {
            *end *= 100.0 / sum;
        }
        let never_ends = chance.f64() < config.never_end();
        let whole = time.saturating_sub(queued);
        let (running, outcome) = match (never_ends, fails) {
            (true, _) => (whole, Outcome::NeverEnds),
            (false, true) => {
                let reason = reason.map(str::to_owned);
                (scale(whole, share), Outcome::Fails { reason })
            }
            (false, false) => (whole, Outcome::Succeeds),
        };
        Self {
            queued,
            running,
            outcome,
            progress: Progress::Irregular { whole, ends },
            scripted: 0,
        }
    }

    /// The status of a job that began `elapsed` ago.
    #[must_use]
    pub fn status(&self, elapsed: Duration) -> JobStatus {
        let Some(worked) = elapsed.checked_sub(self.queued) else {
            return JobStatus::Queued;
        };
        let ends = match &self.outcome {
            Outcome::NeverEnds => {
                let progress = self
                    .percent(worked)
                    .map(|percent| percent.min(NEVER_ENDS_AT));
                return JobStatus::Running { progress };
            }
            Outcome::Succeeds => JobStatus::Succeeded,
            Outcome::Fails { reason } => JobStatus::Failed {
                reason: reason.clone(),
            },
            Outcome::Cancelled => JobStatus::Cancelled,
        };
        if worked >= self.running {
            return ends;
        }
        JobStatus::Running {
            progress: self.percent(worked),
        }
    }

    /// How long after its beginning the status of a job changes next.
    #[must_use]
    pub fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let Some(worked) = elapsed.checked_sub(self.queued) else {
            return Some(self.queued);
        };
        let (end, last) = match self.outcome {
            Outcome::NeverEnds => (None, NEVER_ENDS_AT),
            Outcome::Succeeds | Outcome::Fails { .. } | Outcome::Cancelled => {
                (Some(self.running), 99)
            }
        };
        if end.is_some_and(|end| worked >= end) {
            return None;
        }
        let percent = self.percent(worked).filter(|percent| *percent < last);
        let next = percent
            .and_then(|percent| self.time_of(percent + 1))
            // Rounding must not make the same moment come again and again.
            .map(|next| next.max(worked.saturating_add(Duration::from_micros(1))));
        let next = match (next, end) {
            (Some(next), Some(end)) => next.min(end),
            (next, end) => next.or(end)?,
        };
        Some(self.queued.saturating_add(next))
    }

    fn percent(&self, worked: Duration) -> Option<u8> {
        match &self.progress {
            Progress::Unknown => None,
            Progress::Linear => {
                let whole = self.running.as_nanos();
                let percent = (worked.as_nanos() * 100).checked_div(whole);
                let percent = percent.and_then(|percent| u8::try_from(percent).ok());
                Some(percent.unwrap_or(99).min(99))
            }
            Progress::Irregular { whole, ends } => {
                let share = worked.as_secs_f64() / whole.as_secs_f64();
                Some(irregular(ends, share))
            }
        }
    }

    /// The time of work after which this percent is reached.
    fn time_of(&self, percent: u8) -> Option<Duration> {
        match &self.progress {
            Progress::Unknown => None,
            Progress::Linear => {
                let nanos = self.running.as_nanos() * u128::from(percent);
                let nanos = u64::try_from(nanos.div_ceil(100)).ok()?;
                Some(Duration::from_nanos(nanos))
            }
            Progress::Irregular { whole, ends } => {
                let percent = f64::from(percent);
                let (mut before, mut pieces) = (0.0, 0.0);
                for after in ends {
                    if *after >= percent {
                        let piece = (percent - before) / (after - before);
                        return Some(scale(*whole, (pieces + piece) / PIECES as f64));
                    }
                    (before, pieces) = (*after, pieces + 1.0);
                }
                None
            }
        }
    }
}

/// Whole percent at a share of the work: straight lines between the pieces' ends.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 gives 0 to 100"
)]
fn irregular(ends: &[f64; PIECES], share: f64) -> u8 {
    let mut before = 0.0;
    let mut piece = share.clamp(0.0, 1.0) * PIECES as f64;
    for after in ends {
        if piece < 1.0 {
            return (before + piece * (after - before)).clamp(0.0, 99.0) as u8;
        }
        before = *after;
        piece -= 1.0;
    }
    99
}

/// Plans that apply to jobs in place of the drawn ones, also to jobs that have
/// already started.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    /// An endpoint, a key or none for all jobs of the endpoint, and their plan.
    plans: Vec<(String, Option<String>, JobPlan)>,
}

impl Plans {
    /// Sets the plan of all jobs of an endpoint that have none of their own.
    pub fn set_endpoint(&mut self, endpoint: &str, plan: JobPlan) {
        self.set(endpoint, None, plan);
    }

    /// Sets the plan of one job.
    pub fn set_job(&mut self, endpoint: &str, key: &str, plan: JobPlan) {
        self.set(endpoint, Some(key), plan);
    }

    fn set(&mut self, endpoint: &str, key: Option<&str>, plan: JobPlan) {
        self.plans
            .retain(|(of, job, _)| of != endpoint || job.as_deref() != key);
        let key = key.map(str::to_owned);
        self.plans.push((endpoint.to_owned(), key, plan));
    }

    /// The plan that applies to a job.
    pub(crate) fn find(&self, endpoint: &str, key: &str) -> Option<&JobPlan> {
        let find = |key| {
            let mut plans = self.plans.iter();
            plans.find(|(of, job, _)| of == endpoint && job.as_deref() == key)
        };
        let found = find(Some(key)).or_else(|| find(None));
        found.map(|(.., plan)| plan)
    }
}

#[cfg(test)]
mod tests;
