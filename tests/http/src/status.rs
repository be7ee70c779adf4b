//! Responses to status requests.

use std::time::Duration;

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{JobStatus, Percent, RequestError, StatusClient, StorageClient};

use crate::world::{HUGE, World, embedding, status_of, video};

#[wasm_bindgen_test]
async fn every_status_value_has_its_meaning() {
    let running = JobStatus::Running { progress: None };
    let failed = JobStatus::Failed { reason: None };
    for (values, meaning) in [
        ("queued PENDING Waiting", JobStatus::Queued),
        ("processing Running IN_PROGRESS active", running),
        (
            "completed complete Succeeded success DONE ready",
            JobStatus::Succeeded,
        ),
        ("failed Error", failed),
        ("cancelled Canceled", JobStatus::Cancelled),
    ] {
        for value in values.split(' ') {
            let status = status_of(json!({"status": value})).await;
            assert_eq!(status.as_ref(), Ok(&meaning), "{value}");
        }
    }
}

#[wasm_bindgen_test]
async fn unknown_status_value_is_named() {
    let unknown = RequestError::UnknownStatus {
        value: "paused".into(),
    };
    assert_eq!(status_of(json!({"status": "paused"})).await, Err(unknown));
}

#[wasm_bindgen_test]
async fn odd_progress_is_clamped_or_dropped() {
    for (written, progress) in [
        (json!(45), Some(45)),
        (json!(45.9), Some(45)),
        (json!("45"), Some(45)),
        (json!(-3), Some(0)),
        (json!(250), Some(100)),
        (Value::Null, None),
        (json!("NaN"), None),
        (json!([45]), None),
    ] {
        let status = json!({"status": "running", "progress": written});
        let progress = progress.map(Percent::new);
        assert_eq!(
            status_of(status).await,
            Ok(JobStatus::Running { progress }),
            "{written}"
        );
    }
}

#[wasm_bindgen_test]
async fn failed_job_has_a_reason() {
    let status = json!({"status": "failed", "error": "没有音轨 <b>", "message": "other"});
    let reason = Some("没有音轨 <b>".into());
    assert_eq!(status_of(status).await, Ok(JobStatus::Failed { reason }));
}

#[wasm_bindgen_test]
async fn job_runs_from_queued_to_succeeded() {
    let job = json!({"queued_ms": 0, "running_ms": 0});
    let world = World::with_plan(json!({"video": job, "embedding": {"queued_ms": 60_000}})).await;
    let client = world.client();
    assert_eq!(client.status(&video("q-1")).await, Ok(JobStatus::Succeeded));
    assert_eq!(client.status(&embedding(7)).await, Ok(JobStatus::Queued));
    let operations: Vec<_> = world
        .requests()
        .await
        .into_iter()
        .map(|it| it["operation"].clone())
        .collect();
    assert_eq!(operations, ["video-status", "embedding-status"]);
}

#[wasm_bindgen_test]
async fn body_that_is_not_the_expected_json_is_invalid() {
    for (body, detail) in [
        ("", "the body is empty"),
        ("{\"status\":", "EOF"),
        ("[]", "an array instead of an object"),
        ("\u{feff}null", "invalid type: null"),
    ] {
        let fault = json!({"body": body, "content_type": "text/html"});
        let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
        match world.client().status(&video("q-1")).await {
            Err(RequestError::InvalidResponse { detail: reason }) => {
                assert!(reason.contains(detail), "{body}: {reason}");
            }
            other => panic!("{body} made {other:?}"),
        }
    }
    let fault = json!({"body": "<!doctype html><title>Sign in</title>"});
    let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
    let page = world.client().status(&video("q-1")).await;
    assert_eq!(page, Err(RequestError::WebPage));
}

#[wasm_bindgen_test]
async fn body_above_one_mebibyte_is_invalid() {
    let huge = |bytes: u64| json!({"on": "video-status", "fault": {"huge_body": bytes}});
    let world = World::with_fault(json!([huge(10_000_000), huge(500_000)])).await;
    let client = world.client();
    assert_eq!(
        client.status(&video("q-1")).await,
        Err(RequestError::InvalidResponse {
            detail: "the body is longer than 1 MiB".into()
        })
    );
    assert!(matches!(
        client.status(&video("q-1")).await,
        Ok(JobStatus::Running { .. })
    ));
}

#[wasm_bindgen_test]
async fn oversized_response_releases_its_connection() {
    for operation in ["video-status", "list", "delete"] {
        let world = World::with_fault(json!({"on": operation, "fault": {"huge_body": HUGE}})).await;
        let client = world.client();
        let has_ended = match operation {
            "video-status" => client.status(&video("q-1")).await.is_err(),
            "list" => client.list().await.is_err(),
            // The status code is enough.
            _ => client.delete(&7_u64.into()).await.is_ok(),
        };
        assert!(has_ended, "{operation}");
        assert_eq!(world.fate().await, "aborted", "{operation}");
    }
}

#[wasm_bindgen_test]
async fn error_has_status_and_message_of_the_server() {
    for status in [
        400, 401, 403, 404, 408, 409, 410, 422, 425, 429, 500, 501, 502, 503, 504, 505,
    ] {
        let fault = json!({"status": status, "body": r#"{"error": "not now"}"#});
        // Every time: Chromium repeats a request by itself if 408 ends a reused connection.
        let rule = json!({"on": "video-status", "times": null, "fault": fault});
        let world = World::with_fault(rule).await;
        let refused = RequestError::Status {
            status,
            retry_after: None,
            message: Some("not now".into()),
        };
        assert_eq!(world.client().status(&video("q-1")).await, Err(refused));
    }
}

#[wasm_bindgen_test]
async fn error_with_a_large_web_page_is_the_same_error() {
    let page = "<h1>Bad gateway</h1>".repeat(100_000);
    let fault = json!({"status": 502, "body": page, "content_type": "text/html"});
    let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
    let refused = RequestError::Status {
        status: 502,
        retry_after: None,
        message: None,
    };
    assert_eq!(world.client().status(&video("q-1")).await, Err(refused));
}

#[wasm_bindgen_test]
async fn retry_after_is_seconds_or_a_date() {
    let in_a_minute = js_sys::Date::new(&(js_sys::Date::now() + 60_000.0).into());
    let date = String::from(in_a_minute.to_utc_string());
    for (written, least, most) in [("2", 2, 2), (date.as_str(), 57, 60), ("soon", 0, 0)] {
        let fault = json!({"status": 429, "retry_after": written});
        let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
        let refused = world.client().status(&video("q-1")).await.err();
        let wait = refused
            .and_then(|refused| refused.retry_after())
            .unwrap_or_default();
        let expected = Duration::from_secs(least)..=Duration::from_secs(most);
        assert!(expected.contains(&wait), "{written}: {wait:?}");
    }
}
