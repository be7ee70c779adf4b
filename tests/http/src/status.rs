//! What a check's answer means, over the wire.

use std::time::Duration;

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{CallError, JobStatus, Percent, StatusClient, StorageClient};

use crate::world::{HUGE, World, check_answered, embedding, video};

#[wasm_bindgen_test]
async fn each_word_of_the_contract_has_its_meaning() {
    let running = JobStatus::Running { progress: None };
    let failed = JobStatus::Failed { reason: None };
    for (words, meaning) in [
        ("queued PENDING Waiting", JobStatus::Queued),
        ("processing Running IN_PROGRESS active", running),
        (
            "completed complete Succeeded success DONE ready",
            JobStatus::Succeeded,
        ),
        ("failed Error", failed),
        ("cancelled Canceled", JobStatus::Cancelled),
    ] {
        for word in words.split(' ') {
            let answer = check_answered(json!({"status": word})).await;
            assert_eq!(answer.as_ref(), Ok(&meaning), "{word}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_word_that_is_not_known_is_named() {
    let word = CallError::UnknownStatus {
        value: "paused".into(),
    };
    assert_eq!(check_answered(json!({"status": "paused"})).await, Err(word));
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
            check_answered(status).await,
            Ok(JobStatus::Running { progress }),
            "{written}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_failed_job_says_why() {
    let status = json!({"status": "failed", "error": "没有音轨 <b>", "message": "other"});
    let reason = Some("没有音轨 <b>".into());
    assert_eq!(
        check_answered(status).await,
        Ok(JobStatus::Failed { reason })
    );
}

#[wasm_bindgen_test]
async fn a_job_goes_from_the_queue_to_its_end() {
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
async fn what_is_no_json_is_not_understood() {
    for (body, detail) in [
        (
            "<!doctype html><title>Bad gateway</title>",
            "a web page instead of JSON",
        ),
        ("", "the body is empty"),
        ("{\"status\":", "EOF"),
        ("[]", "a list instead of an object"),
        ("\u{feff}null", "expected"),
    ] {
        let fault = json!({"body": body, "content_type": "text/html"});
        let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
        match world.client().status(&video("q-1")).await {
            Err(CallError::InvalidResponse { detail: said }) => {
                assert!(said.contains(detail), "{body}: {said}");
            }
            other => panic!("{body} made {other:?}"),
        }
    }
}

#[wasm_bindgen_test]
async fn a_body_of_ten_megabytes_is_left_and_one_of_half_a_megabyte_is_read() {
    let huge = |bytes: u64| json!({"on": "video-status", "fault": {"huge_body": bytes}});
    let world = World::with_fault(json!([huge(10_000_000), huge(500_000)])).await;
    let client = world.client();
    assert_eq!(
        client.status(&video("q-1")).await,
        Err(CallError::InvalidResponse {
            detail: "the body is longer than 1 MiB".into()
        })
    );
    assert!(matches!(
        client.status(&video("q-1")).await,
        Ok(JobStatus::Running { .. })
    ));
}

#[wasm_bindgen_test]
async fn an_oversized_response_releases_its_connection() {
    for status in ["video-status", "list", "delete"] {
        let world = World::with_fault(json!({"on": status, "fault": {"huge_body": HUGE}})).await;
        let client = world.client();
        let is_oversized = match status {
            "video-status" => client.status(&video("q-1")).await.is_err(),
            "list" => client.list().await.is_err(),
            // The status says enough.
            _ => client.delete(&7_u64.into()).await.is_ok(),
        };
        assert!(is_oversized, "{status}");
        assert_eq!(world.fate().await, "aborted", "{status}");
    }
}

#[wasm_bindgen_test]
async fn a_refusal_keeps_its_status_and_the_servers_words() {
    for status in [
        400, 401, 403, 404, 408, 409, 410, 422, 425, 429, 500, 501, 502, 503, 504, 505,
    ] {
        let fault = json!({"status": status, "body": r#"{"error": "not now"}"#});
        // Each time: Chromium asks again by itself where a 408 ends a connection that it used before.
        let rule = json!({"on": "video-status", "times": null, "fault": fault});
        let world = World::with_fault(rule).await;
        let refused = CallError::Status {
            status,
            retry_after: None,
            message: Some("not now".into()),
        };
        assert_eq!(world.client().status(&video("q-1")).await, Err(refused));
    }
}

#[wasm_bindgen_test]
async fn a_refusal_that_is_a_web_page_or_endless_is_a_refusal_all_the_same() {
    let page = "<h1>Bad gateway</h1>".repeat(100_000);
    let fault = json!({"status": 502, "body": page, "content_type": "text/html"});
    let world = World::with_fault(json!({"on": "video-status", "fault": fault})).await;
    let refused = CallError::Status {
        status: 502,
        retry_after: None,
        message: None,
    };
    assert_eq!(world.client().status(&video("q-1")).await, Err(refused));
}

#[wasm_bindgen_test]
async fn retry_after_is_read_as_seconds_and_as_a_date() {
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
