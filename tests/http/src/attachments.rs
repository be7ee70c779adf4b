//! Listing and deleting attachments.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{Attachment, AttachmentId, RequestError, StorageClient};

use crate::world::{World, file, new_attachment};

#[wasm_bindgen_test]
async fn attachment_is_listed_until_it_is_deleted() {
    let world = World::new();
    let client = world.client();
    let upload = new_attachment(file("talk.mp4", "video/mp4", b"abc"), "My talk", "k");
    let attachment = client.upload(upload, Callback::noop()).await;
    let expected = Attachment::new(AttachmentId::Number(1), "My talk")
        .with_content_type("video/mp4")
        .with_size(3);
    assert_eq!(attachment, Ok(expected.clone()));
    assert!(expected.is_video());
    assert_eq!(client.list().await, Ok(vec![expected]));
    assert_eq!(client.delete(&1_u64.into()).await, Ok(()));
    assert_eq!(client.list().await, Ok(Vec::new()));
    let gone = client.delete(&1_u64.into()).await;
    assert!(matches!(
        gone,
        Err(RequestError::Status { status: 404, .. })
    ));
}

#[wasm_bindgen_test]
async fn delete_succeeds_with_any_body() {
    for fault in [
        json!({"status": 204}),
        json!({"status": 200, "body": "<p>gone</p>"}),
        json!({"huge_body": 3_000_000}),
    ] {
        let world = World::with_fault(json!({"on": "delete", "fault": fault})).await;
        assert_eq!(world.client().delete(&1_u64.into()).await, Ok(()));
    }
}

#[wasm_bindgen_test]
async fn invalid_list_is_an_invalid_response() {
    for body in ["{}", r#"[{"id": 1}]"#, ""] {
        let world = World::with_fault(json!({"on": "list", "fault": {"body": body}})).await;
        let list = world.client().list().await;
        assert!(
            matches!(list, Err(RequestError::InvalidResponse { .. })),
            "{body}"
        );
    }
}

#[wasm_bindgen_test]
async fn page_to_sign_in_is_no_response() {
    let page = json!({"body": "<!DOCTYPE html><h1>Sign in</h1>", "content_type": "text/html"});
    let world = World::with_fault(json!({"on": "any", "times": null, "fault": page})).await;
    let client = world.client();
    assert_eq!(client.list().await, Err(RequestError::WebPage));
    assert_eq!(
        client.delete(&1_u64.into()).await,
        Err(RequestError::WebPage)
    );
}
