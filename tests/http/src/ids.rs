//! Ids of any kind arrive unchanged.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{
    AttachmentId, HttpStatusClient, RequestError, StatusClient, StorageClient,
};

use crate::world::{World, video};

const ODD: [&str; 9] = [
    "a/b",
    "q?x=1&y=2",
    "q#fragment",
    "100%",
    "%2F%00",
    " spaces inside ",
    "😀 任务",
    "../../control/world",
    "\\\"<script>\n",
];

#[wasm_bindgen_test]
async fn queue_id_arrives_unchanged() {
    for id in ODD {
        let world = World::new();
        let client = world.client();
        assert!(client.status(&video(id)).await.is_ok(), "{id:?}");
        assert_eq!(client.cancel(&video(id)).await, Ok(()), "{id:?}");
        let requests = world.requests().await;
        let seen: Vec<_> = requests
            .iter()
            .map(|it| (&it["operation"], &it["ids"]))
            .collect();
        let ids = json!([id]);
        assert_eq!(
            seen,
            [
                (&json!("video-status"), &ids),
                (&json!("video-cancel"), &ids)
            ]
        );
    }
}

#[wasm_bindgen_test]
async fn attachment_id_arrives_unchanged() {
    for id in ODD {
        let world = World::new();
        let gone = world.client().delete(&AttachmentId::from(id)).await;
        assert!(
            matches!(gone, Err(RequestError::Status { status: 404, .. })),
            "{id:?}: {gone:?}"
        );
        let request = world.request().await;
        assert_eq!(
            (&request["operation"], &request["ids"]),
            (&json!("delete"), &json!([id]))
        );
    }
}

#[wasm_bindgen_test]
async fn queue_id_from_the_server_can_be_followed() {
    let prefix = "q /?#%😀-";
    let world = World::with_plan(json!({"queue_id_prefix": prefix, "known_only": false})).await;
    let client = world.client();
    let kind = yew_background_tasks::JobKind::video();
    let started = client.start(&kind, &7_u64.into(), &"k".into()).await;
    let key = format!("{prefix}1");
    assert_eq!(started, Ok(Some(key.as_str().into())));
    assert!(client.status(&video(&key)).await.is_ok());
    let last = world.requests().await.pop().unwrap_or_default();
    assert_eq!(last["ids"], json!([key]));
}

#[wasm_bindgen_test]
async fn id_that_no_url_can_contain_fails_immediately_without_a_request() {
    let world = World::new();
    let client = world.client();
    for id in ["", ".", ".."] {
        let refused = RequestError::Status {
            status: 400,
            retry_after: None,
            message: Some(format!("the id {id:?} cannot be part of a URL").into()),
        };
        assert_eq!(client.status(&video(id)).await, Err(refused.clone()));
        assert_eq!(client.delete(&AttachmentId::from(id)).await, Err(refused));
    }
    assert!(world.requests().await.is_empty());
}

#[wasm_bindgen_test]
async fn invalid_base_url_is_not_taken_for_a_lost_connection() {
    for base in ["http://[", "http://name:secret@127.0.0.1"] {
        let status = HttpStatusClient::new(base).status(&video("q-1")).await;
        let is_refused = matches!(status, Err(RequestError::Status { status: 400, .. }));
        assert!(is_refused, "{base} made {status:?}");
    }
}
