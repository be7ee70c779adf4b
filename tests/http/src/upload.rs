//! Uploads as a form, with progress.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use gloo_timers::future::sleep;
use js_sys::{Function, Reflect};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Attachment, Call, HttpStatusClient, RequestError, StorageClient, UploadEvent,
};

use crate::world::{HUGE, World, file, large_file, new_attachment};

const MEGABYTE: u32 = 1_000_000;

/// A callback that records the progress in percent.
fn recorder() -> (Rc<RefCell<Vec<u8>>>, Callback<UploadEvent>) {
    let recorded = Rc::new(RefCell::new(Vec::new()));
    let progress = Rc::clone(&recorded);
    (
        recorded,
        Callback::from(move |event| {
            if let UploadEvent::Sent { bytes, total } = event {
                let percent = bytes * 100 / total;
                progress
                    .borrow_mut()
                    .push(u8::try_from(percent).unwrap_or(u8::MAX));
            }
        }),
    )
}

/// Whether the upload was incomplete, so that the server has stored nothing.
async fn is_incomplete(world: &World) -> bool {
    world.fate().await;
    world.request().await["status"] != 201 && world.attachments().await == json!([])
}

async fn upload_titled(client: &HttpStatusClient, title: &str) -> Result<Attachment, RequestError> {
    let file = file("a b\"c😀.txt", "text/plain", b"abc");
    let key = title.len().to_string();
    client
        .upload(new_attachment(file, title, &key), Callback::noop())
        .await
}

#[wasm_bindgen_test]
async fn bytes_arrive_unchanged() {
    let world = World::new();
    assert!(upload_titled(&world.client(), "a").await.is_ok());
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(
        world.attachments().await,
        json!([{"id": 1, "title": "a", "content_type": "text/plain", "size": 3, "sha256": sha256}])
    );
    let request = world.request().await;
    assert_eq!(request["idempotency_key"], "1");
    let content_type = request["headers"]["content-type"]
        .as_str()
        .unwrap_or_default();
    assert!(content_type.starts_with("multipart/form-data; boundary="));
}

#[wasm_bindgen_test]
async fn progress_rises_while_the_server_reads_the_bytes() {
    let rate = 3 * MEGABYTE;
    let world = World::with_plan(json!({"upload_bytes_per_second": rate})).await;
    let (recorded, on_progress) = recorder();
    let upload = new_attachment(large_file("talk.mp4", 2 * rate), "talk", "k");
    let start = js_sys::Date::now();
    let stored = world.client().upload(upload, on_progress).await;
    let took = js_sys::Date::now() - start;
    assert_eq!(stored.map(|it| it.size), Ok(u64::from(2 * rate)));
    assert!(took > 1_500.0, "{took} ms");
    let recorded = recorded.borrow();
    let between = recorded
        .iter()
        .filter(|percent| (20..90).contains(*percent));
    assert!(between.count() > 1, "{recorded:?}");
    assert!(recorded.is_sorted(), "{recorded:?}");
    assert_eq!(recorded.last(), Some(&100));
}

#[wasm_bindgen_test]
async fn dropped_upload_is_aborted_without_further_events() {
    let world = World::with_plan(json!({"upload_bytes_per_second": MEGABYTE})).await;
    let (recorded, record) = recorder();
    let (started, has_started) = oneshot::channel();
    let started = RefCell::new(Some(started));
    let on_progress = Callback::from(move |event| {
        let is_sent = matches!(&event, UploadEvent::Sent { bytes, .. } if *bytes > 0);
        record.emit(event);
        if let Some(started) = is_sent.then(|| started.take()).flatten() {
            let _ = started.send(());
        }
    });
    let upload = new_attachment(large_file("talk.mp4", 20 * MEGABYTE), "talk", "k");
    let call = world.client().upload(upload, on_progress);
    let Either::Right((_, call)) = select(call, has_started).await else {
        panic!("it ended without progress");
    };
    drop(call);
    let before = recorded.borrow().len();
    assert!(is_incomplete(&world).await);
    assert_eq!(recorded.borrow().len(), before);
}

