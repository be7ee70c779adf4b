//! Interrupted uploads: the bytes that the server has are not sent again.

use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::sleep;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{AttachmentId, RequestError, StorageClient};

use super::{Events, SIZE, client, expected_digest, interrupt_after, operations, talk_of, upload};
use crate::world::{World, new_attachment, patterned_file};

#[wasm_bindgen_test]
async fn interrupted_upload_continues_at_the_servers_offset() {
    let world = World::new();
    let key = interrupt_after(&world, 1_234_567).await;
    let (stored, events) = upload(&world, Some(key)).await;
    assert_eq!(stored.map(|it| it.id), Ok(AttachmentId::from(1_u64)));
    let expected = [
        "upload-create",
        "upload-part",
        "upload-offset",
        "upload-part",
    ];
    assert_eq!(operations(&world).await, expected);
    let requests = world.requests().await;
    assert_eq!(requests[1]["fate"], "dropped");
    assert_eq!(requests[3]["headers"]["upload-offset"], "1234567");
    assert_eq!(requests[3]["headers"]["content-length"], "1765433");
    let stored = world.attachments().await;
    assert_eq!(stored.as_array().map(Vec::len), Some(1));
    assert_eq!(stored[0]["sha256"], expected_digest().await);
    assert_eq!(events.key(), None, "the key stays the same");
    let sent = events.sent();
    assert_eq!(sent.first(), Some(&1_234_567));
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(SIZE)));
}

#[wasm_bindgen_test]
async fn upload_interrupted_several_times_arrives_unchanged() {
    let world = World::new();
    let mut key = interrupt_after(&world, 700_001).await;
    for bytes in [1, 700_000, 65_536] {
        let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
        world.add_fault(fault).await;
        let (stored, events) = upload(&world, Some(key.clone())).await;
        assert_eq!(stored, Err(RequestError::Unreachable));
        key = events.key().unwrap_or(key);
    }
    assert!(upload(&world, Some(key)).await.0.is_ok());
    let stored = world.attachments().await;
    assert_eq!(stored[0]["sha256"], expected_digest().await);
    let last = world.requests().await.pop().unwrap_or_default();
    assert_eq!(last["headers"]["upload-offset"], "1465538");
}

#[wasm_bindgen_test]
async fn response_to_the_last_part_can_be_lost() {
    for with_key in [true, false] {
        let world = World::new();
        let key = interrupt_after(&world, SIZE).await;
        let (stored, _) = upload(&world, with_key.then_some(key)).await;
        assert_eq!(stored.map(|it| it.id), Ok(AttachmentId::from(1_u64)));
        let operation = if with_key {
            "upload-offset"
        } else {
            "upload-create"
        };
        let expected = ["upload-create", "upload-part", operation];
        assert_eq!(operations(&world).await, expected);
        let stored = world.attachments().await;
        assert_eq!(stored.as_array().map(Vec::len), Some(1));
    }
}

#[wasm_bindgen_test]
async fn upload_that_the_server_has_deleted_is_restarted() {
    let world = World::new();
    let discarded = interrupt_after(&world, 1_000).await;
    assert_eq!(client(&world).discard(&discarded).await, Ok(()));
    for key in [discarded, format!("{}/uploads/u-99", world.api()).into()] {
        let before = operations(&world).await.len();
        let (stored, events) = upload(&world, Some(key.clone())).await;
        assert!(stored.is_ok(), "{stored:?}");
        assert!(events.key().is_some_and(|new| new != key));
        let after = operations(&world).await;
        let first = after.get(before..before + 2);
        assert_eq!(
            first,
            Some(&["upload-offset".to_owned(), "upload-create".to_owned()][..])
        );
    }
}

#[wasm_bindgen_test]
async fn upload_of_another_size_is_not_resumed() {
    let world = World::new();
    let key = interrupt_after(&world, 1_000).await;
    let other = new_attachment(patterned_file("talk.mp4", 5_000), "t", "another key");
    let other = other.with_resume(key);
    let stored = client(&world).upload(other, Callback::noop()).await;
    assert_eq!(stored.map(|it| it.size), Ok(5_000));
    assert_eq!(world.attachments().await[0]["size"], 5_000);
}

#[wasm_bindgen_test]
async fn dropped_upload_is_aborted_and_can_be_resumed() {
    // More than the buffers of the sockets hold.
    let size = 20_000_000;
    let world = World::with_plan(json!({"upload_bytes_per_second": 1_000_000})).await;
    let events = Events::default();
    let call = client(&world).upload(talk_of(size, None), events.listener());
    let Either::Right(((), call)) = select(call, sleep(Duration::from_millis(900))).await else {
        panic!("20 MB were sent in a second");
    };
    drop(call);
    let before = events.sent().len();
    assert_ne!(world.fate().await, "pending");
    let aborted = world.requests().await.pop().unwrap_or_default();
    assert_eq!(aborted["operation"], "upload-part");
    assert_ne!(aborted["status"], 204);
    world.follow(json!({})).await;
    let later = Events::default();
    let resumed = talk_of(size, events.key());
    let stored = client(&world).upload(resumed, later.listener()).await;
    assert!(stored.is_ok(), "{stored:?}");
    assert_eq!(events.sent().len(), before);
    let sent = later.sent();
    assert!(sent.first().is_some_and(|first| *first > 0), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(size)));
}
