//! Batch requests, and servers that do not support them.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{HttpStatusClient, Job, JobStatus, RequestError, StatusClient};

use crate::world::{World, embedding, video};

fn client(world: &World) -> HttpStatusClient {
    world.client().with_batch(true)
}

fn videos(keys: &[&str]) -> Vec<Job> {
    keys.iter().map(|key| video(key)).collect()
}

#[wasm_bindgen_test]
async fn one_request_is_sent_for_jobs_with_any_ids() {
    let done = json!({"script": [{"status": "done"}]});
    let world = World::with_plan(json!({"video_by_id": {"a,b": done}})).await;
    let client = client(&world);
    assert_eq!(client.batch_limit(), 100);
    let keys = ["q-1", "a,b", "q/?#%&= 😀", "q-1"];
    let queued = Some(Ok(JobStatus::Queued));
    let answers = client.statuses(&videos(&keys)).await;
    let expected = vec![
        queued.clone(),
        Some(Ok(JobStatus::Succeeded)),
        queued.clone(),
        queued,
    ];
    assert_eq!(answers, Ok(expected));
    let request = world.request().await;
    assert_eq!(request["operation"], "video-status");
    assert_eq!(request["ids"], json!(keys));
    let jobs = [embedding(7), embedding(8)];
    let answers = client.statuses(&jobs).await;
    assert_eq!(answers.map(|answers| answers.len()), Ok(2));
    assert_eq!(world.requests().await[1]["operation"], "embedding-status");
}

#[wasm_bindgen_test]
async fn headers_and_token_are_sent() {
    let world = World::new();
    let client = client(&world)
        .with_header("X-Tenant", "blue")
        .with_token(|| async { Some("secret".to_owned()) });
    let answers = client.statuses(&videos(&["q-1", "q-2"])).await;
    assert!(answers.is_ok());
    let headers = &world.request().await["headers"];
    assert_eq!(headers["x-tenant"], "blue");
    assert_eq!(headers["authorization"], "Bearer secret");
}

#[wasm_bindgen_test]
async fn job_that_the_server_does_not_know_has_no_result() {
    let world = World::with_plan(json!({"known_only": true})).await;
    let answers = client(&world).statuses(&videos(&["q-1", "q-2"])).await;
    assert_eq!(answers, Ok(vec![None, None]));
    assert_eq!(client(&world).batch_limit(), 100);
}

#[wasm_bindgen_test]
async fn single_requests_follow_if_the_server_refuses_batches() {
    let refusals = [400, 403, 404, 405, 414, 501].map(|status| json!({"status": status}));
    let page = json!({"body": "<!doctype html><p>Home</p>", "content_type": "text/html"});
    for fault in refusals.into_iter().chain([page, json!({"body": "[]"})]) {
        let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
        let client = client(&world);
        let answers = client.statuses(&videos(&["q-1", "q-2"])).await;
        assert_eq!(answers, Ok(vec![None, None]), "{fault}");
        assert_eq!(client.batch_limit(), 1, "{fault}");
    }
    let world = World::with_plan(json!({"batch": false})).await;
    let client = client(&world);
    let answers = client.statuses(&videos(&["q-1", "q-2"])).await;
    assert_eq!(answers, Ok(vec![None, None]));
    assert_eq!(client.batch_limit(), 1);
}

#[wasm_bindgen_test]
async fn transient_error_is_one_of_all_jobs_and_batches_continue() {
    let fault = json!({"status": 503, "retry_after": "2", "body": "{}"});
    let world = World::with_fault(json!([
        {"on": "video-status", "fault": fault},
        {"on": "video-status", "times": null, "fault": "drop"},
    ]))
    .await;
    let client = client(&world);
    let jobs = videos(&["q-1", "q-2"]);
    let refused = RequestError::Status {
        status: 503,
        retry_after: Some(std::time::Duration::from_secs(2)),
        message: None,
    };
    assert_eq!(client.statuses(&jobs).await, Err(refused));
    assert_eq!(client.statuses(&jobs).await, Err(RequestError::Unreachable));
    assert_eq!(client.batch_limit(), 100);
    world.clear_faults().await;
    assert!(client.statuses(&jobs).await.is_ok());
}

#[wasm_bindgen_test]
async fn url_contains_as_many_ids_as_fit() {
    let world = World::new();
    let keys: Vec<_> = (0..100).map(|number| format!("{number:0>90}")).collect();
    let jobs: Vec<_> = keys.iter().map(|key| video(key)).collect();
    let answers = client(&world).statuses(&jobs).await;
    assert_eq!(answers.map(|answers| answers.len()), Ok(43));
    let ids = world.request().await["ids"].clone();
    assert_eq!(ids.as_array().map(Vec::len), Some(43));
    assert_eq!(ids[0], Value::from(keys[0].as_str()));
}

#[wasm_bindgen_test]
async fn batches_are_off_by_default() {
    assert_eq!(World::new().client().batch_limit(), 1);
}
