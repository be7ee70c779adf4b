use super::*;
use crate::{
    Content, EMBEDDINGS, FaultShares, JobPlan, JobStatus, NewAttachment, NewUpload, Outcome,
    QueueIds, Refusal, Report, Subscriber, VIDEO,
};

const START: Duration = Duration::from_secs(1_000);

fn at(seconds: u64) -> Duration {
    START + Duration::from_secs(seconds)
}

fn server(config: Config) -> Server {
    Server::new(config, START)
}

fn file() -> NewAttachment {
    NewAttachment {
        title: "talk.mp4".to_owned(),
        content_type: "video/mp4".to_owned(),
        size: 10,
        digest: None,
    }
}

fn upload() -> NewUpload {
    NewUpload {
        length: 10,
        title: "talk.mp4".to_owned(),
        content_type: "video/mp4".to_owned(),
    }
}

/// The statuses each second until the job has surely ended.
fn run(server: &mut Server, key: &str) -> Vec<Option<JobStatus>> {
    (0..20)
        .map(|second| server.status(VIDEO, key, at(second)))
        .collect()
}

#[test]
fn an_unknown_job_starts_when_it_is_first_asked_for() {
    let mut server = server(Config::new());
    assert_eq!(server.peek(VIDEO, "q-1", START), None);
    let statuses = run(&mut server, "q-1");
    assert_eq!(statuses.first(), Some(&Some(JobStatus::Queued)));
    assert_eq!(statuses.last(), Some(&Some(JobStatus::Succeeded)));
}

#[test]
fn the_same_seed_gives_the_same_run_whatever_else_is_asked() {
    let config = Config::new().with_fail(0.5);
    let alone = run(&mut server(config.clone()), "q-1");
    let mut busy = server(config.clone());
    for key in 0..50 {
        run(&mut busy, &format!("other-{key}"));
    }
    assert_eq!(
        busy.create_attachment(file(), None, START).map(|it| it.id),
        Ok(1)
    );
    assert_eq!(run(&mut busy, "q-1"), alone);
    assert_ne!(run(&mut server(config.with_seed(2)), "q-1"), alone);
}

#[test]
fn a_restarted_video_gets_a_new_queue_id_and_an_embedding_none() -> Result<(), Refusal> {
    for (queue_ids, first) in [
        (QueueIds::Drawn, None),
        (QueueIds::Numbered("q-".into()), Some("q-1")),
    ] {
        let mut server = server(Config::new().with_queue_ids(queue_ids));
        let mut start = |endpoint| server.start_job(endpoint, "7", None, START);
        let keys = (start(VIDEO)?.key, start(VIDEO)?.key);
        assert!(keys.0.is_some() && keys.1.is_some() && keys.0 != keys.1);
        assert!(first.is_none() || keys.0.as_deref() == first);
        assert_eq!(start(EMBEDDINGS)?.key, None);
    }
    Ok(())
}

#[test]
fn a_restarted_job_runs_anew_with_another_plan() -> Result<(), Refusal> {
    let mut server = server(Config::new().with_fail(0.5));
    let mut ends = Vec::new();
    for round in 0..16 {
        let begins = at(round * 20);
        server.start_job(EMBEDDINGS, "7", Some(&round.to_string()), begins)?;
        let status = server.status(EMBEDDINGS, "7", begins);
        assert_eq!(status, Some(JobStatus::Queued));
        ends.extend(server.status(EMBEDDINGS, "7", begins + Duration::from_secs(15)));
    }
    let failed = |end: &JobStatus| matches!(end, JobStatus::Failed { .. });
    assert!(ends.iter().any(failed) && ends.contains(&JobStatus::Succeeded));
    Ok(())
}

#[test]
fn a_repeated_key_has_no_second_effect() -> Result<(), Refusal> {
    let mut server = server(Config::new());
    let stored = server.create_attachment(file(), Some("k"), START)?;
    assert_eq!(server.create_attachment(file(), Some("k"), START)?, stored);
    assert_eq!(server.attachments().count(), 1);
    let started = server.start_job(VIDEO, "1", Some("k"), START)?;
    assert_eq!(server.start_job(VIDEO, "1", Some("k"), at(9))?, started);
    let reused = server.start_job(VIDEO, "2", Some("k"), START);
    assert_eq!(reused, Err(Refusal::KeyReused));
    let created = server.create_upload(upload(), Some("k"), START)?;
    assert_eq!(server.create_upload(upload(), Some("k"), START)?, created);
    server.terminate_upload(&created)?;
    assert_ne!(server.create_upload(upload(), Some("k"), START)?, created);
    Ok(())
}

#[test]
fn a_key_may_come_again_while_the_first_request_is_processed() -> Result<(), Refusal> {
    let mut server = server(Config::new().with_processing(Duration::from_secs(2)));
    let started = server.start_job(VIDEO, "7", Some("k"), START)?;
    let early = server.start_job(VIDEO, "7", Some("k"), at(1));
    assert_eq!(early, Err(Refusal::InProgress));
    assert_eq!(server.start_job(VIDEO, "7", Some("k"), at(2))?, started);
    Ok(())
}

