//! The HTTP API that `docs/http-api.md` describes.

use std::collections::BTreeMap;

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, RawQuery},
    handler::Handler,
    http::{HeaderMap, StatusCode},
    middleware,
    routing::{delete, get, post},
};
use background_tasks_server_model::{EMBEDDINGS, VIDEO};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    error::ApiError,
    ids::{self, JsonId},
    operation::Operation,
    routes::{
        Addressed, Backend,
        attachment::Attachment,
        events::events,
        idempotency::idempotency_key,
        intercept::{intercept, watched},
        tus,
        upload::upload,
    },
};

/// The routes below `/api`.
pub fn router(backend: &Backend) -> Router {
    use Operation::{
        Delete, EmbeddingStart, EmbeddingStatus, Events, List, Unknown, Upload, VideoCancel,
        VideoStart, VideoStatus,
    };
    let unknown = middleware::from_fn_with_state(Unknown, intercept);
    Router::new()
        .route("/attachments", watched(List, get(list)))
        .route(
            "/attachments",
            watched(Upload, post(upload.layer(DefaultBodyLimit::disable()))),
        )
        .route("/attachments/{id}", watched(Delete, delete(remove)))
        .route(
            "/video-processing/start",
            watched(VideoStart, post(start_video)),
        )
        .route(
            "/video-processing/status/{queue_id}",
            watched(VideoStatus, get(video_status)),
        )
        .route(
            "/video-processing/status",
            watched(VideoStatus, get(video_statuses)),
        )
        .route(
            "/video-processing/cancel/{queue_id}",
            watched(VideoCancel, post(cancel_video)),
        )
        .route(
            "/embeddings/start",
            watched(EmbeddingStart, post(start_embedding)),
        )
        .route(
            "/embeddings/status/{attachment_id}",
            watched(EmbeddingStatus, get(embedding_status)),
        )
        .route(
            "/embeddings/status",
            watched(EmbeddingStatus, get(embedding_statuses)),
        )
        .route("/events", watched(Events, get(events)))
        .merge(tus::router())
        .fallback(not_found.layer(unknown.clone()))
        .method_not_allowed_fallback(not_allowed.layer(unknown))
        .with_state(backend.clone())
}

/// The only id in a path, decoded.
#[derive(FromRequestParts, Deserialize)]
#[from_request(via(Path), rejection(ApiError))]
struct Id(String);

/// The body of the two start requests.
#[derive(FromRequest, Deserialize)]
#[from_request(via(Json), rejection(ApiError))]
struct Start {
    attachment_id: JsonId,
}

async fn list(Extension(at): Extension<Addressed>) -> Json<Vec<Attachment>> {
    let state = at.world.state();
    let attachments = state.server.attachments();
    Json(attachments.map(Attachment::from).collect())
}

async fn remove(
    Extension(at): Extension<Addressed>,
    Id(attachment_id): Id,
) -> Result<StatusCode, ApiError> {
    let mut state = at.world.state();
    state.server.delete_attachment(&attachment_id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn start_video(
    Extension(at): Extension<Addressed>,
    headers: HeaderMap,
    start: Start,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let queue_id = started(&at, VIDEO, &headers, start)?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "queue_id": queue_id }))))
}

async fn start_embedding(
    Extension(at): Extension<Addressed>,
    headers: HeaderMap,
    start: Start,
) -> Result<StatusCode, ApiError> {
    started(&at, EMBEDDINGS, &headers, start)?;
    Ok(StatusCode::ACCEPTED)
}

fn started(
    at: &Addressed,
    endpoint: &str,
    headers: &HeaderMap,
    start: Start,
) -> Result<Option<String>, ApiError> {
    let key = idempotency_key(headers);
    let attachment_id = String::from(start.attachment_id);
    let mut state = at.world.state();
    let now = state.now();
    let started = state
        .server
        .start_job(endpoint, &attachment_id, key.as_deref(), now)?;
    Ok(started.key)
}

async fn cancel_video(
    Extension(at): Extension<Addressed>,
    Id(queue_id): Id,
) -> Result<StatusCode, ApiError> {
    let mut state = at.world.state();
    let now = state.now();
    state.server.cancel(VIDEO, &queue_id, now)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn video_status(
    Extension(at): Extension<Addressed>,
    Id(queue_id): Id,
) -> Result<Json<Value>, ApiError> {
    let status = at.world.state().check(VIDEO, &queue_id);
    let status = status.ok_or_else(|| ApiError::unknown("video job", &queue_id))?;
    Ok(Json(status))
}

async fn embedding_status(
    Extension(at): Extension<Addressed>,
    Id(attachment_id): Id,
) -> Result<Json<Value>, ApiError> {
    let status = at.world.state().check(EMBEDDINGS, &attachment_id);
    let status = status.ok_or_else(|| ApiError::unknown("embedding job of", &attachment_id))?;
    Ok(Json(status))
}

async fn video_statuses(
    Extension(at): Extension<Addressed>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    statuses(&at, VIDEO, query.as_deref())
}

async fn embedding_statuses(
    Extension(at): Extension<Addressed>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    statuses(&at, EMBEDDINGS, query.as_deref())
}

/// The statuses of several jobs. Ids without a job are left out.
fn statuses(at: &Addressed, endpoint: &str, query: Option<&str>) -> Result<Json<Value>, ApiError> {
    let mut state = at.world.state();
    if !state.plan().batch {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "this server answers for one job at a time",
        ));
    }
    let ids = query
        .and_then(ids::in_query)
        .ok_or_else(|| ApiError::bad_request("the query has no ids"))?;
    let statuses: BTreeMap<_, _> = ids
        .into_iter()
        .filter_map(|id| state.check(endpoint, &id).map(|status| (id, status)))
        .collect();
    Ok(Json(json!(statuses)))
}

async fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "the API has no such path")
}

async fn not_allowed() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this path is not for this method",
    )
}
