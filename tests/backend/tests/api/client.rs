//! A simple client: one connection per request, no retries.

use std::{error::Error, net::SocketAddr};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header::CONTENT_TYPE},
};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use reference_backend::server::{Options, Server};
use serde_json::Value;
use tokio::net::TcpStream;

pub type Done = Result<(), Box<dyn Error>>;

/// The server of one test.
pub struct Client {
    pub address: SocketAddr,
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(&self.text)
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

impl Client {
    /// Starts a server that ends with the test.
    pub async fn start() -> Result<Self, Box<dyn Error>> {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Result<Self, Box<dyn Error>> {
        let server = Server::bind(Options { port: 0, ..options })?;
        let address = server.address();
        tokio::spawn(server.run(std::future::pending()));
        Ok(Self { address })
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Answer, Box<dyn Error>> {
        let stream = TokioIo::new(TcpStream::connect(self.address).await?);
        let (mut sender, connection) = handshake(stream).await?;
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await;
        drop(sender);
        let (head, body) = response?.into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await?;
        connection.abort();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec())?,
        })
    }

    /// A request without a body.
    pub async fn call(&self, method: &str, path: &str) -> Result<Answer, Box<dyn Error>> {
        let request = Request::builder().method(method).uri(path);
        self.send(request.body(Body::empty())?).await
    }

    pub async fn get(&self, path: &str) -> Result<Value, Box<dyn Error>> {
        let answer = self.call("GET", path).await?;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        Ok(answer.json()?)
    }

    /// A request with JSON in its body.
    pub async fn json(
        &self,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Answer, Box<dyn Error>> {
        self.keyed(method, path, body, None).await
    }

    /// A request with JSON in its body and an `Idempotency-Key`.
    pub async fn keyed(
        &self,
        method: &str,
        path: &str,
        body: Value,
        key: Option<&str>,
    ) -> Result<Answer, Box<dyn Error>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    pub async fn plan(&self, plan: Value) -> Done {
        let answer = self.json("PUT", "/control/plan", plan).await?;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Ok(())
    }

    pub async fn faults(&self, rules: Value) -> Done {
        let answer = self.json("POST", "/control/faults", rules).await?;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Ok(())
    }
}

/// A form: each part's name, its further header text, and its content.
pub fn form(parts: &[(&str, &str, &[u8])]) -> Result<Request<Body>, axum::http::Error> {
    let mut body = Vec::new();
    for (name, more, content) in parts {
        let head =
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    Request::post("/api/attachments")
        .header(CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(body))
}

/// The further header text of a video named `talk.mp4`.
pub const VIDEO: &str = "; filename=\"talk.mp4\"\r\ncontent-type: video/mp4";
