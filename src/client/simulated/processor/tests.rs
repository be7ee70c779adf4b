use serde_json::{Value, json};

use super::*;

const START: Timestamp = Timestamp::from_millis(1_000_000);

fn at(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

fn server(simulation: Simulation) -> Processor {
    Processor::new(simulation, START)
}

fn job(kind: JobKind, attachment: u64, key: &str) -> Job {
    Job {
        kind,
        attachment: attachment.into(),
        key: key.into(),
    }
}

fn video(key: &str) -> Job {
    job(JobKind::video(), 7, key)
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn check(server: &mut Processor, job: &Job, now: Timestamp) -> Value {
    let reply = server.answer(&Request::Status(job.clone()), now);
    assert_eq!(reply.status, 200);
    body(&reply)
}

/// The bodies of a check each second until the job has surely ended.
fn run(server: &mut Processor, job: &Job) -> Vec<Value> {
    (0..20)
        .map(|second| check(server, job, at(second)))
        .collect()
}

fn upload(key: &str, size: u64) -> Request {
    Request::Upload {
        title: "talk.mp4".into(),
        content_type: "video/mp4".into(),
        size,
        key: key.into(),
    }
}

fn start(kind: JobKind, attachment: u64, key: &str) -> Request {
    Request::Start {
        kind,
        attachment: attachment.into(),
        key: key.into(),
    }
}

#[test]
fn a_job_that_is_not_known_begins_when_it_is_first_asked_for() {
    let mut server = server(Simulation::new());
    let words: Vec<_> = run(&mut server, &video("q-1"))
        .iter()
        .map(|status| status["status"].clone())
        .collect();
    assert_eq!(words.first(), Some(&json!("queued")));
    assert!(words.contains(&json!("processing")));
    assert_eq!(words.last(), Some(&json!("completed")));
}

#[test]
fn the_same_seed_gives_the_same_run_whatever_else_is_asked() {
    let simulation = Simulation::new().with_fail(0.5);
    let mut quiet = server(simulation.clone());
    let alone = run(&mut quiet, &video("q-1"));
    let mut busy = server(simulation.clone());
    for key in 0..50 {
        run(&mut busy, &video(&format!("other-{key}")));
    }
    busy.answer(&upload("u", 10), START);
    assert_eq!(run(&mut busy, &video("q-1")), alone);
    let mut other_seed = server(simulation.with_seed(2));
    assert_ne!(run(&mut other_seed, &video("q-1")), alone);
}

#[test]
fn about_as_many_jobs_fail_as_are_to_fail_and_they_say_why() {
    let mut server = server(Simulation::new().with_fail(0.2));
    let ends: Vec<_> = (0..1000)
        .filter_map(|key| run(&mut server, &video(&key.to_string())).pop())
        .collect();
    let failed: Vec<_> = ends
        .iter()
        .filter(|end| end["status"] == "failed")
        .collect();
    assert!((150..250).contains(&failed.len()), "{}", failed.len());
    assert!(failed.iter().all(|end| end["error"].is_string()));
}

#[test]
fn a_restarted_video_gets_a_new_queue_id_and_a_restarted_embedding_none() {
    let mut server = server(Simulation::new());
    let first = server.answer(&start(JobKind::video(), 7, "a"), START);
    let second = server.answer(&start(JobKind::video(), 7, "b"), START);
    assert_eq!((first.status, second.status), (202, 202));
    assert!(body(&first)["queue_id"].is_string());
    assert_ne!(first, second);
    let embedding = server.answer(&start(JobKind::embedding(), 7, "c"), START);
    assert_eq!((embedding.status, &*embedding.body), (202, &[][..]));
}

#[test]
fn a_started_job_runs_anew_with_a_fresh_fate() {
    let mut server = server(Simulation::new().with_fail(0.5));
    let mut ends = Vec::new();
    for (round, key) in ('a'..='p').enumerate() {
        let begins = at(round as u64 * 20);
        server.answer(&start(JobKind::embedding(), 7, &key.to_string()), begins);
        let embedding = job(JobKind::embedding(), 7, "7");
        assert_eq!(check(&mut server, &embedding, begins)["status"], "queued");
        let end = check(&mut server, &embedding, begins + Duration::from_secs(15));
        ends.push(end["status"].clone());
    }
    assert!(ends.contains(&json!("failed")) && ends.contains(&json!("completed")));
}

#[test]
fn with_all_to_fail_a_restart_fails_again() {
    let mut server = server(Simulation::new().with_fail(1.0));
    let embedding = job(JobKind::embedding(), 7, "7");
    for round in 0..5 {
        let begins = at(round * 20);
        let key = round.to_string();
        server.answer(&start(JobKind::embedding(), 7, &key), begins);
        let end = check(&mut server, &embedding, begins + Duration::from_secs(15));
        assert_eq!(end["status"], "failed");
    }
}

#[test]
fn a_repeated_request_makes_no_second_thing() {
    let mut server = server(Simulation::new());
    let first = server.answer(&upload("u", 10), START);
    assert_eq!(server.answer(&upload("u", 10), START), first);
    let list = server.answer(&Request::List, START);
    assert_eq!(body(&list).as_array().map(Vec::len), Some(1));
    let started = server.answer(&start(JobKind::video(), 7, "s"), START);
    let again = server.answer(&start(JobKind::video(), 7, "s"), START);
    assert_eq!(started, again);
}

#[test]
fn what_is_uploaded_is_listed_until_it_is_deleted() {
    let mut server = server(Simulation::new());
    let made = server.answer(&upload("u", 10), START);
    assert_eq!(made.status, 201);
    let attachment = json!({
        "id": 1, "title": "talk.mp4", "content_type": "video/mp4", "size": 10
    });
    assert_eq!(body(&made), attachment);
    let list = server.answer(&Request::List, START);
    assert_eq!(body(&list), json!([attachment]));
    let delete = Request::Delete(1_u64.into());
    assert_eq!(server.answer(&delete, START).status, 204);
    assert_eq!(server.answer(&delete, START).status, 404);
    assert_eq!(body(&server.answer(&Request::List, START)), json!([]));
}

#[test]
fn the_jobs_of_a_deleted_attachment_are_gone() {
    let mut server = server(Simulation::new());
    server.answer(&upload("u", 10), START);
    let video = job(JobKind::video(), 1, "q-1");
    check(&mut server, &video, START);
    server.answer(&Request::Delete(1_u64.into()), START);
    let gone = server.answer(&Request::Status(video), START);
    assert_eq!(gone.status, 404);
    assert!(body(&gone)["error"].is_string());
    let restart = server.answer(&start(JobKind::video(), 1, "s"), START);
    assert_eq!(restart.status, 404);
}

#[test]
fn an_empty_file_is_refused_with_a_reason() {
    let mut server = server(Simulation::new());
    let refused = server.answer(&upload("u", 0), START);
    assert_eq!(refused.status, 422);
    assert_eq!(body(&refused), json!({"error": "The file is empty"}));
}

#[test]
fn a_cancelled_job_stays_cancelled_and_a_finished_one_finished() {
    let mut server = server(Simulation::new());
    check(&mut server, &video("q-1"), START);
    let cancel = |key| Request::Cancel(video(key));
    assert_eq!(server.answer(&cancel("q-1"), at(1)).status, 204);
    let end = check(&mut server, &video("q-1"), at(60));
    assert_eq!(end["status"], "cancelled");
    run(&mut server, &video("q-2"));
    server.answer(&cancel("q-2"), at(60));
    let end = check(&mut server, &video("q-2"), at(60));
    assert_eq!(end["status"], "completed");
}

#[test]
fn a_script_is_followed_word_for_word_and_its_last_body_repeats() {
    let mut server = server(Simulation::new());
    let bodies = ["<html>", r#"{"status":"odd"}"#].map(|body| Rc::from(body.as_bytes()));
    server.script("q-1".into(), bodies.clone().into());
    let ask = Request::Status(video("q-1"));
    let answers = [(); 3].map(|()| server.answer(&ask, START).body);
    let [html, odd] = bodies;
    assert_eq!(answers, [html, Rc::clone(&odd), odd]);
    server.script("q-1".into(), VecDeque::new());
    assert_eq!(check(&mut server, &video("q-1"), START)["status"], "queued");
}

#[test]
fn ten_times_the_speed_ends_a_job_in_a_tenth_of_the_time() {
    let mut server = server(Simulation::new().with_speed(10.0));
    check(&mut server, &video("q-1"), START);
    let end = |server: &mut Processor, millis| {
        let now = START + Duration::from_millis(millis);
        check(server, &video("q-1"), now)["status"] == "completed"
    };
    assert!(!end(&mut server, 900));
    assert!(end(&mut server, 1_500));
}

#[cfg(not(target_arch = "wasm32"))]
proptest::proptest! {
    #[test]
    fn progress_never_goes_back_though_the_settings_change_under_way(
        seed: u64,
        changes in proptest::collection::vec((0.001..100.0, 0.0..=1.0, 1_u64..5_000), 1..60),
    ) {
        let mut server = server(Simulation::new().with_seed(seed));
        let mut now = START;
        let mut last = 0.0;
        for (speed, fail, millis) in changes {
            let status = check(&mut server, &video("q-1"), now);
            match status["status"].as_str() {
                Some("queued") => proptest::prop_assert!(last == 0.0),
                Some("processing") => {
                    let progress = status["progress"].as_f64().unwrap_or(f64::NAN);
                    proptest::prop_assert!(progress >= last && progress < 100.0);
                    last = progress;
                }
                Some("completed") => last = 100.0,
                other => proptest::prop_assert!(false, "{other:?}"),
            }
            server.set_simulation(Simulation::new().with_speed(speed).with_fail(fail), now);
            now = now + Duration::from_millis(millis);
        }
    }
}