#[wasm_bindgen_test]
async fn upload_can_be_dropped_in_its_own_callback() {
    let world = World::with_plan(json!({"upload_bytes_per_second": MEGABYTE})).await;
    let in_flight: Rc<RefCell<Option<Call<Attachment>>>> = Rc::default();
    let on_progress = {
        let in_flight = Rc::clone(&in_flight);
        Callback::from(move |_| drop(in_flight.take()))
    };
    let upload = new_attachment(large_file("talk.mp4", 20 * MEGABYTE), "talk", "k");
    *in_flight.borrow_mut() = Some(world.client().upload(upload, on_progress));
    while in_flight.borrow().is_some() {
        if let Some(call) = &mut *in_flight.borrow_mut() {
            assert_eq!(call.now_or_never(), None);
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert!(is_incomplete(&world).await);
}

#[wasm_bindgen_test]
async fn empty_file_is_refused_by_the_server_with_its_reason() {
    let world = World::new();
    let empty = new_attachment(file("a.txt", "text/plain", b""), "a", "k");
    let refused = RequestError::Status {
        status: 422,
        retry_after: None,
        message: Some("the file is empty".into()),
    };
    assert_eq!(
        world.client().upload(empty, Callback::noop()).await,
        Err(refused)
    );
}

#[wasm_bindgen_test]
async fn title_arrives_unchanged() {
    let world = World::new();
    let client = world.client();
    let long = "长".repeat(5_000) + &"x".repeat(1_000);
    for title in [
        long.as_str(),
        "<img src=x onerror=alert(1)>",
        "\"quoted\"; filename=\"x\"",
        "😀 任务",
    ] {
        let stored = upload_titled(&client, title).await;
        assert_eq!(stored.map(|it| it.title), Ok(title.into()));
    }
    // HTML forms end each line with CR LF.
    let stored = upload_titled(&client, "two\nlines").await;
    assert_eq!(stored.map(|it| it.title), Ok("two\r\nlines".into()));
}

#[wasm_bindgen_test]
async fn upload_is_idempotent() {
    let lost = json!({"on": "upload", "when": "after", "fault": "drop"});
    let world = World::with_fault(lost).await;
    let client = world.client();
    assert_eq!(
        upload_titled(&client, "a").await,
        Err(RequestError::Unreachable)
    );
    assert!(upload_titled(&client, "a").await.is_ok());
    assert_eq!(client.list().await.map(|all| all.len()), Ok(1));
}

#[wasm_bindgen_test]
async fn error_has_status_retry_after_and_message() {
    let fault = json!({"status": 429, "retry_after": "7", "body": r#"{"message": "full"}"#});
    let world = World::with_fault(json!({"on": "upload", "fault": fault})).await;
    let refused = RequestError::Status {
        status: 429,
        retry_after: Some(Duration::from_secs(7)),
        message: Some("full".into()),
    };
    assert_eq!(upload_titled(&world.client(), "a").await, Err(refused));
}

#[wasm_bindgen_test]
async fn response_that_is_not_an_attachment_is_invalid() {
    for fault in [
        json!({"status": 201, "body": "<html>"}),
        json!({"status": 200, "body": "{}"}),
        json!({"huge_body": 3_000_000}),
    ] {
        let world = World::with_fault(json!({"on": "upload", "fault": fault})).await;
        let stored = upload_titled(&world.client(), "a").await;
        assert!(
            matches!(stored, Err(RequestError::InvalidResponse { .. })),
            "{stored:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn oversized_response_to_an_upload_releases_its_connection() {
    let world = World::with_fault(json!({"on": "upload", "fault": {"huge_body": HUGE}})).await;
    let stored = upload_titled(&world.client(), "a").await;
    let detail = "the body is longer than 1 MiB".into();
    assert_eq!(stored, Err(RequestError::InvalidResponse { detail }));
    assert_eq!(world.fate().await, "aborted");
}

/// As browsers behave for a file that was moved since it was chosen.
#[wasm_bindgen_test]
async fn unreadable_file_is_not_a_network_error() {
    let world = World::new();
    let moved = file("talk.mp4", "video/mp4", b"abc");
    let slice = Function::new_no_args(
        "return { arrayBuffer: async () => { throw new DOMException('', 'NotReadableError') } }",
    );
    Reflect::set(&moved, &"slice".into(), &slice).expect("a property");
    let upload = new_attachment(moved, "talk", "k");
    let stored = world.client().upload(upload, Callback::noop()).await;
    assert_eq!(stored, Err(RequestError::FileUnreadable));
    assert!(world.requests().await.is_empty());
}
