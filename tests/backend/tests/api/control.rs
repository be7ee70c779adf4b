//! The control of a world, and its request log.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::client::{Client, Done};

#[tokio::test]
async fn log_contains_requests_and_responses() -> Done {
    let client = Client::start().await?;
    let request = Request::post("/w/a%20b/api/video-processing/start?x=1")
        .header("Authorization", "Bearer secret")
        .header("Idempotency-Key", "k")
        .header("Content-Type", "application/json")
        .header("X-Mine", "yes");
    client
        .send(request.body(Body::from(r#"{"attachment_id": 7}"#))?)
        .await?;
    let requests = client.get("/w/a%20b/control/requests").await?;
    let entry = &requests[0];
    assert_eq!(entry["number"], 1);
    assert_eq!(entry["method"], "POST");
    assert_eq!(entry["path"], "/w/a%20b/api/video-processing/start?x=1");
    assert_eq!(entry["operation"], "video-start");
    assert_eq!(entry["idempotency_key"], "k");
    assert_eq!(entry["authorization"], true);
    assert_eq!(entry["headers"]["x-mine"], "yes");
    assert_eq!(
        (&entry["fate"], &entry["status"]),
        (&json!("answered"), &json!(202))
    );
    assert_eq!(entry["fault"], json!(null));
    let times = (entry["received_ms"].as_u64(), entry["answered_ms"].as_u64());
    assert!(matches!(times, (Some(received), Some(answered)) if received <= answered));

    let cleared = client.call("DELETE", "/w/a%20b/control/requests").await?;
    assert_eq!(cleared.status, 204);
    assert_eq!(client.get("/w/a%20b/control/requests").await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn unknown_paths_and_methods_have_json_errors_and_are_logged() -> Done {
    let client = Client::start().await?;
    for (method, path, status) in [
        ("GET", "/api/nonsense", 404),
        ("GET", "/api/video-processing/status/", 404),
        ("PUT", "/api/attachments", 405),
        ("GET", "/api/embeddings/status/%FF", 400),
    ] {
        let answer = client.call(method, path).await?;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.json()?["error"].is_string());
    }
    let requests = client.get("/control/requests").await?;
    assert_eq!(requests.as_array().map(Vec::len), Some(4));
    assert_eq!(client.call("GET", "/control/nonsense").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn invalid_plan_or_fault_is_refused_and_changes_nothing() -> Done {
    let client = Client::start().await?;
    client.plan(json!({"video": {"running_ms": 10}})).await?;
    let before = client.get("/control/plan").await?;
    for plan in [
        json!({"vdeo": {}}),
        json!({"video": {"outcome": "great"}}),
        json!("fast"),
    ] {
        let answer = client.json("PUT", "/control/plan", plan).await?;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    assert_eq!(client.get("/control/plan").await?, before);
    let sound = json!({"on": "any", "fault": "drop"});
    for rules in [
        json!({"on": "lunch", "fault": "drop"}),
        json!({"on": "any", "fault": "explode"}),
        json!([sound, {"on": "any"}]),
    ] {
        let answer = client.json("POST", "/control/faults", rules).await?;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    assert_eq!(client.get("/control/faults").await?, json!([]));
    let request = Request::put("/control/plan").body(Body::from("{"))?;
    assert_eq!(client.send(request).await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn faults_can_be_listed_and_removed() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "any", "times": null, "fault": "stall"}))
        .await?;
    let waiting = json!([{"on": "any", "times": null, "when": "before", "fault": "stall"}]);
    assert_eq!(client.get("/control/faults").await?, waiting);
    assert_eq!(client.call("DELETE", "/control/faults").await?.status, 204);
    client.get("/api/attachments").await?;
    Ok(())
}
