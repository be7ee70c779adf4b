//! Real bytes up, with real progress.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use gloo_timers::future::sleep;
use js_sys::{Function, Reflect};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Attachment, Call, CallError, HttpStatusClient, StorageClient, UploadEvent,
};

use crate::world::{HUGE, World, file, large_file, new_attachment};

const MEGABYTE: u32 = 1_000_000;

/// Notes the progress that it is told.
fn notebook() -> (Rc<RefCell<Vec<u8>>>, Callback<UploadEvent>) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let pen = Rc::clone(&notes);
    (
        notes,
        Callback::from(move |news| {
            if let UploadEvent::Sent { bytes, total } = news {
                let percent = bytes * 100 / total;
                pen.borrow_mut()
                    .push(u8::try_from(percent).unwrap_or(u8::MAX));
            }
        }),
    )
}

/// Whether the upload's body ended before its end, which leaves nothing behind.
async fn is_cut_off(world: &World) -> bool {
    world.fate().await;
    world.request().await["status"] != 201 && world.attachments().await == json!([])
}

async fn upload_titled(client: &HttpStatusClient, title: &str) -> Result<Attachment, CallError> {
    let file = file("a b\"c😀.txt", "text/plain", b"abc");
    let key = title.len().to_string();
    client
        .upload(new_attachment(file, title, &key), Callback::noop())
        .await
}

#[wasm_bindgen_test]
async fn the_bytes_arrive_as_they_are() {
    let world = World::new();
    assert!(upload_titled(&world.client(), "a").await.is_ok());
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(
        world.attachments().await,
        json!([{"id": 1, "title": "a", "content_type": "text/plain", "size": 3, "sha256": sha256}])
    );
    let request = world.request().await;
    assert_eq!(request["idempotency_key"], "1");
    let sent_as = request["headers"]["content-type"]
        .as_str()
        .unwrap_or_default();
    assert!(sent_as.starts_with("multipart/form-data; boundary="));
}

#[wasm_bindgen_test]
async fn progress_rises_while_the_server_takes_the_bytes_in() {
    let rate = 3 * MEGABYTE;
    let world = World::with_plan(json!({"upload_bytes_per_second": rate})).await;
    let (notes, on_progress) = notebook();
    let upload = new_attachment(large_file("talk.mp4", 2 * rate), "talk", "k");
    let began = js_sys::Date::now();
    let stored = world.client().upload(upload, on_progress).await;
    let took = js_sys::Date::now() - began;
    assert_eq!(stored.map(|it| it.size), Ok(u64::from(2 * rate)));
    assert!(took > 1_500.0, "{took} ms");
    let notes = notes.borrow();
    let on_the_way = notes.iter().filter(|percent| (20..90).contains(*percent));
    assert!(on_the_way.count() > 1, "{notes:?}");
    assert!(notes.is_sorted(), "it never goes back: {notes:?}");
    assert_eq!(notes.last(), Some(&100));
}

#[wasm_bindgen_test]
async fn an_upload_that_is_dropped_is_aborted_and_tells_nothing_more() {
    let world = World::with_plan(json!({"upload_bytes_per_second": MEGABYTE})).await;
    let (notes, on_progress) = notebook();
    let upload = new_attachment(large_file("talk.mp4", 20 * MEGABYTE), "talk", "k");
    let call = world.client().upload(upload, on_progress);
    let Either::Right(((), call)) = select(call, sleep(Duration::from_millis(1_000))).await else {
        panic!("20 MB were sent in a second");
    };
    drop(call);
    let told = notes.borrow().len();
    assert!(is_cut_off(&world).await);
    assert_eq!(notes.borrow().len(), told);
}

#[wasm_bindgen_test]
async fn an_upload_can_be_dropped_from_within_its_own_progress() {
    let world = World::with_plan(json!({"upload_bytes_per_second": MEGABYTE})).await;
    let under_way: Rc<RefCell<Option<Call<Attachment>>>> = Rc::default();
    let on_progress = {
        let under_way = Rc::clone(&under_way);
        Callback::from(move |_| drop(under_way.take()))
    };
    let upload = new_attachment(large_file("talk.mp4", 20 * MEGABYTE), "talk", "k");
    *under_way.borrow_mut() = Some(world.client().upload(upload, on_progress));
    while under_way.borrow().is_some() {
        if let Some(call) = &mut *under_way.borrow_mut() {
            assert_eq!(call.now_or_never(), None);
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert!(is_cut_off(&world).await);
}

#[wasm_bindgen_test]
async fn an_empty_file_is_refused_by_the_server_with_its_reason() {
    let world = World::new();
    let empty = new_attachment(file("a.txt", "text/plain", b""), "a", "k");
    let refused = CallError::Status {
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
async fn a_title_arrives_as_it_is() {
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
    // HTML's forms end each line with CR LF.
    let stored = upload_titled(&client, "two\nlines").await;
    assert_eq!(stored.map(|it| it.title), Ok("two\r\nlines".into()));
}

#[wasm_bindgen_test]
async fn a_repeated_key_makes_no_second_attachment() {
    let lost = json!({"on": "upload", "when": "after", "fault": "drop"});
    let world = World::with_fault(lost).await;
    let client = world.client();
    assert_eq!(
        upload_titled(&client, "a").await,
        Err(CallError::Unreachable)
    );
    assert!(upload_titled(&client, "a").await.is_ok());
    assert_eq!(client.list().await.map(|all| all.len()), Ok(1));
}

#[wasm_bindgen_test]
async fn a_refused_upload_keeps_status_wait_and_words() {
    let fault = json!({"status": 429, "retry_after": "7", "body": r#"{"message": "full"}"#});
    let world = World::with_fault(json!({"on": "upload", "fault": fault})).await;
    let refused = CallError::Status {
        status: 429,
        retry_after: Some(Duration::from_secs(7)),
        message: Some("full".into()),
    };
    assert_eq!(upload_titled(&world.client(), "a").await, Err(refused));
}

#[wasm_bindgen_test]
async fn an_answer_that_is_no_attachment_is_not_understood() {
    for fault in [
        json!({"status": 201, "body": "<html>"}),
        json!({"status": 200, "body": "{}"}),
        json!({"huge_body": 3_000_000}),
    ] {
        let world = World::with_fault(json!({"on": "upload", "fault": fault})).await;
        let stored = upload_titled(&world.client(), "a").await;
        assert!(
            matches!(stored, Err(CallError::InvalidResponse { .. })),
            "{stored:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn an_oversized_response_to_an_upload_releases_its_connection() {
    let world = World::with_fault(json!({"on": "upload", "fault": {"huge_body": HUGE}})).await;
    let stored = upload_titled(&world.client(), "a").await;
    let detail = "the body is longer than 1 MiB".into();
    assert_eq!(stored, Err(CallError::InvalidResponse { detail }));
    assert_eq!(world.fate().await, "aborted");
}

/// What a browser does with a file that was moved since it was chosen.
#[wasm_bindgen_test]
async fn a_file_that_cannot_be_read_any_more_is_not_the_networks_fault() {
    let world = World::new();
    let moved = file("talk.mp4", "video/mp4", b"abc");
    let slice = Function::new_no_args(
        "return { arrayBuffer: async () => { throw new DOMException('', 'NotReadableError') } }",
    );
    Reflect::set(&moved, &"slice".into(), &slice).expect("a property");
    let upload = new_attachment(moved, "talk", "k");
    let stored = world.client().upload(upload, Callback::noop()).await;
    assert_eq!(stored, Err(CallError::FileUnreadable));
    assert!(world.requests().await.is_empty());
}
