//! Faults as a client encounters them, down to the socket.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use axum::http::HeaderValue;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::client::{Client, Done, VIDEO, form};

const CHECK: &str = "/api/video-processing/status/q-1";

#[tokio::test]
async fn error_occurs_the_given_number_of_times_with_retry_after() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!([
            {"on": "video-status", "times": 2, "fault": {"status": 503, "retry_after": "2"}},
            {"on": "any", "fault": {"status": 418, "body": "tea", "content_type": "text/plain"}},
        ]))
        .await?;
    for _ in 0..2 {
        let answer = client.call("GET", CHECK).await?;
        assert_eq!(
            (answer.status.as_u16(), answer.header("retry-after")),
            (503, "2")
        );
        assert_eq!(answer.json()?, json!({"error": "injected fault"}));
    }
    let tea = client.call("GET", CHECK).await?;
    assert_eq!((tea.status.as_u16(), tea.text.as_str()), (418, "tea"));
    assert_eq!(tea.header("content-type"), "text/plain");
    assert_eq!(client.call("GET", CHECK).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn body_can_be_anything() -> Done {
    let client = Client::start().await?;
    let html = json!({"body": "<p>Log in</p>", "content_type": "text/html"});
    client
        .faults(json!([
            {"on": "list", "fault": html},
            {"on": "list", "fault": {"body": "{\"status\": \"runn"}},
            {"on": "list", "fault": {"huge_body": 300_000}},
        ]))
        .await?;
    let page = client.call("GET", "/api/attachments").await?;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (200, "text/html")
    );
    let broken = client.call("GET", "/api/attachments").await?;
    assert!(broken.json().is_err());
    assert_eq!(broken.header("content-type"), "application/json");
    let huge = client.call("GET", "/api/attachments").await?;
    assert!(huge.text.len() >= 300_000);
    assert_eq!(huge.json()?["status"], "running");
    Ok(())
}

#[tokio::test]
async fn dropped_request_closes_the_socket_without_a_byte() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "video-status", "fault": "drop"}))
        .await?;
    let mut socket = TcpStream::connect(client.address).await?;
    let request = format!("GET {CHECK} HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    match socket.read_to_end(&mut answer).await {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => return Err(error.into()),
        Ok(_) | Err(_) => assert_eq!(answer, b""),
    }
    let requests = client.get("/control/requests").await?;
    assert_eq!(
        (&requests[0]["fate"], &requests[0]["fault"]),
        (&json!("dropped"), &json!("drop"))
    );
    Ok(())
}

/// A browser repeats a request by itself if a reused connection is lost, so the page would not see
/// the drop.
#[tokio::test]
async fn connections_are_not_reused_while_a_drop_is_pending() -> Done {
    let client = Client::start().await?;
    let request = format!("GET {CHECK} HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut kept = TcpStream::connect(client.address).await?;
    kept.write_all(request.as_bytes()).await?;
    assert!(kept.read(&mut [0; 4096]).await? > 0);

    client
        .faults(json!({"on": "list", "fault": "drop"}))
        .await?;
    assert_eq!(
        kept.read(&mut [0; 1]).await?,
        0,
        "the idle connection is closed"
    );
    let answer = client.call("GET", CHECK).await?;
    assert_eq!(answer.header("connection"), "close");

    assert!(client.call("GET", "/api/attachments").await.is_err());
    let answer = client.call("GET", CHECK).await?;
    assert_eq!(answer.header("connection"), "");
    Ok(())
}

#[tokio::test]
async fn stalled_request_is_aborted_when_its_client_disconnects() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "video-status", "fault": "stall"}))
        .await?;
    let stalled = client.call("GET", CHECK);
    assert!(timeout(Duration::from_millis(100), stalled).await.is_err());
    let mut fate = json!(null);
    for _ in 0..50 {
        fate = client.get("/control/requests").await?[0]["fate"].clone();
        if fate == "aborted" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(fate, "aborted");
    Ok(())
}

