use super::*;
use crate::plan::Outcome;
use crate::{EMBEDDINGS, VIDEO};

const KEPT: usize = 60;
const SECOND: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(1_000);

fn started(jobs: &mut Jobs, key: &str, plan: JobPlan) {
    jobs.insert(VIDEO, key, Some("7"), plan, Some(Duration::ZERO));
}

/// Starts `count` jobs and requests the final status of the first `checked` of them.
fn many(count: usize, checked: usize) -> Jobs {
    let mut jobs = Jobs::default();
    let config = Config::new();
    for number in 0..count {
        let key = format!("q-{number}");
        jobs.start(&config, VIDEO, &key, Some("7"), Duration::ZERO);
        jobs.forget_surplus(KEPT);
        if number < checked {
            let end = jobs.check(VIDEO, &key, LATE);
            assert_eq!(end, Some(Report::Status(JobStatus::Succeeded)));
        }
    }
    jobs
}

#[test]
fn the_last_finished_jobs_are_kept() {
    let jobs = many(10_000, 10_000);
    assert!(jobs.len() < 4 * KEPT);
    for number in 10_000 - KEPT..10_000 {
        assert!(jobs.has(VIDEO, &format!("q-{number}")));
    }
}

#[test]
fn a_job_is_kept_until_a_client_was_told_of_its_end() {
    let jobs = many(5_000, 2_000);
    assert!(!jobs.has(VIDEO, "q-0"));
    for number in 2_000..5_000 {
        assert!(jobs.has(VIDEO, &format!("q-{number}")));
    }
}

#[test]
fn an_ended_job_stays_as_it_ended() {
    let mut jobs = Jobs::default();
    started(&mut jobs, "a", JobPlan::default());
    started(&mut jobs, "b", JobPlan::default());
    let failed = JobStatus::Failed { reason: None };
    for (at, end) in [(SECOND, JobStatus::Cancelled), (LATE, failed)] {
        assert_eq!(jobs.end(VIDEO, "a", at, end), Some(()));
    }
    jobs.end(VIDEO, "b", LATE, JobStatus::Cancelled);
    let status = |key| jobs.status(VIDEO, key, LATE);
    assert_eq!(status("a"), Some(JobStatus::Cancelled));
    assert_eq!(status("b"), Some(JobStatus::Succeeded));
    assert_eq!(jobs.end(VIDEO, "c", LATE, JobStatus::Cancelled), None);
}

#[test]
fn a_waiting_job_starts_when_it_is_first_asked_for() {
    let mut jobs = Jobs::default();
    jobs.add_waiting(&Config::new(), EMBEDDINGS, "7", "7");
    let queued = Some(Report::Status(JobStatus::Queued));
    assert_eq!(jobs.check(EMBEDDINGS, "7", LATE), queued);
    let end = jobs.check(EMBEDDINGS, "7", LATE * 2);
    assert_eq!(end, Some(Report::Status(JobStatus::Succeeded)));
}

#[test]
fn the_plan_of_the_moment_applies_to_started_jobs_too() {
    let mut jobs = Jobs::default();
    started(&mut jobs, "a", JobPlan::default());
    for (outcome, end) in [
        (Outcome::Cancelled, JobStatus::Cancelled),
        (Outcome::Succeeds, JobStatus::Succeeded),
    ] {
        let plan = JobPlan {
            outcome,
            ..JobPlan::default()
        };
        let mut plans = Plans::default();
        plans.set_endpoint(VIDEO, plan);
        jobs.set_plans(plans);
        assert_eq!(jobs.status(VIDEO, "a", LATE), Some(end.clone()));
        jobs.start(&Config::new(), VIDEO, "b", None, Duration::ZERO);
        assert_eq!(jobs.status(VIDEO, "b", LATE), Some(end));
    }
}

#[test]
fn a_script_has_one_report_per_request_and_repeats_the_last() {
    let mut jobs = Jobs::default();
    let plan = JobPlan {
        scripted: 2,
        ..JobPlan::default()
    };
    started(&mut jobs, "a", plan);
    let indices = [(); 3].map(|()| jobs.check(VIDEO, "a", SECOND));
    assert_eq!(
        indices,
        [0, 1, 1].map(|index| Some(Report::Scripted { index }))
    );
    assert_eq!(jobs.next_change(SECOND), None);
}

#[test]
fn the_jobs_of_a_deleted_attachment_are_known_as_such() {
    let mut jobs = Jobs::default();
    started(&mut jobs, "a", JobPlan::default());
    jobs.insert(VIDEO, "b", Some("8"), JobPlan::default(), None);
    jobs.delete_of("7");
    assert!(jobs.is_deleted(VIDEO, "a") && !jobs.is_deleted(VIDEO, "b"));
    assert_eq!(jobs.status(VIDEO, "a", LATE), None);
    started(&mut jobs, "a", JobPlan::default());
    assert!(!jobs.is_deleted(VIDEO, "a"));
}

#[test]
fn a_subscriber_is_told_of_each_change_once() {
    let mut jobs = Jobs::default();
    started(&mut jobs, "a", JobPlan::default());
    started(&mut jobs, "b", JobPlan::default());
    let (mut first, mut second) = (Subscriber::new(), Subscriber::new());
    let mut keys = |subscriber: &mut Subscriber, at| -> Vec<String> {
        let changes = jobs.changes(subscriber, at).into_iter();
        changes.map(|change| change.key).collect()
    };
    assert_eq!(keys(&mut first, Duration::ZERO), ["a", "b"]);
    assert_eq!(keys(&mut first, Duration::ZERO), [""; 0]);
    assert_eq!(keys(&mut second, SECOND), ["a", "b"]);
    assert_eq!(keys(&mut first, SECOND), ["a", "b"]);
    jobs.end(VIDEO, "b", SECOND, JobStatus::Cancelled);
    let changes = jobs.changes(&mut first, SECOND);
    let reports: Vec<_> = changes.into_iter().map(|change| change.report).collect();
    assert_eq!(reports, [Report::Status(JobStatus::Cancelled)]);
}

#[test]
fn every_change_is_announced() {
    let mut jobs = Jobs::default();
    started(&mut jobs, "a", JobPlan::default());
    started(&mut jobs, "b", JobPlan::default());
    let mut subscriber = Subscriber::new();
    let (mut at, mut pushed) = (Duration::ZERO, 0);
    loop {
        let changes = jobs.changes(&mut subscriber, at);
        assert_eq!(changes.len(), 2, "both go alike");
        pushed += 1;
        let Some(next) = jobs.next_change(at) else {
            break;
        };
        at = next;
    }
    // Queued, 0 to 99 percent, and the end.
    assert_eq!(pushed, 102);
    assert_eq!(at, Duration::from_millis(6_500));
}
