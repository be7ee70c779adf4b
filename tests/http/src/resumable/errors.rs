//! Errors of the server, and redirections that are not followed.

use std::time::Duration;

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{RequestError, ResumeKey, StorageClient, UploadEvent};

use super::{Events, client, interrupt_after, operations, talk, upload};
use crate::world::{World, new_attachment, patterned_file};

#[wasm_bindgen_test]
async fn nothing_is_sent_to_another_origin() {
    let world = World::new();
    let token = || async { Some("secret".to_owned()) };
    let client = client(&world).with_token(token);
    for location in [
        "http://127.0.0.1:9/api/uploads/u-1",
        "//other.example/u-1",
        "https://127.0.0.1/u-1",
        "blob:http://127.0.0.1/u-1",
        "javascript:alert(1)",
        "http://",
    ] {
        let fault = json!({"status": 201, "location": location});
        world
            .add_fault(json!({"on": "upload-create", "fault": fault}))
            .await;
        let events = Events::default();
        let stored = client.upload(talk(None), events.listener()).await;
        assert!(
            matches!(stored, Err(RequestError::Misconfigured { .. })),
            "{location}: {stored:?}"
        );
        assert_eq!(events.key(), None, "{location}");
    }
    let foreign: ResumeKey = "https://other.example/uploads/u-1".into();
    let before = operations(&world).await.len();
    assert!(client.discard(&foreign).await.is_err());
    assert_eq!(operations(&world).await.len(), before);
    let stored = client.upload(talk(Some(foreign)), Callback::noop()).await;
    assert!(stored.is_ok(), "restarted: {stored:?}");
}

#[wasm_bindgen_test]
async fn offset_is_asked_at_once_after_409_and_other_conflicts_end_the_attempt() {
    for (status, times, is_stored) in [(409, 1, true), (409, 2, false), (423, 1, false)] {
        let world = World::new();
        let fault = json!({"status": status});
        let rule = json!({"on": "upload-part", "times": times, "fault": fault});
        world.add_fault(rule).await;
        let (stored, _) = upload(&world, None).await;
        match stored {
            Ok(_) => assert!(is_stored, "{status}"),
            Err(error) => {
                assert!(!is_stored, "{error}");
                let code = status;
                assert!(matches!(error, RequestError::Status { status, .. } if status == code));
            }
        }
    }
}

#[wasm_bindgen_test]
async fn parts_get_smaller_after_413_and_the_limit_is_reported() {
    let world = World::new();
    let fault = json!({"status": 413});
    world
        .add_fault(json!({"on": "upload-part", "fault": fault}))
        .await;
    let (stored, events) = upload(&world, None).await;
    assert!(stored.is_ok(), "{stored:?}");
    let events = events.0.take();
    assert!(events.contains(&UploadEvent::PartLimit(750_000)));
    assert!(events.contains(&UploadEvent::PartSent));
    let requests = world.requests().await;
    let lengths = requests.iter().skip(1);
    let lengths: Vec<_> = lengths
        .map(|it| it["headers"]["content-length"].as_str())
        .collect();
    let part = Some("750000");
    assert_eq!(lengths, [Some("3000000"), part, part, part, part]);
}

#[wasm_bindgen_test]
async fn patch_is_sent_as_post_if_that_is_set() {
    let world = World::new();
    let new = talk(None).with_override_method(true);
    // The backend does not know the header.
    let refused = client(&world).upload(new, Callback::noop()).await;
    assert!(refused.is_err());
    let requests = world.requests().await;
    assert_eq!(requests[1]["method"], "POST");
    assert_eq!(requests[1]["headers"]["x-http-method-override"], "PATCH");
    assert_eq!(requests[1]["headers"]["upload-offset"], "0");
}

#[wasm_bindgen_test]
async fn chunk_bytes_limit_each_part() {
    let world = World::new();
    let new = talk(None).with_chunk_bytes(2_000_000);
    let stored = client(&world).upload(new, Callback::noop()).await;
    assert!(stored.is_ok(), "{stored:?}");
    let expected = ["upload-create", "upload-part", "upload-part"];
    assert_eq!(operations(&world).await, expected);
}

#[wasm_bindgen_test]
async fn upload_that_is_not_found_after_its_creation_is_not_created_again() {
    let world = World::new();
    let fault = json!({"on": "upload-part", "fault": {"status": 404}});
    world.add_fault(fault).await;
    let (stored, _) = upload(&world, None).await;
    assert!(
        matches!(stored, Err(RequestError::Misconfigured { .. })),
        "{stored:?}"
    );
    assert_eq!(operations(&world).await, ["upload-create", "upload-part"]);
}

#[wasm_bindgen_test]
async fn forbidden_offset_is_an_error_and_creates_no_other_upload() {
    let world = World::new();
    let key = interrupt_after(&world, 1_000).await;
    let fault = json!({"on": "upload-offset", "fault": {"status": 403}});
    world.add_fault(fault).await;
    let (stored, _) = upload(&world, Some(key)).await;
    assert!(matches!(
        stored,
        Err(RequestError::Status { status: 403, .. })
    ));
    assert_eq!(
        operations(&world).await.last().map(String::as_str),
        Some("upload-offset")
    );
}

#[wasm_bindgen_test]
async fn errors_keep_their_status_at_each_step() {
    for (operation, resumed) in [
        ("upload-create", false),
        ("upload-part", false),
        ("upload-offset", true),
    ] {
        let world = World::new();
        let key = if resumed {
            Some(interrupt_after(&world, 1_000).await)
        } else {
            None
        };
        let fault = json!({"status": 429, "retry_after": "7", "body": r#"{"message": "full"}"#});
        world
            .add_fault(json!({"on": operation, "fault": fault}))
            .await;
        let (stored, _) = upload(&world, key).await;
        let Err(RequestError::Status {
            status: 429,
            retry_after,
            message,
        }) = stored
        else {
            panic!("{operation}: {stored:?}");
        };
        assert_eq!(retry_after, Some(Duration::from_secs(7)));
        // The response to HEAD has no body.
        let expected = (!resumed).then_some("full");
        assert_eq!(message.as_deref(), expected, "{operation}");
    }
}

#[wasm_bindgen_test]
async fn empty_file_is_refused_with_its_reason() {
    let world = World::new();
    let empty = new_attachment(patterned_file("a.mp4", 0), "a", "k");
    let refused = client(&world).upload(empty, Callback::noop()).await;
    let Err(RequestError::Status {
        status, message, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (status, message.as_deref()),
        (422, Some("the file is empty"))
    );
}
