use background_tasks_server_model::Config;
use serde_json::{Value, json};

use super::*;

const START: Duration = Duration::from_secs(1_000);

fn server() -> Server {
    Server::new(Config::new(), START)
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

fn video(key: &str) -> Job {
    Job::new(JobKind::video(), 1_u64, key)
}

fn upload(size: u64) -> Request {
    Request::Upload {
        title: "talk.mp4".into(),
        content_type: "video/mp4".into(),
        size,
        key: "u".into(),
    }
}

fn start(kind: JobKind) -> Request {
    Request::Start {
        kind,
        attachment: 1_u64.into(),
        key: "s".into(),
    }
}

#[test]
fn each_state_of_a_job_has_its_word() {
    let mut server = server();
    let mut status = |key: &str, seconds| {
        let now = START + Duration::from_secs(seconds);
        let response = Request::Status(video(key)).carry_out(&mut server, now);
        assert_eq!(response.status, 200);
        body(&response)
    };
    assert_eq!(status("q-1", 0), json!({"status": "queued"}));
    let running = status("q-1", 5);
    assert_eq!(running["status"], "processing");
    assert!(running["progress"].as_u64().is_some_and(|it| it < 100));
    assert_eq!(
        status("q-1", 15),
        json!({"status": "completed", "progress": 100})
    );
    let reason = Some("no audio".to_owned());
    fail(&mut server, &video("q-2"), reason, START);
    let cancel = Request::Cancel(video("q-3"));
    assert_eq!(cancel.carry_out(&mut server, START), Response::empty(204));
    let mut status = |key| body(&Request::Status(video(key)).carry_out(&mut server, START));
    assert_eq!(
        status("q-2"),
        json!({"status": "failed", "error": "no audio"})
    );
    assert_eq!(status("q-3"), json!({"status": "cancelled"}));
}

#[test]
fn a_video_has_a_queue_id_and_an_embedding_none() {
    let mut server = server();
    let video = start(JobKind::video()).carry_out(&mut server, START);
    assert_eq!(video.status, 202);
    assert!(body(&video)["queue_id"].is_string());
    let repeated = start(JobKind::video()).carry_out(&mut server, START);
    assert_eq!(repeated, video);
    let embedding = start(JobKind::embedding()).carry_out(&mut server, START);
    assert_eq!(embedding, Response::empty(202));
}

#[test]
fn an_upload_is_listed_until_it_is_deleted_with_its_jobs() {
    let mut server = server();
    let created = upload(10).carry_out(&mut server, START);
    let attachment = json!({
        "id": 1, "title": "talk.mp4", "content_type": "video/mp4", "size": 10
    });
    assert_eq!((created.status, body(&created)), (201, attachment.clone()));
    let status = Request::Status(video("q-1"));
    assert_eq!(status.carry_out(&mut server, START).status, 200);
    let list = |server: &mut Server| body(&Request::List.carry_out(server, START));
    assert_eq!(list(&mut server), json!([attachment]));
    let delete = Request::Delete(1_u64.into());
    assert_eq!(delete.carry_out(&mut server, START).status, 204);
    assert_eq!(list(&mut server), json!([]));
    for gone in [delete, status, start(JobKind::video())] {
        let response = gone.carry_out(&mut server, START);
        assert_eq!(response.status, 404);
        assert!(body(&response)["error"].is_string());
    }
}

#[test]
fn an_empty_file_is_refused_with_a_reason() {
    let refused = upload(0).carry_out(&mut server(), START);
    assert_eq!(refused.status, 422);
    assert_eq!(body(&refused), json!({"error": "the file is empty"}));
}
