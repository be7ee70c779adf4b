use std::time::Duration;

use background_tasks_core::{Percent, Timestamp};

use super::*;
use crate::clock::VirtualClock;

/// 1994-11-06 08:49:37 UTC, RFC 9110's own example.
const START: Timestamp = Timestamp::from_millis(784_111_777_000);

fn server(simulation: Simulation) -> (SimulatedStatusClient, VirtualClock) {
    let clock = VirtualClock::starting_at(START);
    let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
    (client, clock)
}

/// A server without latency.
fn prompt() -> (SimulatedStatusClient, VirtualClock) {
    server(Simulation::new().with_latency(Duration::ZERO))
}

fn job(kind: JobKind, key: &str) -> Job {
    Job::new(kind, 7_u64, key)
}

fn video(key: &str) -> Job {
    job(JobKind::video(), key)
}

fn now<T>(mut call: Call<T>) -> Option<Result<T, RequestError>> {
    (&mut call).now_or_never()
}

fn check(client: &SimulatedStatusClient, key: &str) -> Option<Result<JobStatus, RequestError>> {
    now(client.status(&video(key)))
}

const QUEUED: Option<Result<JobStatus, RequestError>> = Some(Ok(JobStatus::Queued));

#[test]
fn response_arrives_after_its_latency_scaled_by_speed() {
    for (speed, most) in [(1.0, 180), (10.0, 18)] {
        let (client, clock) = server(Simulation::new().with_speed(speed));
        let mut call = client.status(&video("q-1"));
        assert_eq!((&mut call).now_or_never(), None);
        let waits = clock.next_due().map(|due| due.since(START).as_millis());
        assert!(waits.is_some_and(|millis| (most / 3..=most).contains(&millis)));
        clock.advance(Duration::from_secs(1));
        assert_eq!((&mut call).now_or_never(), QUEUED);
    }
}

#[test]
fn requests_fail_offline_and_encounter_no_injected_fault() {
    let (client, _clock) = prompt();
    client.inject(Fault::JobFails { reason: None });
    client.set_simulation(client.simulation().with_online(false));
    assert_eq!(check(&client, "q-1"), Some(Err(RequestError::Unreachable)));
    client.set_simulation(client.simulation().with_online(true));
    let failed = JobStatus::Failed { reason: None };
    assert_eq!(check(&client, "q-1"), Some(Ok(failed)));
}

