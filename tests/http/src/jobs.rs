//! Starting and cancelling jobs.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{
    AttachmentId, JobKey, JobKind, JobStatus, RequestError, StatusClient, StorageClient,
};

use crate::world::{World, embedding, video};

#[wasm_bindgen_test]
async fn started_video_has_a_queue_id() {
    let world = World::new();
    let client = world.client();
    let started = client
        .start(&JobKind::video(), &7_u64.into(), &"key-1".into())
        .await;
    assert_eq!(started, Ok(Some(JobKey::from("q-1"))));
    let request = world.request().await;
    assert_eq!(request["method"], "POST");
    assert_eq!(request["operation"], "video-start");
    assert_eq!(request["idempotency_key"], "key-1");
    assert_eq!(request["headers"]["content-type"], "application/json");
    assert_eq!(client.status(&video("q-1")).await, Ok(JobStatus::Queued));
}

#[wasm_bindgen_test]
async fn started_embedding_is_identified_by_its_attachment() {
    let world = World::new();
    let client = world.client();
    for key in ["a", "b"] {
        let started = client
            .start(&JobKind::embedding(), &7_u64.into(), &key.into())
            .await;
        assert_eq!(started, Ok(None));
    }
    assert_eq!(client.status(&embedding(7)).await, Ok(JobStatus::Queued));
}

#[wasm_bindgen_test]
async fn start_is_idempotent() {
    let world =
        World::with_fault(json!({"on": "video-start", "when": "after", "fault": "drop"})).await;
    let client = world.client();
    let start = |key: &str| client.start(&JobKind::video(), &7_u64.into(), &key.into());
    assert_eq!(
        start("k").await,
        Err(RequestError::Unreachable),
        "started, but the response is lost"
    );
    assert_eq!(start("k").await, Ok(Some("q-1".into())));
    assert_eq!(start("k").await, Ok(Some("q-1".into())));
    assert_eq!(start("l").await, Ok(Some("q-2".into())));
}

#[wasm_bindgen_test]
async fn attachment_id_is_sent_unchanged() {
    let world = World::with_plan(json!({"known_only": true})).await;
    for (id, message) in [
        (AttachmentId::from(7_u64), r#"there is no attachment "7""#),
        (
            AttachmentId::from("a\"/7"),
            r#"there is no attachment "a\"/7""#,
        ),
    ] {
        let refused = world
            .client()
            .start(&JobKind::video(), &id, &"k".into())
            .await;
        let message = Some(message.into());
        assert_eq!(
            refused,
            Err(RequestError::Status {
                status: 404,
                retry_after: None,
                message
            })
        );
    }
}

#[wasm_bindgen_test]
async fn start_of_a_video_needs_a_queue_id_in_the_response() {
    for (status, body, key) in [
        (200, r#"{"queue_id": "a/b"}"#, Some("a/b")),
        (201, r#"{"queue_id": 81}"#, Some("81")),
        // The response of a proxy: nothing was started.
        (200, "<p>Log in</p>", None),
        (200, "{}", None),
        (202, "", None),
    ] {
        let fault = json!({"status": status, "body": body});
        let world = World::with_fault(json!({"on": "video-start", "fault": fault})).await;
        let started = world
            .client()
            .start(&JobKind::video(), &7_u64.into(), &"k".into())
            .await;
        match key {
            Some(key) => assert_eq!(started, Ok(Some(JobKey::from(key)))),
            None => assert!(
                matches!(
                    started,
                    Err(RequestError::InvalidResponse { .. } | RequestError::WebPage)
                ),
                "{body:?} made {started:?}"
            ),
        }
    }
}

#[wasm_bindgen_test]
async fn start_of_an_embedding_needs_no_body_but_no_web_page() {
    for (body, is_start) in [("", true), ("{}", true), ("<p>Log in</p>", false)] {
        let fault = json!({"status": 202, "body": body});
        let world = World::with_fault(json!({"on": "embedding-start", "fault": fault})).await;
        let started = world
            .client()
            .start(&JobKind::embedding(), &7_u64.into(), &"k".into())
            .await;
        assert_eq!(started.is_ok(), is_start, "{body:?} made {started:?}");
    }
}

#[wasm_bindgen_test]
async fn cancelled_video_is_cancelled_on_the_server() {
    let world = World::new();
    let client = world.client();
    assert_eq!(client.cancel(&video("q-1")).await, Ok(()));
    assert_eq!(world.request().await["operation"], "video-cancel");
    assert_eq!(client.status(&video("q-1")).await, Ok(JobStatus::Cancelled));
}

#[wasm_bindgen_test]
async fn cancel_of_an_embedding_sends_nothing() {
    let world = World::new();
    assert_eq!(world.client().cancel(&embedding(7)).await, Ok(()));
    assert!(world.requests().await.is_empty());
}

#[wasm_bindgen_test]
async fn custom_kind_has_its_own_endpoint() {
    let world = World::new();
    let kind = JobKind::new("transcript", "v2/tran scripts");
    let started = world
        .client()
        .start(&kind, &7_u64.into(), &"k".into())
        .await;
    assert!(matches!(
        started,
        Err(RequestError::Status { status: 404, .. })
    ));
    let path = world.request().await["path"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(path.ends_with("/api/v2/tran%20scripts/start"), "{path}");
}
