//! Jobs: start, status, cancel, restart, batches, odd ids.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::{Client, Done, VIDEO, form};

/// `q /?#%😀+,`, as `encodeURIComponent` writes it.
const ODD: &str = "q%20%2F%3F%23%25%F0%9F%98%80%2B%2C";
const ODD_DECODED: &str = "q /?#%😀+,";

fn at_once(outcome: &str) -> Value {
    json!({"queued_ms": 0, "running_ms": 0, "outcome": outcome})
}

#[tokio::test]
async fn job_runs_from_queued_to_completed() -> Done {
    let client = Client::start().await?;
    client
        .plan(json!({"video": {"queued_ms": 200, "running_ms": 800}}))
        .await?;
    let status = || client.get("/api/video-processing/status/q-1");
    assert_eq!(status().await?, json!({"status": "queued"}));
    sleep(Duration::from_millis(500)).await;
    let running = status().await?;
    assert_eq!(running["status"], "running");
    assert!(
        running["progress"]
            .as_u64()
            .is_some_and(|p| (30..100).contains(&p)),
        "{running}"
    );
    sleep(Duration::from_millis(600)).await;
    assert_eq!(
        status().await?,
        json!({"status": "completed", "progress": 100})
    );
    Ok(())
}

#[tokio::test]
async fn every_outcome_is_reported() -> Done {
    let client = Client::start().await?;
    for (outcome, status) in [
        ("completed", json!({"status": "completed", "progress": 100})),
        (
            "failed",
            json!({"status": "failed", "error": "The processor could not read this file"}),
        ),
        ("cancelled", json!({"status": "cancelled"})),
        ("stuck", json!({"status": "running", "progress": 50})),
    ] {
        client
            .plan(json!({"video": at_once(outcome), "embedding": at_once(outcome)}))
            .await?;
        assert_eq!(client.get("/api/video-processing/status/q").await?, status);
        assert_eq!(client.get("/api/embeddings/status/7").await?, status);
    }
    Ok(())
}

#[tokio::test]
async fn job_can_have_its_own_plan_and_script() -> Done {
    let client = Client::start().await?;
    let script = json!([{"status": "queued"}, {"status": "gone fishing", "progress": "7"}]);
    client
        .plan(json!({
            "video": at_once("completed"),
            "video_by_id": {ODD_DECODED: {"script": script}},
        }))
        .await?;
    let odd = format!("/api/video-processing/status/{ODD}");
    assert_eq!(client.get(&odd).await?, script[0]);
    assert_eq!(client.get(&odd).await?, script[1]);
    assert_eq!(client.get(&odd).await?, script[1]);
    let other = client.get("/api/video-processing/status/q").await?;
    assert_eq!(other["status"], "completed");
    Ok(())
}

#[tokio::test]
async fn start_of_a_video_is_idempotent() -> Done {
    let client = Client::start().await?;
    let start = async |key| {
        let body = json!({"attachment_id": 7});
        let path = "/api/video-processing/start";
        let answer = client.keyed("POST", path, body, key).await?;
        assert_eq!(answer.status, 202);
        Ok::<_, Box<dyn std::error::Error>>(answer.json()?)
    };
    assert_eq!(start(Some("k")).await?, json!({"queue_id": "q-1"}));
    assert_eq!(start(Some("k")).await?, json!({"queue_id": "q-1"}));
    assert_eq!(start(Some("l")).await?, json!({"queue_id": "q-2"}));
    assert_eq!(start(None).await?, json!({"queue_id": "q-3"}));
    assert_eq!(start(None).await?, json!({"queue_id": "q-4"}));
    let reused = client
        .keyed(
            "POST",
            "/api/video-processing/start",
            json!({"attachment_id": 8}),
            Some("k"),
        )
        .await?;
    assert_eq!(reused.status, 422);
    Ok(())
}

#[tokio::test]
async fn embedding_job_restarts_except_with_the_same_key() -> Done {
    let client = Client::start().await?;
    let start = async |key| {
        let body = json!({"attachment_id": "a/b"});
        client
            .keyed("POST", "/api/embeddings/start", body, key)
            .await
    };
    let check = async || client.get("/api/embeddings/status/a%2Fb").await;
    client
        .plan(json!({"embedding": {"script": [1, 2, 3]}}))
        .await?;
    assert_eq!(start(Some("k")).await?.status, 202);
    assert_eq!(check().await?, 1);
    assert_eq!(start(Some("k")).await?.status, 202);
    assert_eq!(check().await?, 2);
    assert_eq!(start(Some("l")).await?.status, 202);
    assert_eq!(check().await?, 1);
    assert_eq!(start(None).await?.status, 202);
    assert_eq!(check().await?, 1);
    Ok(())
}

