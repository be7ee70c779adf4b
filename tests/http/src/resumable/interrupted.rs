//! Uploads that break off: the bytes that the server has are not sent again.

use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::sleep;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{AttachmentId, CallError, StorageClient};

use super::{Reported, SIZE, client, cut_after, digest_of_the_whole, operations, talk_of, upload};
use crate::world::{World, new_attachment, patterned_file};

#[wasm_bindgen_test]
async fn an_upload_cut_half_way_goes_on_from_what_the_server_has() {
    let world = World::new();
    let key = cut_after(&world, 1_234_567).await;
    let (stored, news) = upload(&world, Some(key)).await;
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
    let kept = world.attachments().await;
    assert_eq!(kept.as_array().map(Vec::len), Some(1));
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
    assert_eq!(news.key(), None, "the key stays the same");
    let sent = news.sent();
    assert_eq!(sent.first(), Some(&1_234_567));
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(SIZE)));
}

#[wasm_bindgen_test]
async fn an_upload_cut_many_times_comes_through_byte_for_byte() {
    let world = World::new();
    let mut key = cut_after(&world, 700_001).await;
    for bytes in [1, 700_000, 65_536] {
        let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
        world.add_fault(fault).await;
        let (stored, news) = upload(&world, Some(key.clone())).await;
        assert_eq!(stored, Err(CallError::Unreachable));
        key = news.key().unwrap_or(key);
    }
    assert!(upload(&world, Some(key)).await.0.is_ok());
    let kept = world.attachments().await;
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
    let last = world.requests().await.pop().unwrap_or_default();
    assert_eq!(last["headers"]["upload-offset"], "1465538");
}

#[wasm_bindgen_test]
async fn the_answer_to_the_last_part_can_be_lost() {
    for with_key in [true, false] {
        let world = World::new();
        let key = cut_after(&world, SIZE).await;
        let (stored, _) = upload(&world, with_key.then_some(key)).await;
        assert_eq!(stored.map(|it| it.id), Ok(AttachmentId::from(1_u64)));
        let asked = if with_key {
            "upload-offset"
        } else {
            "upload-create"
        };
        let expected = ["upload-create", "upload-part", asked];
        assert_eq!(operations(&world).await, expected);
        let kept = world.attachments().await;
        assert_eq!(kept.as_array().map(Vec::len), Some(1));
    }
}

#[wasm_bindgen_test]
async fn an_upload_that_the_server_does_not_know_any_more_begins_anew() {
    let world = World::new();
    let discarded = cut_after(&world, 1_000).await;
    assert_eq!(client(&world).discard(&discarded).await, Ok(()));
    for key in [discarded, format!("{}/uploads/u-99", world.api()).into()] {
        let before = operations(&world).await.len();
        let (stored, news) = upload(&world, Some(key.clone())).await;
        assert!(stored.is_ok(), "{stored:?}");
        assert!(news.key().is_some_and(|new| new != key));
        let after = operations(&world).await;
        let first = after.get(before..before + 2);
        assert_eq!(
            first,
            Some(&["upload-offset".to_owned(), "upload-create".to_owned()][..])
        );
    }
}

#[wasm_bindgen_test]
async fn an_upload_of_another_size_is_not_gone_on_with() {
    let world = World::new();
    let key = cut_after(&world, 1_000).await;
    let other = new_attachment(patterned_file("talk.mp4", 5_000), "t", "another key");
    let other = other.with_resume(key);
    let stored = client(&world).upload(other, Callback::noop()).await;
    assert_eq!(stored.map(|it| it.size), Ok(5_000));
    assert_eq!(world.attachments().await[0]["size"], 5_000);
}

#[wasm_bindgen_test]
async fn a_dropped_upload_is_aborted_and_can_be_gone_on_with() {
    // More than the sockets on the way can hold.
    let size = 20_000_000;
    let world = World::with_plan(json!({"upload_bytes_per_second": 1_000_000})).await;
    let news = Reported::default();
    let call = client(&world).upload(talk_of(size, None), news.listener());
    let Either::Right(((), call)) = select(call, sleep(Duration::from_millis(900))).await else {
        panic!("20 MB were sent in a second");
    };
    drop(call);
    let told = news.sent().len();
    assert_ne!(world.fate().await, "pending");
    let cut_off = world.requests().await.pop().unwrap_or_default();
    assert_eq!(cut_off["operation"], "upload-part");
    assert_ne!(cut_off["status"], 204);
    world.follow(json!({})).await;
    let later = Reported::default();
    let going_on = talk_of(size, news.key());
    let stored = client(&world).upload(going_on, later.listener()).await;
    assert!(stored.is_ok(), "{stored:?}");
    assert_eq!(news.sent().len(), told);
    let sent = later.sent();
    assert!(sent.first().is_some_and(|first| *first > 0), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(size)));
}
