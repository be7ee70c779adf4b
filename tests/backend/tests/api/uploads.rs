//! Attachments: upload, list, delete.

use std::time::{Duration, Instant};

use axum::http::HeaderValue;
use reference_backend::server::Options;
use serde_json::json;

use crate::client::{Client, Done, VIDEO, form};

#[tokio::test]
async fn file_is_stored_listed_and_deleted() -> Done {
    let client = Client::start().await?;
    let upload = form(&[
        ("title", "", "Vortrag 🎥".as_bytes()),
        ("file", VIDEO, b"abc"),
    ])?;
    let answer = client.send(upload).await?;
    assert_eq!(answer.status, 201);
    let attachment =
        json!({"id": 1, "title": "Vortrag 🎥", "content_type": "video/mp4", "size": 3});
    assert_eq!(answer.json()?, attachment);
    assert_eq!(client.get("/api/attachments").await?, json!([attachment]));
    let kept = client.get("/control/attachments").await?;
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(kept[0]["sha256"], abc);

    let deleted = client.call("DELETE", "/api/attachments/1").await?;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    assert_eq!(client.get("/api/attachments").await?, json!([]));
    let again = client.call("DELETE", "/api/attachments/1").await?;
    assert_eq!(again.status, 404);
    assert_eq!(
        again.json()?,
        json!({"error": "there is no attachment \"1\""})
    );
    Ok(())
}

#[tokio::test]
async fn title_is_the_file_name_by_default() -> Done {
    let client = Client::start().await?;
    let answer = client.send(form(&[("file", VIDEO, b"abc")])?).await?;
    assert_eq!(answer.json()?["title"], "talk.mp4");
    Ok(())
}

#[tokio::test]
async fn invalid_upload_is_refused_with_a_message() -> Done {
    let options = Options {
        upload_limit: 1_000_000,
        ..Options::default()
    };
    let client = Client::start_with(options).await?;
    let large = vec![b'x'; 4_000_000];
    for (parts, status, message) in [
        (&[("title", "", &b"t"[..])][..], 400, "the form has no file"),
        (&[("file", VIDEO, b"")], 422, "the file is empty"),
        (
            &[("file", VIDEO, &large)],
            413,
            "the file is larger than 1000000 bytes",
        ),
        (
            &[("file", VIDEO, b"x"), ("title", "", b"\xff")],
            400,
            "the title is not UTF-8",
        ),
        (
            &[("file", VIDEO, b"x"), ("title", "", &large)],
            422,
            "the title is too long",
        ),
    ] {
        let answer = client.send(form(parts)?).await?;
        assert_eq!(answer.status, status, "{message}");
        assert_eq!(answer.json()?, json!({ "error": message }));
    }
    let no_form = client.json("POST", "/api/attachments", json!({})).await?;
    assert_eq!(no_form.status, 400);
    assert!(no_form.json()?["error"].is_string());
    assert_eq!(client.get("/api/attachments").await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn upload_is_idempotent() -> Done {
    let client = Client::start().await?;
    let upload = |key, content: &[u8]| {
        let mut upload = form(&[("file", VIDEO, content)])?;
        let key = HeaderValue::from_static(key);
        upload.headers_mut().insert("idempotency-key", key);
        Ok::<_, axum::http::Error>(upload)
    };
    let first = client.send(upload("k", b"abc")?).await?;
    let second = client.send(upload("k", b"abc")?).await?;
    assert_eq!(
        (second.status.as_u16(), second.json()?),
        (201, first.json()?)
    );
    assert_eq!(client.send(upload("l", b"abc")?).await?.json()?["id"], 2);
    assert_eq!(client.send(upload("k", b"other")?).await?.status, 422);
    Ok(())
}

#[tokio::test]
async fn upload_is_throttled_as_planned() -> Done {
    let client = Client::start().await?;
    client
        .plan(json!({"upload_bytes_per_second": 2_000_000}))
        .await?;
    let began = Instant::now();
    let answer = client
        .send(form(&[("file", VIDEO, &vec![b'x'; 400_000])])?)
        .await?;
    assert_eq!(answer.json()?["size"], 400_000);
    assert!(began.elapsed() >= Duration::from_millis(200));
    Ok(())
}
