use super::*;
use crate::chance;

fn plan(outcome: Outcome) -> JobPlan {
    JobPlan {
        queued: Duration::from_millis(100),
        running: Duration::from_millis(1_000),
        outcome,
        ..JobPlan::default()
    }
}

fn running(progress: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(progress),
    }
}

fn drawn(key: &str, config: &Config) -> JobPlan {
    let chance = chance::of(config.seed(), &["run", key], 1);
    JobPlan::draw(chance, config, Duration::from_secs(12))
}

#[test]
fn a_job_is_queued_then_runs_then_ends_as_planned() {
    let failed = JobStatus::Failed {
        reason: Some("no sound".into()),
    };
    for (outcome, end) in [
        (Outcome::Succeeds, JobStatus::Succeeded),
        (Outcome::Cancelled, JobStatus::Cancelled),
        (
            Outcome::Fails {
                reason: Some("no sound".into()),
            },
            failed,
        ),
    ] {
        let plan = plan(outcome);
        let at = |millis| plan.status(Duration::from_millis(millis));
        assert_eq!(at(0), JobStatus::Queued);
        assert_eq!(at(99), JobStatus::Queued);
        assert_eq!(at(100), running(0));
        assert_eq!(at(1_099), running(99));
        assert_eq!(at(1_100), end);
    }
}

#[test]
fn a_job_that_never_ends_stays_at_half() {
    let plan = plan(Outcome::NeverEnds);
    assert_eq!(plan.status(Duration::from_millis(400)), running(30));
    assert_eq!(plan.status(Duration::MAX), running(50));
    assert_eq!(plan.next_change(Duration::from_secs(60)), None);
}

#[test]
fn a_job_without_any_duration_ends_at_once() {
    let plan = JobPlan {
        queued: Duration::ZERO,
        running: Duration::ZERO,
        ..JobPlan::default()
    };
    assert_eq!(plan.status(Duration::ZERO), JobStatus::Succeeded);
}

#[test]
fn unknown_progress_is_not_reported() {
    let plan = JobPlan {
        progress: Progress::Unknown,
        ..plan(Outcome::Succeeds)
    };
    let status = plan.status(Duration::from_millis(500));
    assert_eq!(status, JobStatus::Running { progress: None });
    let end = plan.next_change(Duration::from_millis(500));
    assert_eq!(end, Some(Duration::from_millis(1_100)));
}

#[test]
fn a_drawn_job_takes_about_its_time_and_succeeds() {
    for key in 0..100 {
        let plan = drawn(&key.to_string(), &Config::new());
        let total = plan.queued + plan.running;
        assert!((9_600..=14_400).contains(&total.as_millis()));
        assert!((480..=2_880).contains(&plan.queued.as_millis()));
        assert_eq!(plan.status(total), JobStatus::Succeeded);
    }
}

#[test]
fn a_drawn_failure_comes_on_the_way_with_a_reason() {
    let plan = drawn("q-1", &Config::new().with_fail(1.0));
    let total = plan.queued + plan.running;
    let before = plan.status(total.saturating_sub(Duration::from_millis(1)));
    assert!(matches!(before, JobStatus::Running { .. }));
    assert!(matches!(
        plan.status(total),
        JobStatus::Failed { reason: Some(reason) } if !reason.is_empty()
    ));
}

#[test]
fn the_share_of_failures_is_near_the_configured_share() {
    for share in [0.0, 0.2, 0.5, 1.0] {
        let config = Config::new().with_fail(share);
        let plans = (0..5_000).map(|key| drawn(&format!("q-{key}"), &config));
        let failures = plans.filter(|plan| matches!(plan.outcome, Outcome::Fails { .. }));
        let found = failures.count() as f64 / 5_000.0;
        assert!((found - share).abs() < 0.02, "{found} instead of {share}");
    }
}

#[test]
fn a_job_with_its_own_plan_follows_that_one() {
    let mut plans = Plans::default();
    plans.set_endpoint("a", plan(Outcome::Succeeds));
    plans.set_job("a", "7", plan(Outcome::NeverEnds));
    let outcome = |endpoint: &str, key: &str| {
        let name = (endpoint.to_owned(), key.to_owned());
        plans.find(&name).map(|plan| plan.outcome.clone())
    };
    assert_eq!(outcome("a", "7"), Some(Outcome::NeverEnds));
    assert_eq!(outcome("a", "8"), Some(Outcome::Succeeds));
    assert_eq!(outcome("b", "7"), None);
}

#[cfg(not(target_arch = "wasm32"))]
proptest::proptest! {
    #[test]
    fn progress_stays_below_100_and_never_decreases(seed: u64, fail in 0.0..=1.0) {
        let config = Config::new().with_seed(seed).with_fail(fail);
        let plan = drawn("q-1", &config);
        let mut last = 0;
        for step in 0..300 {
            match plan.status(Duration::from_millis(step * 50)) {
                JobStatus::Running { progress } => {
                    let progress = progress.unwrap_or(100);
                    proptest::prop_assert!(progress >= last && progress < 100);
                    last = progress;
                }
                JobStatus::Queued => proptest::prop_assert!(last == 0),
                _ => last = 100,
            }
        }
        proptest::prop_assert!(last == 100);
    }

    #[test]
    fn every_change_is_announced_and_nothing_changes_in_between(seed: u64, fail in 0.0..=1.0) {
        let config = Config::new().with_seed(seed).with_fail(fail).with_never_end(0.2);
        let plan = drawn("q-1", &config);
        let (mut elapsed, mut steps) = (Duration::ZERO, 0);
        while let Some(next) = plan.next_change(elapsed) {
            proptest::prop_assert!(next > elapsed || elapsed.is_zero());
            let status = plan.status(elapsed);
            let before = next.saturating_sub(Duration::from_micros(2)).max(elapsed);
            proptest::prop_assert_eq!(plan.status(before), status);
            elapsed = next;
            steps += 1;
            proptest::prop_assert!(steps < 300);
        }
        let end = plan.status(Duration::from_secs(1_000));
        proptest::prop_assert_eq!(plan.status(elapsed), end);
    }
}
