//! The built page: a folder of files.

use std::path::Path;

use axum::{
    Router,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
    },
};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::error::ApiError;

/// Serves a folder, `/` being its `index.html`, under a Content-Security-Policy if one is given.
pub fn serve(dir: &Path, csp: Option<HeaderValue>) -> Router {
    Router::new()
        .fallback_service(ServeDir::new(dir))
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            CONTENT_SECURITY_POLICY,
            // Without a value the layer sets no header.
            move |_: &axum::response::Response| csp.clone(),
        ))
}

/// Responds if no folder is served.
pub fn none() -> Router {
    Router::new().fallback(async || {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "no folder is served here; start the server with --dir",
        )
    })
}
