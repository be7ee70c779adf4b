//! Requests of the tus protocol.

use std::error::Error;

use axum::{
    body::Body,
    http::{Request, request::Builder},
};

use crate::client::{Answer, Client};

pub const UPLOADS: &str = "/api/uploads";
pub const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
/// `talk.mp4`, `video/mp4` and `Vortrag 🎥`.
pub const METADATA: &str = "filename dGFsay5tcDQ=,filetype dmlkZW8vbXA0,title Vm9ydHJhZyDwn46l";

pub fn tus(method: &str, path: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0")
}

pub fn creation(length: &str) -> Builder {
    tus("POST", UPLOADS)
        .header("upload-length", length)
        .header("upload-metadata", METADATA)
}

impl Client {
    pub async fn create(&self, length: usize) -> Result<String, Box<dyn Error>> {
        let answer = self
            .send(creation(&length.to_string()).body(Body::empty())?)
            .await?;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Ok(answer.header("location").to_owned())
    }

    pub async fn patch(
        &self,
        path: &str,
        offset: usize,
        bytes: &[u8],
    ) -> Result<Answer, Box<dyn Error>> {
        let request = tus("PATCH", path)
            .header("upload-offset", offset.to_string())
            .header("content-type", "application/offset+octet-stream");
        self.send(request.body(Body::from(bytes.to_vec()))?).await
    }

    pub async fn tus(&self, method: &str, path: &str) -> Result<Answer, Box<dyn Error>> {
        self.send(tus(method, path).body(Body::empty())?).await
    }

    pub async fn offset(&self, path: &str) -> Result<String, Box<dyn Error>> {
        let answer = self.tus("HEAD", path).await?;
        assert_eq!(answer.status, 200);
        Ok(answer.header("upload-offset").to_owned())
    }
}
