//! Errors of the server, and redirections that are not followed.

use std::time::Duration;

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{CallError, ResumeKey, StorageClient};

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
            matches!(stored, Err(CallError::InvalidResponse { .. })),
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
async fn locked_upload_is_retried_once_and_is_then_a_transient_error() {
    for (status, times) in [(423, 1), (409, 1), (423, 2), (409, 2)] {
        let world = World::new();
        let fault = json!({"status": status});
        let rule = json!({"on": "upload-part", "times": times, "fault": fault});
        world.add_fault(rule).await;
        let (stored, _) = upload(&world, None).await;
        if times == 1 {
            assert!(stored.is_ok(), "{stored:?}");
        } else {
            assert!(stored.is_err_and(|error| error.is_transient()));
        }
    }
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
        let Err(CallError::Status {
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
    let Err(CallError::Status {
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