#[test]
fn the_jobs_of_a_deleted_attachment_are_gone() -> Result<(), Refusal> {
    let mut server = server(Config::new());
    server.create_attachment(file(), None, START)?;
    assert!(server.adopt_job(VIDEO, "q-1", "1", START));
    let started = server
        .start_job(VIDEO, "1", None, START)?
        .key
        .unwrap_or_default();
    server.delete_attachment("1")?;
    for (endpoint, key) in [(VIDEO, "q-1"), (VIDEO, &started), (EMBEDDINGS, "1")] {
        assert_eq!(server.status(endpoint, key, START), None, "{key}");
    }
    assert!(!server.adopt_job(VIDEO, "q-2", "1", START));
    let unknown = Refusal::unknown("attachment", "1");
    assert_eq!(server.start_job(VIDEO, "1", None, START), Err(unknown));
    Ok(())
}

#[test]
fn a_strict_server_knows_only_what_it_was_given() -> Result<(), Refusal> {
    let mut server = server(Config::new().with_known_only(true));
    assert_eq!(server.status(VIDEO, "q-1", START), None);
    assert!(server.cancel(VIDEO, "q-1", START).is_err());
    assert!(server.start_job(VIDEO, "1", None, START).is_err());
    server.create_attachment(file(), None, START)?;
    assert_eq!(server.status(EMBEDDINGS, "1", START), None);
    let key = server
        .start_job(VIDEO, "1", None, START)?
        .key
        .unwrap_or_default();
    let queued = Some(JobStatus::Queued);
    assert_eq!(server.status(VIDEO, &key, START), queued);
    assert_eq!(server.status(EMBEDDINGS, "1", START), queued);
    Ok(())
}

#[test]
fn a_registered_job_follows_its_plan() -> Result<(), Refusal> {
    let mut server = server(Config::new());
    let plan = JobPlan {
        outcome: Outcome::NeverEnds,
        ..JobPlan::default()
    };
    server.register_job(VIDEO, "q-1", "7", plan, START);
    let half = JobStatus::Running { progress: Some(50) };
    assert_eq!(server.status(VIDEO, "q-1", at(10_000)), Some(half));
    server.cancel(VIDEO, "q-1", at(10_000))?;
    let statuses = server.statuses(VIDEO, ["q-1", "q-2"], at(10_000));
    let expected = [("q-1", JobStatus::Cancelled), ("q-2", JobStatus::Queued)];
    assert_eq!(
        statuses,
        expected.map(|(key, status)| (key.to_owned(), status))
    );
    Ok(())
}

#[test]
fn an_upload_in_parts_becomes_an_attachment() -> Result<(), Refusal> {
    let mut server = server(Config::new().with_max_part(5));
    let id = server.create_upload(upload(), None, START)?;
    let range = |start, length| Content::Range {
        file: "talk",
        start,
        length,
    };
    let refused = server.patch_upload(&id, 0, &range(0, 10), START);
    assert_eq!(refused, Err(Refusal::PartTooLarge { limit: 5 }));
    assert_eq!(server.patch_upload(&id, 0, &range(0, 5), START)?.offset, 5);
    let mismatch = server.patch_upload(&id, 0, &range(0, 5), START);
    assert_eq!(mismatch.map_err(|refusal| refusal.status()), Err(409));
    let position = server.patch_upload(&id, 5, &range(5, 5), START)?;
    assert_eq!(position.attachment, Some(1));
    let digests: Vec<_> = server
        .attachments()
        .map(|it| it.digest.as_deref())
        .collect();
    assert_eq!(digests, [Some("talk")]);
    Ok(())
}

#[test]
fn a_dead_request_locks_its_upload() -> Result<(), Refusal> {
    let mut server = server(Config::new().with_lock_timeout(Duration::from_secs(5)));
    let id = server.create_upload(upload(), None, START)?;
    server.claim_upload(&id, 0, START)?;
    server.append_to_upload(&id, &Content::Length(4))?;
    server.abandon_upload(&id, START);
    let locked = server.patch_upload(&id, 4, &Content::Length(6), at(4));
    assert_eq!(locked, Err(Refusal::Locked));
    server.patch_upload(&id, 4, &Content::Length(6), at(5))?;
    server.forget_upload(&id);
    assert_eq!(
        server.upload_position(&id),
        Err(Refusal::unknown("upload", &id))
    );
    Ok(())
}