#[tokio::test]
async fn concurrent_status_requests_of_one_job_are_logged() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "video-status", "times": 2, "fault": {"delay_ms": 150}}))
        .await?;
    let other = "/api/video-processing/status/q-2";
    let (first, second, third) =
        tokio::join!(client.get(CHECK), client.get(CHECK), client.get(other));
    for status in [first, second, third] {
        status?;
    }
    let requests = client.get("/control/requests").await?;
    let mut concurrency = Vec::new();
    for request in requests.as_array().into_iter().flatten() {
        concurrency.push((request["ids"][0].as_str(), request["concurrency"].as_u64()));
    }
    concurrency.sort_unstable();
    let expected = [("q-1", 1), ("q-1", 2), ("q-2", 1)];
    assert_eq!(
        concurrency,
        expected.map(|(id, count)| (Some(id), Some(count)))
    );
    Ok(())
}

#[tokio::test]
async fn delayed_response_is_the_true_one() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "video-status", "fault": {"delay_ms": 120}}))
        .await?;
    let began = Instant::now();
    assert_eq!(client.get(CHECK).await?, json!({"status": "queued"}));
    assert!(began.elapsed() >= Duration::from_millis(120));
    Ok(())
}

#[tokio::test]
async fn request_is_executed_although_its_response_is_lost() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!([
            {"on": "video-start", "when": "after", "fault": "drop"},
            {"on": "upload", "when": "after", "fault": {"status": 502}},
        ]))
        .await?;
    let start = async || {
        let body = json!({"attachment_id": 7});
        client
            .keyed("POST", "/api/video-processing/start", body, Some("k"))
            .await
    };
    assert!(start().await.is_err());
    assert_eq!(start().await?.json()?, json!({"queue_id": "q-1"}));
    let jobs = client.get("/control/jobs").await?;
    let ids: Vec<_> = jobs["video"].as_object().into_iter().flatten().collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(jobs["video"]["q-1"]["checks"], 0);

    let upload = || {
        let mut upload = form(&[("file", VIDEO, b"abc")])?;
        let key = HeaderValue::from_static("u");
        upload.headers_mut().insert("idempotency-key", key);
        Ok::<_, axum::http::Error>(upload)
    };
    assert_eq!(client.send(upload()?).await?.status, 502);
    assert_eq!(client.send(upload()?).await?.json()?["id"], 1);
    Ok(())
}

#[tokio::test]
async fn request_is_not_executed_if_a_fault_replaces_it() -> Done {
    let client = Client::start().await?;
    client
        .faults(json!({"on": "upload", "fault": {"status": 503}}))
        .await?;
    let large = form(&[("file", VIDEO, &vec![b'x'; 8_000_000])])?;
    assert_eq!(client.send(large).await?.status, 503);
    assert_eq!(client.get("/api/attachments").await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn every_operation_can_encounter_a_fault() -> Done {
    let client = Client::start().await?;
    let upload = form(&[("file", VIDEO, b"abc")])?;
    client
        .faults(json!({"on": "upload", "fault": {"status": 500}}))
        .await?;
    assert_eq!(client.send(upload).await?.status, 500);
    for (operation, method, path) in [
        ("list", "GET", "/api/attachments"),
        ("delete", "DELETE", "/api/attachments/1"),
        ("video-start", "POST", "/api/video-processing/start"),
        ("video-status", "GET", CHECK),
        (
            "video-status",
            "GET",
            "/api/video-processing/status?ids=q-1",
        ),
        ("video-cancel", "POST", "/api/video-processing/cancel/q-1"),
        ("embedding-start", "POST", "/api/embeddings/start"),
        ("embedding-status", "GET", "/api/embeddings/status/7"),
        ("embedding-status", "GET", "/api/embeddings/status?ids=7"),
        ("unknown", "GET", "/api/nonsense"),
        ("unknown", "PATCH", "/api/attachments"),
    ] {
        client
            .faults(json!({"on": operation, "fault": {"status": 500}}))
            .await?;
        assert_eq!(
            client.call(method, path).await?.status,
            500,
            "{method} {path}"
        );
        let requests = client.get("/control/requests").await?;
        let last = requests.as_array().and_then(|requests| requests.last());
        assert_eq!(last.map(|last| &last["operation"]), Some(&json!(operation)));
    }
    assert_eq!(client.get("/control/faults").await?, json!([]));
    Ok(())
}