#[test]
fn injected_fault_is_encountered_once() {
    let status = |status, retry_after| RequestError::Status {
        status,
        retry_after,
        message: None,
    };
    let invalid = |detail: &str| RequestError::InvalidResponse {
        detail: detail.into(),
    };
    let unknown = |value: &str| RequestError::UnknownStatus {
        value: value.into(),
    };
    let wait = Duration::from_secs(60);
    for (fault, error) in [
        (Fault::ConnectionLost, RequestError::Unreachable),
        (Fault::status(404), status(404, None)),
        (Fault::status(501), status(501, None)),
        (Fault::retry_after(429, "60"), status(429, Some(wait))),
        (
            Fault::retry_after(503, "Sun, 06 Nov 1994 08:50:37 GMT"),
            status(503, Some(wait)),
        ),
        (Fault::body("<!doctype html>"), RequestError::WebPage),
        (Fault::body(""), invalid("the body is empty")),
        (Fault::body(r#"{"status":"paused"}"#), unknown("paused")),
    ] {
        let (client, _) = prompt();
        client.inject(fault);
        assert_eq!(check(&client, "q-1"), Some(Err(error)));
        assert_eq!(check(&client, "q-1"), QUEUED, "once");
    }
}

#[test]
fn odd_progress_is_parsed_as_from_a_real_server() {
    let (client, _) = prompt();
    for (written, progress) in [("\"45\"", Some(45)), ("250", Some(100)), ("1e999", None)] {
        let body = format!(r#"{{"status":"running","progress":{written}}}"#);
        client.inject(Fault::body(body));
        let progress = progress.map(Percent::new);
        assert_eq!(
            check(&client, "q-1"),
            Some(Ok(JobStatus::Running { progress }))
        );
    }
}

#[test]
fn stalled_call_never_ends_and_delayed_call_ends_later() {
    let (client, clock) = prompt();
    client.inject(Fault::NoResponse);
    client.inject(Fault::Delay(Duration::from_secs(9)));
    let mut stalled = client.status(&video("q-1"));
    let mut delayed = client.status(&video("q-1"));
    assert_eq!((&mut stalled).now_or_never(), None);
    assert_eq!((&mut delayed).now_or_never(), None);
    clock.advance(Duration::from_secs(8));
    assert_eq!((&mut delayed).now_or_never(), None);
    clock.advance(Duration::from_secs(1));
    assert_eq!((&mut delayed).now_or_never(), QUEUED);
    clock.advance(Duration::from_secs(3_600));
    assert_eq!((&mut stalled).now_or_never(), None);
}

#[test]
fn injected_failure_of_a_job_is_permanent() {
    let (client, clock) = prompt();
    assert_eq!(check(&client, "q-1"), QUEUED);
    let reason = Some(Rc::from("no audio"));
    client.inject(Fault::JobFails {
        reason: Some("no audio".into()),
    });
    for _ in 0..2 {
        let reason = reason.clone();
        assert_eq!(
            check(&client, "q-1"),
            Some(Ok(JobStatus::Failed { reason }))
        );
        clock.advance(Duration::from_secs(60));
    }
}

#[test]
fn start_is_idempotent_after_a_lost_response() {
    let (client, _) = prompt();
    let start = |key: &str| now(client.start(&JobKind::video(), &7_u64.into(), &key.into()));
    client.inject(FaultRule::new(Fault::ConnectionLost).after_acting());
    assert_eq!(start("k"), Some(Err(RequestError::Unreachable)));
    let first = start("k");
    assert!(matches!(first, Some(Ok(Some(_)))));
    assert_eq!(start("k"), first);
    assert_ne!(start("l"), first);
}

#[test]
fn flaky_network_loses_its_share_of_status_requests_only() {
    let simulation = Simulation::new().with_latency(Duration::ZERO);
    let (client, _) = server(simulation.with_flaky(0.3));
    let lost = (0..1_000)
        .filter(|key| check(&client, &key.to_string()) == Some(Err(RequestError::Unreachable)))
        .count();
    assert!((250..350).contains(&lost), "{lost}");
    assert!((0..100).all(|_| now(client.list()) == Some(Ok(Vec::new()))));
}

#[test]
fn settings_can_change_at_any_time() {
    let (client, clock) = prompt();
    assert_eq!(check(&client, "q-1"), QUEUED);
    client.set_simulation(client.simulation().with_speed(1_000.0));
    clock.advance(Duration::from_millis(20));
    assert_eq!(check(&client, "q-1"), Some(Ok(JobStatus::Succeeded)));
    client.set_simulation(client.simulation().with_flaky(1.0));
    assert_eq!(check(&client, "q-1"), Some(Err(RequestError::Unreachable)));
}

#[test]
fn scripted_job_has_the_given_bodies() {
    let (client, _) = prompt();
    client.script("q-1", [r#"{"status":"running","progress":7}"#, "{}"]);
    let progress = Some(Percent::new(7));
    assert_eq!(
        check(&client, "q-1"),
        Some(Ok(JobStatus::Running { progress }))
    );
    for _ in 0..2 {
        assert!(matches!(
            check(&client, "q-1"),
            Some(Err(RequestError::InvalidResponse { .. }))
        ));
    }
    assert_eq!(check(&client, "q-2"), QUEUED);
}

#[test]
fn every_request_is_logged_with_its_outcome() {
    let (client, clock) = prompt();
    check(&client, "q-1");
    clock.advance(Duration::from_secs(1));
    client.inject(Fault::NoResponse);
    drop(client.status(&video("q-2")));
    let _waiting = client.cancel(&video("q-1"));
    let requests: Vec<_> = client
        .requests()
        .into_iter()
        .map(|it| (it.operation, it.id, it.at.since(START), it.outcome))
        .collect();
    let second = Duration::from_secs(1);
    let id = |id: &str| Some(Rc::from(id));
    assert_eq!(
        requests,
        [
            (
                Operation::Status,
                id("q-1"),
                Duration::ZERO,
                RequestOutcome::Answered
            ),
            (
                Operation::Status,
                id("q-2"),
                second,
                RequestOutcome::Abandoned
            ),
            (
                Operation::Cancel,
                id("q-1"),
                second,
                RequestOutcome::Pending
            ),
        ]
    );
    client.clear_requests();
    assert_eq!(client.requests(), []);
}

#[test]
fn clones_share_one_server() {
    let (client, _) = prompt();
    assert_eq!(now(client.clone().cancel(&video("q-1"))), Some(Ok(())));
    assert_eq!(check(&client, "q-1"), Some(Ok(JobStatus::Cancelled)));
}

#[test]
fn invalid_settings_are_handled() {
    let simulation = Simulation::new()
        .with_speed(f64::NAN)
        .with_fail(f64::INFINITY)
        .with_flaky(-1.0)
        .with_latency(Duration::MAX)
        .with_video(Duration::MAX);
    assert_eq!((simulation.speed(), simulation.fail()), (1.0, 1.0));
    let (client, _) = server(simulation.with_speed(0.0));
    assert_eq!(check(&client, "q-1"), None);
}

/// A monotonic clock that starts at 0, beside the system's.
struct TwoClocks;

impl Clock for TwoClocks {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn wall(&self) -> Timestamp {
        START
    }

    fn sleep(&self, _duration: Duration) -> crate::clock::Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn dated_retry_after_is_compared_with_the_system_clock() {
    let simulation = Simulation::new().with_latency(Duration::ZERO);
    let client = SimulatedStatusClient::with_clock(simulation, Rc::new(TwoClocks));
    client.inject(Fault::retry_after(503, "Sun, 06 Nov 1994 08:50:37 GMT"));
    let Some(Err(RequestError::Status { retry_after, .. })) = check(&client, "q-1") else {
        panic!("the check fails");
    };
    assert_eq!(retry_after, Some(Duration::from_secs(60)));
}

/// Calls the client when it is asked for the time.
#[derive(Default)]
struct CallingClock {
    client: std::cell::RefCell<Option<SimulatedStatusClient>>,
    calls: std::cell::Cell<u32>,
}

impl Clock for CallingClock {
    fn now(&self) -> Timestamp {
        if let Some(client) = self.client.take() {
            client.clear_faults();
            drop(client.status(&video("q-2")));
            self.calls.set(self.calls.get() + 1);
            self.client.replace(Some(client));
        }
        START
    }

    fn sleep(&self, _duration: Duration) -> crate::clock::Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn the_clock_may_call_the_client() {
    let clock = Rc::new(CallingClock::default());
    let simulation = Simulation::new().with_latency(Duration::ZERO);
    let client = SimulatedStatusClient::with_clock(simulation, clock.clone());
    clock.client.replace(Some(client.clone()));
    assert_eq!(check(&client, "q-1"), QUEUED);
    client.set_simulation(simulation);
    client.inject(Fault::JobFails { reason: None });
    let failed = JobStatus::Failed { reason: None };
    assert_eq!(check(&client, "q-1"), Some(Ok(failed)));
    let upload = client.0.receive(request::Request::List);
    assert_eq!(upload.send(0, &Callback::noop()).now_or_never(), Some(()));
    client.clear_faults();
    assert!(clock.calls.get() > 3);
    // A cycle of clock and client.
    clock.client.take();
}