#[test]
fn files_that_cannot_be_stored_are_refused() {
    let mut server = server(Config::new().with_max_file(9));
    let too_large = Refusal::FileTooLarge { limit: 9 };
    let create = |server: &mut Server, size| {
        server.create_attachment(NewAttachment { size, ..file() }, None, START)
    };
    assert_eq!(create(&mut server, 10), Err(too_large.clone()));
    assert_eq!(create(&mut server, 0), Err(Refusal::EmptyFile));
    assert_eq!(server.create_upload(upload(), None, START), Err(too_large));
}

fn status_request<'a>(key: &'a [&'a str]) -> Request<'a> {
    Request {
        operation: Operation::Status,
        endpoint: Some(VIDEO),
        ids: key,
    }
}

#[test]
fn a_flaky_network_loses_its_share_of_the_status_requests_only() {
    let mut server = server(Config::new().with_flaky(0.3));
    let keys: Vec<_> = (0..1_000).map(|key| key.to_string()).collect();
    let lost = keys.iter().filter(|key| {
        let delivery = server.receive(&status_request(&[key]));
        delivery
            .fault
            .is_some_and(|met| met.fault == Fault::ConnectionLost)
    });
    assert!((250..350).contains(&lost.count()));
    let list = Request {
        operation: Operation::List,
        endpoint: None,
        ids: &[],
    };
    assert!((0..100).all(|_| server.receive(&list).fault.is_none()));
}

#[test]
fn the_same_seed_gives_the_same_faults_and_latencies() {
    let shares = FaultShares {
        error_status: 0.3,
        delayed: 0.3,
        ..FaultShares::NONE
    };
    let deliveries = |seed| {
        let config = Config::new().with_seed(seed).with_faults(shares, shares);
        let mut server = server(config);
        [(); 50].map(|()| server.receive(&status_request(&["q-1"])))
    };
    assert_eq!(deliveries(1), deliveries(1));
    assert_ne!(deliveries(1), deliveries(2));
    let millis = deliveries(1).map(|delivery| delivery.latency.as_millis());
    assert!(millis.iter().all(|millis| (60..=180).contains(millis)));
}

#[test]
fn while_offline_fault_rules_wait() {
    let mut server = server(Config::new().with_online(false));
    server.add_fault(Fault::status(500));
    let lost = server.receive(&status_request(&["q-1"])).fault;
    assert_eq!(lost.map(|met| met.fault), Some(Fault::ConnectionLost));
    server.set_config(Config::new(), START);
    let met = server.receive(&status_request(&["q-1"])).fault;
    assert_eq!(met.map(|met| met.fault), Some(Fault::status(500)));
    assert_eq!(server.faults(), []);
}

#[test]
fn ten_times_the_speed_ends_a_job_in_a_tenth_of_the_time() {
    let mut server = server(Config::new().with_speed(10.0));
    server.status(VIDEO, "q-1", START);
    let mut status = |millis| server.status(VIDEO, "q-1", START + Duration::from_millis(millis));
    assert_ne!(status(900), Some(JobStatus::Succeeded));
    assert_eq!(status(1_500), Some(JobStatus::Succeeded));
}

#[test]
fn a_shell_that_sleeps_until_the_next_change_misses_none() {
    let mut server = server(Config::new().with_speed(3.7).with_fail(0.5));
    for key in 0..10 {
        server.adopt_job(VIDEO, &key.to_string(), "7", START);
    }
    let mut subscriber = Subscriber::new();
    let mut now = START;
    let mut last = server.changes(&mut subscriber, now);
    assert_eq!(last.len(), 10);
    let mut steps = 0;
    while let Some(next) = server.next_change(now) {
        assert!(next > now && steps < 3_000);
        (now, steps) = (next, steps + 1);
        last = server.changes(&mut subscriber, now);
    }
    let ended = |report: &Report| matches!(report, Report::Status(status) if status.is_final());
    assert!(last.iter().any(|change| ended(&change.report)));
    assert!(server.jobs(now).all(|job| job.status.is_final()));
    assert_eq!(server.changes(&mut subscriber, at(10_000)), []);
}

#[cfg(not(target_arch = "wasm32"))]
proptest::proptest! {
    #[test]
    fn progress_never_decreases_when_the_settings_change(
        seed: u64,
        changes in proptest::collection::vec((0.001..100.0, 0.0..=1.0, 1_u64..5_000), 1..60),
    ) {
        let mut server = server(Config::new().with_seed(seed));
        let (mut now, mut last) = (START, 0);
        for (speed, fail, millis) in changes {
            match server.status(VIDEO, "q-1", now) {
                Some(JobStatus::Queued) => proptest::prop_assert!(last == 0),
                Some(JobStatus::Running { progress: Some(progress) }) => {
                    proptest::prop_assert!(progress >= last && progress < 100);
                    last = progress;
                }
                Some(JobStatus::Succeeded) => last = 100,
                other => proptest::prop_assert!(false, "{other:?}"),
            }
            server.set_config(Config::new().with_speed(speed).with_fail(fail), now);
            now += Duration::from_millis(millis);
        }
    }
}
