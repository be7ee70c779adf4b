//! The control of a world: its plan, its faults and its requests.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{delete, get},
};
use background_tasks_server_model::{FaultRule, VIDEO};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, from_slice, from_value, json};

use crate::{
    error::ApiError,
    faults::Rule,
    plan::Plan,
    routes::{Addressed, Backend},
    world::State as WorldState,
};

/// The routes below `/control`.
pub fn router(backend: &Backend) -> Router {
    Router::new()
        .route("/plan", get(plan).put(set_plan))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/attachments", get(attachments))
        .route("/jobs", get(jobs))
        .route("/world", delete(reset))
        .fallback(async || ApiError::new(StatusCode::NOT_FOUND, "there is no such control"))
        .with_state(backend.clone())
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    from_value(value).map_err(|error| ApiError::unprocessable(error.to_string()))
}

fn json_body(body: &Bytes) -> Result<Value, ApiError> {
    from_slice(body).map_err(|error| ApiError::bad_request(error.to_string()))
}

async fn plan(Extension(at): Extension<Addressed>) -> Json<Plan> {
    Json(at.world.state().plan().clone())
}

async fn set_plan(
    Extension(at): Extension<Addressed>,
    body: Bytes,
) -> Result<Json<Plan>, ApiError> {
    let plan: Plan = parsed(json_body(&body)?)?;
    at.world.state().set_plan(plan.clone());
    Ok(Json(plan))
}

async fn faults(Extension(at): Extension<Addressed>) -> Json<Value> {
    Json(waiting(&at.world.state()))
}

/// Adds one rule or a list, and responds with all rules.
async fn add_faults(
    State(backend): State<Backend>,
    Extension(at): Extension<Addressed>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let rules: Vec<Rule> = match json_body(&body)? {
        list @ Value::Array(_) => parsed(list)?,
        one => vec![parsed(one)?],
    };
    let mut state = at.world.state();
    for rule in rules {
        state.add_fault(FaultRule::from(rule), &backend.connections);
    }
    Ok(Json(waiting(&state)))
}

fn waiting(state: &WorldState) -> Value {
    let rules = state.server.faults().iter().map(Rule::from);
    json!(rules.collect::<Vec<_>>())
}

async fn clear_faults(Extension(at): Extension<Addressed>) -> StatusCode {
    at.world.state().clear_faults();
    StatusCode::NO_CONTENT
}

async fn requests(Extension(at): Extension<Addressed>) -> Json<Value> {
    Json(json!(at.world.state().requests.iter().collect::<Vec<_>>()))
}

async fn clear_requests(Extension(at): Extension<Addressed>) -> StatusCode {
    at.world.state().requests.clear();
    StatusCode::NO_CONTENT
}

/// The attachments with the digests of their bytes.
async fn attachments(Extension(at): Extension<Addressed>) -> Json<Value> {
    let state = at.world.state();
    let attachments = state.server.attachments().map(|attachment| {
        json!({
            "id": attachment.id,
            "title": attachment.title,
            "content_type": attachment.content_type,
            "size": attachment.size,
            "sha256": attachment.digest,
        })
    });
    Json(attachments.collect())
}

/// The jobs: the attachment of each, the number of status requests and events, and its state.
async fn jobs(Extension(at): Extension<Addressed>) -> Json<Value> {
    let (mut videos, mut embeddings) = (Map::new(), Map::new());
    let state = at.world.state();
    for job in state.server.jobs(state.now()) {
        let jobs = if job.endpoint == VIDEO {
            &mut videos
        } else {
            &mut embeddings
        };
        let shown = json!({
            "attachment_id": job.attachment,
            "checks": job.checks,
            "pushes": job.pushes,
            "state": job.status.as_str(),
        });
        jobs.insert(job.key.to_owned(), shown);
    }
    Json(json!({ "video": videos, "embedding": embeddings }))
}

async fn reset(State(backend): State<Backend>, Extension(at): Extension<Addressed>) -> StatusCode {
    backend.worlds.reset(&at.name);
    StatusCode::NO_CONTENT
}
