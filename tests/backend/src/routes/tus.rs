//! Resumable uploads by the tus protocol, version 1.0.0: core, creation and termination.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    extract::{FromRequestParts, Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, head, options, patch, post},
};
use background_tasks_server_model::{NewUpload, Position};
use futures_util::StreamExt;
use serde::Deserialize;

use crate::{
    error::ApiError,
    operation::Operation,
    routes::{
        Addressed, Backend,
        idempotency::idempotency_key,
        intercept::{discard, watched},
        pace::slowed_down,
    },
    upload_metadata,
    world::World,
};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const PART: &str = "application/offset+octet-stream";

/// The version of the protocol, in every request and response.
pub const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
/// The number of bytes that the server has.
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// The size of the complete upload.
pub const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// The attachment of a complete upload. This header is not part of tus, but of this API.
pub const ATTACHMENT_ID: HeaderName = HeaderName::from_static("attachment-id");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
/// The most bytes that an upload may have.
pub const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");

/// The routes below `/api/uploads`.
pub fn router() -> Router<Backend> {
    use Operation::{UploadCreate, UploadDiscard, UploadOffset, UploadPart};
    let one = "/uploads/{id}";
    Router::new()
        .route("/uploads", spoken(UploadCreate, post(create)))
        // Independent of the server's state, so it is not logged, like a preflight.
        .route("/uploads", options(abilities))
        .route(one, spoken(UploadOffset, head(offset)))
        .route(one, spoken(UploadPart, patch(part)))
        .route(one, spoken(UploadDiscard, delete(remove)))
}

/// A logged route whose requests and responses contain the version of the protocol.
fn spoken(operation: Operation, route: MethodRouter<Backend>) -> MethodRouter<Backend> {
    watched(operation, route.route_layer(middleware::from_fn(speak)))
}

async fn speak(request: Request, next: Next) -> Response {
    let mut response = if request.headers().get(TUS_RESUMABLE) == Some(&VERSION) {
        next.run(request).await
    } else {
        discard(request.into_body()).await;
        let message = "the request is not by version 1.0.0 of tus";
        let refusal = ApiError::new(StatusCode::PRECONDITION_FAILED, message);
        ([(TUS_VERSION, VERSION)], refusal).into_response()
    };
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    response
}

/// `OPTIONS uploads`
async fn abilities(State(backend): State<Backend>) -> impl IntoResponse {
    let extensions = HeaderValue::from_static("creation,termination");
    let headers = [
        (TUS_RESUMABLE, VERSION),
        (TUS_VERSION, VERSION),
        (TUS_EXTENSION, extensions),
        (TUS_MAX_SIZE, HeaderValue::from(backend.upload_limit)),
    ];
    (StatusCode::NO_CONTENT, headers)
}

/// `POST uploads`
async fn create(
    Extension(at): Extension<Addressed>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let upload = new_upload(&headers)?;
    let key = idempotency_key(&headers);
    let mut state = at.world.state();
    let now = state.now();
    let id = state.server.create_upload(upload, key.as_deref(), now)?;
    // With a repeated key, parts of the upload may have arrived.
    let position = state.server.upload_position(&id)?;
    drop(state);
    let location = format!("{}/{id}", at.received.path().trim_end_matches('/'));
    let location = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, location, told(position)).into_response())
}

fn new_upload(headers: &HeaderMap) -> Result<NewUpload, ApiError> {
    let length = number(headers, &UPLOAD_LENGTH)?;
    let written = headers.get(UPLOAD_METADATA).map(HeaderValue::to_str);
    let written = written
        .transpose()
        .map_err(|_| "Upload-Metadata is no text".to_owned());
    let mut metadata = written
        .and_then(|written| upload_metadata::parse(written.unwrap_or_default()))
        .map_err(ApiError::bad_request)?;
    let mut take = |name| metadata.remove(name).filter(|value| !value.is_empty());
    let title = take("title").or_else(|| take("filename"));
    Ok(NewUpload {
        length,
        title: title.ok_or_else(|| ApiError::bad_request("neither title nor file name"))?,
        content_type: take("filetype").unwrap_or_else(|| "application/octet-stream".to_owned()),
    })
}

/// The only id in a path, decoded.
#[derive(FromRequestParts, Deserialize)]
#[from_request(via(Path), rejection(ApiError))]
struct Id(String);

/// `HEAD uploads/{id}`
async fn offset(Extension(at): Extension<Addressed>, Id(id): Id) -> Result<Response, ApiError> {
    let position = at.world.state().server.upload_position(&id)?;
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CACHE_CONTROL, no_store)], told(position)).into_response())
}

/// `DELETE uploads/{id}`
async fn remove(Extension(at): Extension<Addressed>, Id(id): Id) -> Result<StatusCode, ApiError> {
    at.world.state().terminate_upload(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH uploads/{id}`
async fn part(
    Extension(at): Extension<Addressed>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let writer = match claimed(at.world, id, &headers) {
        Ok(writer) => writer,
        Err(refusal) => {
            discard(body).await;
            return Err(refusal);
        }
    };
    let rate = writer.world.state().plan().upload_bytes_per_second;
    let mut chunks = slowed_down(body, rate).into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The bytes that were received before the connection was lost count.
        let chunk = chunk.map_err(|_| ApiError::bad_request("the body broke off"))?;
        let appended = writer.world.state().append(&writer.id, &chunk);
        if let Err(refusal) = appended {
            while let Some(Ok(_)) = chunks.next().await {}
            return Err(refusal.into());
        }
    }
    let position = writer.world.state().server.upload_position(&writer.id)?;
    Ok((StatusCode::NO_CONTENT, told(position)).into_response())
}

fn claimed(world: Arc<World>, id: String, headers: &HeaderMap) -> Result<Writer, ApiError> {
    let content_type = headers.get(header::CONTENT_TYPE);
    if content_type.is_none_or(|content_type| content_type.as_bytes() != PART.as_bytes()) {
        let message = format!("a part is of the type {PART}");
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let offset = number(headers, &UPLOAD_OFFSET)?;
    let mut state = world.state();
    let now = state.now();
    state.server.claim_upload(&id, offset, now)?;
    drop(state);
    Ok(Writer { world, id })
}

/// The lock of an upload. It is dropped with the request when its client disconnects, so that another
/// request can continue.
struct Writer {
    world: Arc<World>,
    id: String,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.world.state().server.release_upload(&self.id);
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ApiError> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    // `parse` accepts a sign, which the protocol does not have.
    text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| ApiError::bad_request(format!("{name} is no number of bytes")))
}

fn told(position: Position) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, position.offset.into());
    headers.insert(UPLOAD_LENGTH, position.length.into());
    if let Some(attachment_id) = position.attachment {
        headers.insert(ATTACHMENT_ID, attachment_id.into());
    }
    headers
}
