//! The routes of the server.

pub mod api;
pub mod attachment;
pub mod control;
pub mod events;
pub mod idempotency;
pub mod intercept;
pub mod pace;
pub mod tus;
pub mod upload;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderValue, Method, Uri,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, LOCATION,
            ORIGIN, RETRY_AFTER,
        },
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower::{Layer, ServiceExt};
use tower_http::{cors::CorsLayer, set_header::SetResponseHeaderLayer};

use crate::{
    connections::Connections,
    error::ApiError,
    world::World,
    worlds::{self, WorldName, Worlds},
};

/// State that all routes share.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The worlds by name.
    pub worlds: Worlds,
    /// Whether connections are reused.
    pub connections: Connections,
    /// The most bytes that a file may have.
    pub upload_limit: u64,
}

/// The target of a request, for every handler.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The world's name.
    pub name: WorldName,
    /// The world.
    pub world: Arc<World>,
    /// The URL as it was received.
    pub received: Uri,
}

/// The API and its control in every world; all other paths are served by `files`.
pub fn router(backend: &Backend, files: Router) -> Router {
    let no_store =
        SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let dynamic = Router::new()
        .nest("/api", api::router(backend))
        .nest("/control", control::router(backend))
        .layer(no_store);
    let inside_a_world = dynamic.fallback_service(files);
    // The world is removed from the path before the router matches it.
    let entered =
        middleware::from_fn_with_state(backend.worlds.clone(), enter_world).layer(inside_a_world);
    let any_origin = CorsLayer::very_permissive().expose_headers([
        RETRY_AFTER,
        LOCATION,
        tus::TUS_RESUMABLE,
        tus::TUS_MAX_SIZE,
        tus::UPLOAD_OFFSET,
        tus::UPLOAD_LENGTH,
        tus::ATTACHMENT_ID,
    ]);
    let without_preflights = Router::new().fallback_service(entered);
    let inside = without_preflights.clone().layer(any_origin);
    let plain_options = middleware::from_fn_with_state(without_preflights, plain_options);
    Router::new().fallback_service(inside).layer(plain_options)
}

/// Handles an OPTIONS request that is not a preflight before the CORS layer, which takes every one
/// for a preflight. A page of another origin may read the response as well.
async fn plain_options(State(inside): State<Router>, request: Request, next: Next) -> Response {
    let is_preflight = request
        .headers()
        .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || is_preflight {
        return next.run(request).await;
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let Ok(mut response) = inside.oneshot(request).await;
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("tus-max-size"),
        );
    }
    response
}

async fn enter_world(State(worlds): State<Worlds>, mut request: Request, next: Next) -> Response {
    let Some((name, inside)) = worlds::address(request.uri()) else {
        return ApiError::bad_request("the name of the world is not UTF-8").into_response();
    };
    let world = match worlds.open(&name) {
        Ok(world) => world,
        Err(error) => return error.into_response(),
    };
    let received = std::mem::replace(request.uri_mut(), inside);
    request.extensions_mut().insert(Addressed {
        name,
        world,
        received,
    });
    next.run(request).await
}
