//! Uploads by the tus protocol.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use reference_backend::server::Options;
use serde_json::{Value, json};

use crate::{
    client::{Client, Done},
    tus::{ABC, METADATA, UPLOADS, creation, tus},
};

#[tokio::test]
async fn server_reports_its_capabilities() -> Done {
    let client = Client::start().await?;
    for path in [UPLOADS, "/w/other/api/uploads"] {
        let answer = client.call("OPTIONS", path).await?;
        assert_eq!(answer.status, 204);
        for (name, value) in [
            ("tus-resumable", "1.0.0"),
            ("tus-version", "1.0.0"),
            ("tus-extension", "creation,termination"),
            ("tus-max-size", "200000000"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn page_of_another_origin_can_read_the_capabilities() -> Done {
    let client = Client::start().await?;
    let request = Request::options(UPLOADS).header("Origin", "http://page.example");
    let answer = client.send(request.body(Body::empty())?).await?;
    for (name, value) in [
        ("access-control-allow-origin", "http://page.example"),
        ("access-control-expose-headers", "tus-max-size"),
        ("tus-max-size", "200000000"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn last_byte_completes_the_attachment() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    assert_eq!(upload, "/api/uploads/u-1");
    let first = client.patch(&upload, 0, b"ab").await?;
    assert_eq!(
        (first.status.as_u16(), first.header("upload-offset")),
        (204, "2")
    );
    assert_eq!(first.header("attachment-id"), "");
    assert_eq!(client.get("/api/attachments").await?, json!([]));
    let last = client.patch(&upload, 2, b"c").await?;
    assert_eq!(last.header("attachment-id"), "1");
    let attachment = json!({
        "id": 1, "title": "Vortrag 🎥", "content_type": "video/mp4", "size": 3, "sha256": ABC
    });
    let kept = client.get("/control/attachments").await?;
    assert_eq!(kept, json!([attachment]));

    let head = client.tus("HEAD", &upload).await?;
    for (name, value) in [
        ("tus-resumable", "1.0.0"),
        ("upload-offset", "3"),
        ("upload-length", "3"),
        ("cache-control", "no-store"),
        ("attachment-id", "1"),
    ] {
        assert_eq!(head.header(name), value, "{name}");
    }
    let again = client.patch(&upload, 3, b"").await?;
    assert_eq!(again.header("attachment-id"), "1");
    assert_eq!(client.get("/control/attachments").await?, kept);
    let operations: Vec<Value> = match client.get("/control/requests").await? {
        Value::Array(requests) => requests.iter().map(|it| it["operation"].clone()).collect(),
        _ => Vec::new(),
    };
    let expected = [
        "upload-create",
        "upload-part",
        "list",
        "upload-part",
        "upload-offset",
        "upload-part",
    ];
    assert_eq!(operations, expected);
    Ok(())
}

#[tokio::test]
async fn upload_belongs_to_its_world() -> Done {
    let client = Client::start().await?;
    let created = tus("POST", "/w/a%20b/api/uploads")
        .header("upload-length", "3")
        .header("upload-metadata", METADATA);
    let created = client.send(created.body(Body::empty())?).await?;
    let location = created.header("location");
    assert_eq!(location, "/w/a%20b/api/uploads/u-1");
    assert_eq!(client.offset(location).await?, "0");
    let elsewhere = client.tus("HEAD", "/api/uploads/u-1").await?;
    assert_eq!(elsewhere.status, 404);
    Ok(())
}

#[tokio::test]
async fn creation_is_idempotent_and_returns_the_offset() -> Done {
    let client = Client::start().await?;
    let create = async |length: &str| {
        let request = creation(length).header("idempotency-key", "k");
        client.send(request.body(Body::empty())?).await
    };
    let first = create("3").await?;
    let location = first.header("location").to_owned();
    client.patch(&location, 0, b"ab").await?;
    let second = create("3").await?;
    assert_eq!(
        (second.header("location"), second.header("upload-offset")),
        (location.as_str(), "2")
    );
    assert_eq!(create("4").await?.status, 422);
    client.tus("DELETE", &location).await?;
    assert_ne!(create("3").await?.header("location"), location);
    Ok(())
}

#[tokio::test]
async fn requests_that_do_not_follow_tus_are_refused() -> Done {
    let client = Client::start_with(Options {
        upload_limit: 1_000,
        ..Options::default()
    })
    .await?;
    let upload = client.create(3).await?;
    for (method, path) in [
        ("POST", UPLOADS),
        ("HEAD", &upload),
        ("PATCH", &upload),
        ("DELETE", &upload),
    ] {
        for version in [None, Some("0.2.2")] {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(version) = version {
                request = request.header("tus-resumable", version);
            }
            let answer = client.send(request.body(Body::empty())?).await?;
            assert_eq!(answer.status, 412, "{method} {version:?}");
            assert_eq!(answer.header("tus-version"), "1.0.0");
        }
    }
    for (length, status) in [("0", 422), ("1001", 413), ("", 400), ("+3", 400)] {
        let refused = client.send(creation(length).body(Body::empty())?).await?;
        assert_eq!(refused.status, status, "{length}");
    }
    for (metadata, status) in [("title ?", 400), ("", 400), ("filename YQ==", 201)] {
        let request = tus("POST", UPLOADS)
            .header("upload-length", "3")
            .header("upload-metadata", metadata);
        let answer = client.send(request.body(Body::empty())?).await?;
        assert_eq!(answer.status, status, "{metadata}");
    }
    Ok(())
}

#[tokio::test]
async fn part_at_a_wrong_offset_is_refused_and_changes_nothing() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    client.patch(&upload, 0, b"a").await?;
    let large = vec![b'x'; 4_000_000];
    for (offset, bytes, status) in [
        (0, &b"b"[..], 409),
        (2, b"b", 409),
        (0, &large, 409),
        (1, &large, 413),
    ] {
        let refused = client.patch(&upload, offset, bytes).await?;
        assert_eq!(refused.status, status, "{offset}");
        assert_eq!(refused.header("tus-resumable"), "1.0.0");
    }
    let unsaid = tus("PATCH", &upload).header("upload-offset", "1");
    let unsaid = client.send(unsaid.body(Body::from("b"))?).await?;
    assert_eq!(unsaid.status, 415);
    let lost = client.patch("/api/uploads/u-9", 0, b"a").await?;
    assert_eq!(lost.status, 404);
    assert_eq!(client.offset(&upload).await?, "1");
    Ok(())
}

#[tokio::test]
async fn discarded_upload_is_deleted_but_not_its_attachment() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    client.patch(&upload, 0, b"ab").await?;
    assert_eq!(client.tus("DELETE", &upload).await?.status, 204);
    for method in ["HEAD", "DELETE"] {
        assert_eq!(client.tus(method, &upload).await?.status, 410, "{method}");
    }
    assert_eq!(client.patch(&upload, 2, b"c").await?.status, 410);
    assert_eq!(client.get("/api/attachments").await?, json!([]));

    let upload = client.create(3).await?;
    client.patch(&upload, 0, b"abc").await?;
    assert_eq!(client.tus("DELETE", &upload).await?.status, 204);
    assert_eq!(client.get("/api/attachments").await?[0]["id"], 1);
    Ok(())
}

#[tokio::test]
async fn part_is_throttled_as_planned() -> Done {
    let client = Client::start().await?;
    client
        .plan(json!({"upload_bytes_per_second": 2_000_000}))
        .await?;
    let upload = client.create(400_000).await?;
    let began = Instant::now();
    client.patch(&upload, 0, &vec![b'x'; 400_000]).await?;
    assert!(began.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn every_upload_operation_can_encounter_a_fault() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    for (operation, method, path) in [
        ("upload-create", "POST", UPLOADS),
        ("upload-offset", "HEAD", &upload),
        ("upload-part", "PATCH", &upload),
        ("upload-discard", "DELETE", &upload),
    ] {
        client
            .faults(json!({"on": operation, "fault": {"status": 500}}))
            .await?;
        let answer = client.tus(method, path).await?;
        assert_eq!(answer.status, 500, "{operation}");
    }
    assert_eq!(client.get("/control/faults").await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn page_of_another_origin_can_send_parts() -> Done {
    let client = Client::start().await?;
    let preflight = Request::options("/api/uploads/u-1")
        .header("origin", "http://page.example")
        .header("access-control-request-method", "PATCH");
    let answer = client.send(preflight.body(Body::empty())?).await?;
    assert_eq!(answer.header("access-control-allow-methods"), "PATCH");
    Ok(())
}
