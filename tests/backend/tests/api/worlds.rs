//! Independent worlds, and pages of other origins.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::client::{Client, Done};

#[tokio::test]
async fn worlds_are_independent() -> Done {
    let client = Client::start().await?;
    let plan = json!({"video": {"queued_ms": 0, "running_ms": 0}});
    client.json("PUT", "/w/a/control/plan", plan).await?;
    let fault = json!({"on": "list", "times": null, "fault": {"status": 500}});
    client.json("POST", "/w/a/control/faults", fault).await?;
    assert_eq!(
        client.call("GET", "/w/a/api/attachments").await?.status,
        500
    );
    let check = "api/video-processing/status/q-1";
    assert_eq!(
        client.get(&format!("/w/a/{check}")).await?["status"],
        "completed"
    );

    for other in ["", "/w/b"] {
        client.get(&format!("{other}/api/attachments")).await?;
        assert_eq!(
            client.get(&format!("{other}/{check}")).await?["status"],
            "queued"
        );
        let requests = client.get(&format!("{other}/control/requests")).await?;
        assert_eq!(requests.as_array().map(Vec::len), Some(2));
    }
    Ok(())
}

#[tokio::test]
async fn default_world_has_a_name_and_can_be_reset() -> Done {
    let client = Client::start().await?;
    client.plan(json!({"batch": false})).await?;
    assert_eq!(client.get("/w/default/control/plan").await?["batch"], false);
    assert_eq!(client.call("DELETE", "/control/world").await?.status, 204);
    assert_eq!(client.get("/control/plan").await?["batch"], true);
    Ok(())
}

#[tokio::test]
async fn reset_of_a_world_removes_its_drops() -> Done {
    let client = Client::start().await?;
    let fault = json!({"on": "any", "times": null, "fault": "drop"});
    client.json("POST", "/w/a/control/faults", fault).await?;
    assert!(client.call("GET", "/w/a/api/attachments").await.is_err());
    client.call("DELETE", "/w/a/control/world").await?;
    let answer = client.call("GET", "/w/a/api/attachments").await?;
    assert_eq!(
        (answer.status.as_u16(), answer.header("connection")),
        (200, "")
    );
    Ok(())
}

#[tokio::test]
async fn page_of_another_origin_can_send_credentials() -> Done {
    let client = Client::start().await?;
    let preflight = Request::options("/w/a/api/attachments")
        .header("Origin", "http://page.example")
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization,idempotency-key",
        );
    let answer = client.send(preflight.body(Body::empty())?).await?;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "http://page.example"
    );
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert_eq!(answer.header("access-control-allow-methods"), "POST");
    let headers = answer.header("access-control-allow-headers");
    assert_eq!(headers, "authorization,idempotency-key");

    client
        .faults(json!({"on": "list", "fault": {"status": 503, "retry_after": "1"}}))
        .await?;
    let request = Request::get("/api/attachments").header("Origin", "http://page.example");
    let answer = client.send(request.body(Body::empty())?).await?;
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "http://page.example"
    );
    let exposed = answer.header("access-control-expose-headers");
    for name in [
        "retry-after",
        "location",
        "tus-max-size",
        "tus-resumable",
        "upload-offset",
        "upload-length",
        "attachment-id",
    ] {
        assert!(exposed.contains(name), "{exposed}");
    }
    assert_eq!(answer.header("cache-control"), "no-store");

    let requests = client.get("/w/a/control/requests").await?;
    assert_eq!(
        requests,
        json!([]),
        "a preflight is not a request of the API"
    );
    Ok(())
}
