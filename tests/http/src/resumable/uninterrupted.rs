//! Uploads without an interruption, and discarded ones.

use std::cell::RefCell;

use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{Attachment, AttachmentId, StorageClient};

use super::{SIZE, client, expected_digest, interrupt_after, operations, talk, upload};
use crate::world::World;

#[wasm_bindgen_test]
async fn upload_is_created_and_sent() {
    let world = World::new();
    let (stored, events) = upload(&world, None).await;
    let expected = Attachment::new(AttachmentId::from(1_u64), "Vortrag 🎥")
        .with_content_type("video/mp4")
        .with_size(SIZE.into());
    assert_eq!(stored, Ok(expected));
    assert_eq!(operations(&world).await, ["upload-create", "upload-part"]);
    let attachments = world.attachments().await;
    assert_eq!(attachments[0]["title"], "Vortrag 🎥");
    assert_eq!(attachments[0]["content_type"], "video/mp4");
    assert_eq!(attachments[0]["sha256"], expected_digest().await);
    let requests = world.requests().await;
    assert_eq!(requests[0]["idempotency_key"], "k");
    assert!(
        events
            .key()
            .is_some_and(|key| key.as_str().starts_with(&world.api()))
    );
    let sent = events.sent();
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(SIZE)));
}

#[wasm_bindgen_test]
async fn discarded_upload_is_deleted_from_the_server() {
    let world = World::new();
    let key = interrupt_after(&world, 1_000).await;
    let client = client(&world);
    for _ in 0..2 {
        assert_eq!(client.discard(&key).await, Ok(()));
    }
    let requests = world.requests().await;
    let statuses: Vec<_> = requests.iter().map(|it| it["status"].as_u64()).collect();
    assert_eq!(statuses, [Some(201), None, Some(204), Some(410)]);
}

#[wasm_bindgen_test]
async fn token_is_requested_for_every_request() {
    let world = World::new();
    let counter = RefCell::new(0);
    let client = client(&world).with_token(move || {
        *counter.borrow_mut() += 1;
        let token = format!("t{}", counter.borrow());
        async move { Some(token) }
    });
    assert!(client.upload(talk(None), Callback::noop()).await.is_ok());
    let requests = world.requests().await;
    let tokens: Vec<_> = requests
        .iter()
        .map(|it| it["headers"]["authorization"].as_str())
        .collect();
    assert_eq!(tokens, [Some("Bearer t1"), Some("Bearer t2")]);
}