#[tokio::test]
async fn invalid_start_is_refused() -> Done {
    let client = Client::start().await?;
    for path in ["/api/video-processing/start", "/api/embeddings/start"] {
        for body in [
            json!({}),
            json!({"attachment_id": 1.5}),
            json!({"attachment_id": null}),
        ] {
            let answer = client.json("POST", path, body).await?;
            assert_eq!(answer.status, 422);
            assert!(answer.json()?["error"].is_string());
        }
        assert_eq!(client.call("POST", path).await?.status, 415);
    }
    Ok(())
}

#[tokio::test]
async fn cancelled_job_is_reported_as_cancelled() -> Done {
    let client = Client::start().await?;
    assert_eq!(
        client.get("/api/video-processing/status/q-1").await?["status"],
        "queued"
    );
    let answer = client
        .call("POST", "/api/video-processing/cancel/q-1")
        .await?;
    assert_eq!(answer.status, 204);
    let status = client.get("/api/video-processing/status/q-1").await?;
    assert_eq!(status, json!({"status": "cancelled"}));
    Ok(())
}

#[tokio::test]
async fn odd_ids_are_unchanged() -> Done {
    let client = Client::start().await?;
    client
        .plan(json!({"queue_id_prefix": "q /?#%😀+,"}))
        .await?;
    let start = json!({"attachment_id": 7});
    let started = client
        .json("POST", "/api/video-processing/start", start)
        .await?;
    assert_eq!(started.json()?["queue_id"], format!("{ODD_DECODED}1"));
    client.plan(json!({"known_only": true})).await?;
    client
        .get(&format!("/api/video-processing/status/{ODD}1"))
        .await?;
    let both = client
        .get(&format!("/api/video-processing/status?ids=x,{ODD}1"))
        .await?;
    assert_eq!(
        both,
        json!({format!("{ODD_DECODED}1"): {"status": "queued"}})
    );
    let cancel = format!("/api/video-processing/cancel/{ODD}1");
    assert_eq!(client.call("POST", &cancel).await?.status, 204);
    let requests = client.get("/control/requests").await?;
    assert_eq!(requests[1]["ids"], json!([format!("{ODD_DECODED}1")]));
    assert_eq!(
        requests[1]["path"],
        format!("/api/video-processing/status/{ODD}1")
    );
    Ok(())
}

#[tokio::test]
async fn batch_request_returns_several_jobs() -> Done {
    let client = Client::start().await?;
    client.plan(json!({"video": at_once("completed")})).await?;
    let done = json!({"status": "completed", "progress": 100});
    let videos = client.get("/api/video-processing/status?ids=a,b").await?;
    assert_eq!(videos, json!({"a": done, "b": done}));
    let embeddings = client.get("/api/embeddings/status?ids=7").await?;
    assert_eq!(embeddings, json!({"7": {"status": "queued"}}));
    assert_eq!(
        client.call("GET", "/api/embeddings/status").await?.status,
        400
    );
    client.plan(json!({"batch": false})).await?;
    assert_eq!(
        client
            .call("GET", "/api/embeddings/status?ids=7")
            .await?
            .status,
        404
    );
    Ok(())
}

#[tokio::test]
async fn strict_server_knows_only_its_own_ids() -> Done {
    let client = Client::start().await?;
    let at_once = json!({"queued_ms": 0, "running_ms": 0});
    client
        .plan(json!({"known_only": true, "video": at_once, "embedding": at_once}))
        .await?;
    for path in [
        "/api/video-processing/status/q-1",
        "/api/embeddings/status/1",
    ] {
        assert_eq!(client.call("GET", path).await?.status, 404);
    }
    let cancel = client
        .call("POST", "/api/video-processing/cancel/q-1")
        .await?;
    assert_eq!(cancel.status, 404);
    let start = json!({"attachment_id": 1});
    for path in ["/api/video-processing/start", "/api/embeddings/start"] {
        assert_eq!(client.json("POST", path, start.clone()).await?.status, 404);
    }

    client.send(form(&[("file", VIDEO, b"abc")])?).await?;
    let started = client
        .json("POST", "/api/video-processing/start", start)
        .await?;
    assert_eq!(started.json()?, json!({"queue_id": "q-1"}));
    client.get("/api/video-processing/status/q-1").await?;
    client.get("/api/embeddings/status/1").await?;
    let job = json!({"attachment_id": "1", "checks": 1, "pushes": 0, "state": "completed"});
    assert_eq!(
        client.get("/control/jobs").await?,
        json!({"video": {"q-1": job}, "embedding": {"1": job}})
    );

    client.call("DELETE", "/api/attachments/1").await?;
    for path in [
        "/api/video-processing/status/q-1",
        "/api/embeddings/status/1",
    ] {
        assert_eq!(client.call("GET", path).await?.status, 404);
    }
    Ok(())
}
