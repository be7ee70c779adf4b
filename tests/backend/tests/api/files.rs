//! The page that the server serves, and shutdown.

use std::{fs, path::PathBuf, time::Duration};

use axum::http::HeaderValue;
use reference_backend::server::{Options, Server};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    time::timeout,
};

use crate::client::{Client, Done};

/// A temporary folder of one test.
fn folder(name: &str) -> PathBuf {
    [env!("CARGO_TARGET_TMPDIR"), name].iter().collect()
}

#[tokio::test]
async fn folder_is_served_with_media_types_and_policy() -> Done {
    let dir = folder("page");
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("index.html"), "<title>page</title>")?;
    fs::write(dir.join("app_bg.wasm"), b"\0asm")?;
    fs::write(dir.join("app.js"), "export {}")?;
    fs::write(dir.join("style.css"), "")?;
    let policy = "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";
    let options = Options {
        dir: Some(dir),
        csp: Some(HeaderValue::from_static(policy)),
        ..Options::default()
    };
    let client = Client::start_with(options).await?;
    for (path, content_type) in [
        ("/", "text/html"),
        ("/?backend=http&base=/w/a/api", "text/html"),
        ("/app_bg.wasm", "application/wasm"),
        ("/app.js", "text/javascript"),
        ("/style.css", "text/css"),
    ] {
        let answer = client.call("GET", path).await?;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), content_type);
        assert_eq!(answer.header("content-security-policy"), policy);
    }
    for path in ["/missing.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        assert_eq!(client.call("GET", path).await?.status, 404, "{path}");
    }
    let api = client.call("GET", "/api/attachments").await?;
    assert_eq!(
        (api.text.as_str(), api.header("content-security-policy")),
        ("[]", "")
    );
    Ok(())
}

#[tokio::test]
async fn only_the_api_exists_without_a_folder() -> Done {
    let client = Client::start().await?;
    assert_eq!(client.call("GET", "/").await?.status, 404);
    let missing = Options {
        port: 0,
        dir: Some(folder("missing")),
        ..Options::default()
    };
    assert!(Server::bind(missing).is_err());
    Ok(())
}

#[tokio::test]
async fn server_ends_while_a_request_stalls() -> Done {
    let server = Server::bind(Options {
        port: 0,
        ..Options::default()
    })?;
    let client = Client {
        address: server.address(),
    };
    let (end, ended) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        let _ = ended.await;
    }));
    client
        .faults(serde_json::json!({"on": "list", "fault": "stall"}))
        .await?;
    let mut stalled = TcpStream::connect(client.address).await?;
    stalled
        .write_all(b"GET /api/attachments HTTP/1.1\r\nhost: x\r\n\r\n")
        .await?;
    while client.get("/control/requests").await? == serde_json::json!([]) {}
    drop(end);
    timeout(Duration::from_secs(3), running).await??;
    assert_eq!(stalled.read(&mut [0; 1]).await?, 0);
    Ok(())
}
