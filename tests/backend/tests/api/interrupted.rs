//! Interrupted uploads: received bytes count, and another client can continue.

use std::{error::Error, time::Duration};

use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    client::{Client, Done, VIDEO, form},
    tus::ABC,
};

#[tokio::test]
async fn bytes_received_before_the_connection_was_lost_count() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3_000_000).await?;
    let cut = json!({"cut_after_bytes": 1_234_567});
    client
        .faults(json!([
            {"on": "upload-part", "id": "u-1", "fault": cut},
            {"on": "upload", "fault": {"cut_after_bytes": 1_000}},
        ]))
        .await?;
    let bytes = vec![b'x'; 3_000_000];
    assert!(client.patch(&upload, 0, &bytes).await.is_err());
    assert_eq!(client.offset(&upload).await?, "1234567");
    let rest = client
        .patch(&upload, 1_234_567, &bytes[1_234_567..])
        .await?;
    assert_eq!(rest.header("attachment-id"), "1");
    let whole = form(&[("file", VIDEO, &bytes)])?;
    assert!(client.send(whole).await.is_err());
    let kept = client.get("/control/attachments").await?;
    let digest = "e55b8bdf621ddaa8f462c74745db9680d3bb7536a9cf854f8d6668b34a287890";
    assert_eq!(kept[0]["sha256"], digest);
    assert_eq!(kept.as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn lost_response_can_be_requested_again() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    client
        .faults(json!({"on": "upload-part", "fault": {"cut_after_bytes": 3}}))
        .await?;
    assert!(client.patch(&upload, 0, b"abc").await.is_err());
    let head = client.tus("HEAD", &upload).await?;
    assert_eq!(head.header("attachment-id"), "1");
    Ok(())
}

/// Sends the head of a part of `length` bytes and the first of them.
async fn begun(client: &Client, path: &str, length: usize) -> Result<TcpStream, Box<dyn Error>> {
    let mut socket = TcpStream::connect(client.address).await?;
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {length}\r\n\r\na"
    );
    socket.write_all(head.as_bytes()).await?;
    Ok(socket)
}

#[tokio::test]
async fn upload_is_locked_until_its_writer_disconnects() -> Done {
    let client = Client::start().await?;
    let upload = client.create(3).await?;
    let writer = begun(&client, &upload, 3).await?;
    while client.offset(&upload).await? != "1" {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(client.patch(&upload, 1, b"bc").await?.status, 423);
    drop(writer);
    let freed = async {
        loop {
            let answer = client.patch(&upload, 1, b"bc").await?;
            if answer.status != 423 {
                return Ok::<_, Box<dyn Error>>(answer);
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    let answer = timeout(Duration::from_secs(5), freed).await??;
    assert_eq!(answer.header("attachment-id"), "1");
    let kept = client.get("/control/attachments").await?;
    assert_eq!(kept[0]["sha256"], ABC);
    Ok(())
}
