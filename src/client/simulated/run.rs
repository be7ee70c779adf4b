//! One run of a job: a queue, irregular progress, an end; drawn when it begins.

use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use super::pace::scale;

/// The pieces that a run's progress is made of, each with a speed of its own.
const PIECES: usize = 12;

/// What jobs that fail by chance say.
const REASONS: [&str; 4] = [
    "The audio track is damaged",
    "The file format is not supported",
    "The processor ran out of memory",
    "The model did not answer",
];

/// A run and its fate. Times are the server's.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    began: Duration,
    queued: Duration,
    working: Duration,
    /// The share of the work after which it fails.
    fails_at: Option<f64>,
    reason: Rc<str>,
    /// Progress at the end of each piece; the last is 100.
    progress: [f64; PIECES],
    ended: Option<End>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Succeeded,
    Failed(Option<Rc<str>>),
    Cancelled,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Queued,
    /// With percent done, below 100.
    Running(f64),
    Ended(End),
}

impl Run {
    /// Draws a run that begins at `began`, takes about `time`, and fails in so
    /// large a share of all cases.
    pub fn draw(mut chance: Rng, began: Duration, time: Duration, fail: f64) -> Self {
        let time = scale(time, 0.8 + 0.4 * chance.f64());
        let queued = scale(time, 0.05 + 0.15 * chance.f64());
        let fails = chance.f64() < fail;
        let share = 0.2 + 0.7 * chance.f64();
        let reason = chance.choice(REASONS).unwrap_or_default().into();
        let mut sum = 0.0;
        let mut progress = [(); PIECES].map(|()| {
            // Squared: some pieces nearly stand still, some jump.
            sum += 0.02 + chance.f64().powi(2);
            sum
        });
        for at in &mut progress {
            *at *= 100.0 / sum;
        }
        Self {
            began,
            queued,
            working: time.saturating_sub(queued),
            fails_at: fails.then_some(share),
            reason,
            progress,
            ended: None,
        }
    }

    /// Where it stands at a time of the server.
    pub fn stage(&self, at: Duration) -> Stage {
        if let Some(end) = &self.ended {
            return Stage::Ended(end.clone());
        }
        let Some(worked) = at.saturating_sub(self.began).checked_sub(self.queued) else {
            return Stage::Queued;
        };
        if worked >= scale(self.working, self.fails_at.unwrap_or(1.0)) {
            return Stage::Ended(match self.fails_at {
                Some(_) => End::Failed(Some(Rc::clone(&self.reason))),
                None => End::Succeeded,
            });
        }
        Stage::Running(self.percent(worked.as_secs_f64() / self.working.as_secs_f64()))
    }

    /// Ends it, unless it has ended.
    pub fn end(&mut self, at: Duration, end: End) {
        self.ended = match self.stage(at) {
            Stage::Queued | Stage::Running(_) => Some(end),
            Stage::Ended(before) => Some(before),
        };
    }

    /// Progress at a share of the work: straight lines between the pieces' ends.
    fn percent(&self, share: f64) -> f64 {
        let mut before = 0.0;
        let mut piece = share.clamp(0.0, 1.0) * PIECES as f64;
        for after in self.progress {
            if piece < 1.0 {
                return (before + piece * (after - before)).clamp(0.0, 99.9);
            }
            before = after;
            piece -= 1.0;
        }
        99.9
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance;
    use super::*;

    const TIME: Duration = Duration::from_secs(12);

    fn run(key: &str, fail: f64) -> Run {
        Run::draw(chance::of(1, &[key], 1), Duration::ZERO, TIME, fail)
    }

    /// The stages of a run, ten a second, until it has ended.
    fn stages(run: &Run) -> Vec<Stage> {
        (0..200)
            .map(|tenths| run.stage(Duration::from_millis(tenths * 100)))
            .collect()
    }

    #[test]
    fn a_run_waits_then_works_then_ends_after_about_its_time() {
        for key in 0..100 {
            let stages = stages(&run(&key.to_string(), 0.0));
            let queued = stages.iter().filter(|stage| **stage == Stage::Queued);
            assert!((4..30).contains(&queued.count()));
            let unfinished = stages
                .iter()
                .position(|stage| matches!(stage, Stage::Ended(_)));
            assert!(unfinished.is_some_and(|tenths| (94..=146).contains(&tenths)));
            assert_eq!(stages.last(), Some(&Stage::Ended(End::Succeeded)));
        }
    }

    #[test]
    fn a_failing_run_fails_on_its_way_and_says_why() {
        let run = run("q-1", 1.0);
        let stages = stages(&run);
        assert!(
            stages
                .iter()
                .any(|stage| matches!(stage, Stage::Running(_)))
        );
        assert!(matches!(
            stages.last(),
            Some(Stage::Ended(End::Failed(Some(reason)))) if !reason.is_empty()
        ));
    }

    #[test]
    fn the_share_of_failures_is_near_the_share_asked_for() {
        for share in [0.0, 0.2, 0.5, 1.0] {
            let failures = (0..5_000)
                .filter(|key| run(&format!("q-{key}"), share).fails_at.is_some())
                .count();
            let found = failures as f64 / 5_000.0;
            assert!((found - share).abs() < 0.02, "{found} instead of {share}");
        }
    }

    #[test]
    fn a_run_ends_once() {
        let mut run = run("q-1", 0.0);
        run.end(Duration::from_secs(3), End::Cancelled);
        run.end(Duration::from_secs(4), End::Succeeded);
        assert_eq!(run.stage(Duration::ZERO), Stage::Ended(End::Cancelled));
    }

    #[test]
    fn a_run_without_any_time_is_over_at_once() {
        let run = Run::draw(chance::of(1, &[], 1), TIME, Duration::ZERO, 0.0);
        assert_eq!(run.stage(TIME), Stage::Ended(End::Succeeded));
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn progress_stays_below_100_and_never_goes_back(seed: u64, fail in 0.0..=1.0, millis in 0_u64..1_000_000) {
            let time = Duration::from_millis(millis);
            let run = Run::draw(chance::of(seed, &["q-1"], 1), TIME, time, fail);
            let mut last = 0.0;
            for step in 0..300 {
                match run.stage(TIME + time * step / 200) {
                    Stage::Running(percent) => {
                        proptest::prop_assert!(percent >= last && percent < 100.0);
                        last = percent;
                    }
                    Stage::Queued => proptest::prop_assert!(last == 0.0),
                    Stage::Ended(_) => last = 100.0,
                }
            }
            proptest::prop_assert!(last == 100.0);
        }
    }
}
