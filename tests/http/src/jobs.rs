//! Starting and cancelling jobs.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{
    AttachmentId, CallError, JobKey, JobKind, JobStatus, StatusClient, StorageClient,
};

use crate::world::{World, embedding, video};

#[wasm_bindgen_test]
async fn a_started_video_is_followed_by_the_queue_id_it_got() {
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
async fn a_started_embedding_has_no_other_name_than_its_attachment() {
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
async fn a_repeated_key_starts_no_second_job() {
    let world =
        World::with_fault(json!({"on": "video-start", "when": "after", "fault": "drop"})).await;
    let client = world.client();
    let start = |key: &str| client.start(&JobKind::video(), &7_u64.into(), &key.into());
    assert_eq!(
        start("k").await,
        Err(CallError::Unreachable),
        "done, but the answer is lost"
    );
    assert_eq!(start("k").await, Ok(Some("q-1".into())));
    assert_eq!(start("k").await, Ok(Some("q-1".into())));
    assert_eq!(start("l").await, Ok(Some("q-2".into())));
}

#[wasm_bindgen_test]
async fn an_attachments_id_is_sent_as_it_was_given() {
    let world = World::with_plan(json!({"known_only": true})).await;
    for (id, said) in [
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
        let message = Some(said.into());
        assert_eq!(
            refused,
            Err(CallError::Status {
                status: 404,
                retry_after: None,
                message
            })
        );
    }
}

#[wasm_bindgen_test]
async fn any_success_that_names_a_queue_is_a_start_of_a_video() {
    for (status, body, key) in [
        (200, r#"{"queue_id": "a/b"}"#, Some("a/b")),
        (201, r#"{"queue_id": 81}"#, Some("81")),
        // What a proxy says in the server's place. Nobody has started anything.
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
                matches!(started, Err(CallError::InvalidResponse { .. })),
                "{body:?} made {started:?}"
            ),
        }
    }
}

#[wasm_bindgen_test]
async fn a_start_of_embeddings_need_not_say_anything_but_a_web_page_is_none() {
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
async fn a_cancelled_video_is_cancelled_on_the_server() {
    let world = World::new();
    let client = world.client();
    assert_eq!(client.cancel(&video("q-1")).await, Ok(()));
    assert_eq!(world.request().await["operation"], "video-cancel");
    assert_eq!(client.status(&video("q-1")).await, Ok(JobStatus::Cancelled));
}

#[wasm_bindgen_test]
async fn an_embedding_cannot_be_cancelled_so_nothing_is_sent() {
    let world = World::new();
    assert_eq!(world.client().cancel(&embedding(7)).await, Ok(()));
    assert!(world.requests().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_kind_of_an_apps_own_has_its_own_endpoint() {
    let world = World::new();
    let kind = JobKind::new("transcript", "v2/tran scripts");
    let started = world
        .client()
        .start(&kind, &7_u64.into(), &"k".into())
        .await;
    assert!(matches!(
        started,
        Err(CallError::Status { status: 404, .. })
    ));
    let path = world.request().await["path"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(path.ends_with("/api/v2/tran%20scripts/start"), "{path}");
}
