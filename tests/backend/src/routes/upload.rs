//! Receives a form with a file, up to the limit.

use axum::{
    Extension, Json,
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::StatusCode,
};
use background_tasks_server_model::NewAttachment;
use sha2::{Digest, Sha256};

use crate::{
    error::ApiError,
    routes::{
        Addressed, Backend, attachment::Attachment, idempotency::idempotency_key, pace::slowed_down,
    },
    world::hex,
};

/// The most bytes of a title.
const TITLE_LIMIT: usize = 16 * 1024;

/// `POST attachments`
pub async fn upload(
    State(backend): State<Backend>,
    Extension(at): Extension<Addressed>,
    request: Request,
) -> Result<(StatusCode, Json<Attachment>), ApiError> {
    let key = idempotency_key(request.headers());
    let rate = at.world.state().plan().upload_bytes_per_second;
    let request = request.map(|body| slowed_down(body, rate));
    let multipart = Multipart::from_request(request, &()).await?;
    let new = read(multipart, backend.upload_limit).await?;
    let mut state = at.world.state();
    let now = state.now();
    let attachment = state.server.create_attachment(new, key.as_deref(), now)?;
    Ok((StatusCode::CREATED, Json((&*attachment).into())))
}

/// Reads the whole form, even if it will be refused: an earlier response would not reach a client
/// that is still sending.
async fn read(mut multipart: Multipart, limit: u64) -> Result<NewAttachment, ApiError> {
    let mut title = None;
    let mut file: Option<File> = None;
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("file") => file = Some(File::read(field, limit).await?),
            Some("title") => title = Some(text(field).await?),
            Some(_) | None => {}
        }
    }
    let file = file.ok_or_else(|| ApiError::bad_request("the form has no file"))?;
    let title = title.filter(|title| !title.is_empty()).or(file.name);
    let title = title.ok_or_else(|| ApiError::bad_request("neither title nor file name"))?;
    Ok(NewAttachment {
        title,
        content_type: file.content_type,
        size: file.size,
        digest: Some(file.sha256),
    })
}

struct File {
    name: Option<String>,
    content_type: String,
    size: u64,
    sha256: String,
}

impl File {
    /// Reads the file to its end. Its digest is that of the bytes within the limit.
    async fn read(mut field: Field<'_>, limit: u64) -> Result<Self, ApiError> {
        let name = field.file_name().map(str::to_owned);
        let content_type = field
            .content_type()
            .unwrap_or("application/octet-stream")
            .to_owned();
        let mut size: u64 = 0;
        let mut digest = Sha256::new();
        while let Some(chunk) = field.chunk().await? {
            size = size.saturating_add(chunk.len() as u64);
            if size <= limit {
                digest.update(&chunk);
            }
        }
        Ok(Self {
            name,
            content_type,
            size,
            sha256: hex(digest),
        })
    }
}

async fn text(mut field: Field<'_>) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len().saturating_add(chunk.len()) > TITLE_LIMIT {
            return Err(ApiError::unprocessable("the title is too long"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| ApiError::bad_request("the title is not UTF-8"))
}
