//! Sends a request with `fetch`. Dropping the future aborts the request.

use background_tasks_core::CallError;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials};

use super::address::Address;
use super::answer::Answer;
use super::headers::Headers;
use super::{Credentials, HttpStatusClient, unsendable};
use crate::client::abort::AbortGuard;

/// Sends a request and reads the response, whatever its status.
///
/// # Errors
///
/// [`CallError::Unreachable`], or [`unsendable`] if the browser does not accept the URL.
pub async fn fetch(
    client: &HttpStatusClient,
    method: Method,
    address: &Address,
    headers: Headers,
    body: Option<String>,
) -> Result<Answer, CallError> {
    let (response, guard) = open(client, method, address, headers, body).await?;
    let answer = Answer::read(response).await;
    // Otherwise the rest of the body is not wanted: the guard aborts the request, so that
    // its connection is released.
    if answer.body.is_ok() {
        guard.disarm();
    }
    Ok(answer)
}

/// Sends a request and leaves the body of the response to be read. Dropping the guard
/// aborts it.
///
/// # Errors
///
/// As [`fetch`].
pub async fn open(
    client: &HttpStatusClient,
    method: Method,
    address: &Address,
    headers: Headers,
    body: Option<String>,
) -> Result<(Response, AbortGuard), CallError> {
    let guard = AbortGuard::new();
    let request = RequestBuilder::new(address.as_str())
        .method(method)
        .headers(headers.to_gloo())
        .credentials(match client.0.credentials {
            Credentials::Omit => RequestCredentials::Omit,
            Credentials::SameOrigin => RequestCredentials::SameOrigin,
            Credentials::Include => RequestCredentials::Include,
        })
        // A status from the browser's cache would be out of date.
        .cache(RequestCache::NoStore)
        .abort_signal(guard.signal().as_ref());
    let request = match body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| unsendable("the browser does not accept the URL"))?;
    client.0.protocol.observe(&request.url());
    let response = send(request).await.map_err(|_| CallError::Unreachable)?;
    Ok((response, guard))
}

#[wasm_bindgen]
extern "C" {
    /// The page's current `fetch`. It may be a wrapper, which may throw or return anything.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

/// Replaces gloo-net's `Request::send`, which panics if a wrapper of `fetch` throws, rejects
/// with something that is not an `Error`, or returns something that is not a `Response`.
async fn send(request: Request) -> Result<Response, JsValue> {
    let promise = global_fetch(&request.into())?;
    let response = JsFuture::from(Promise::resolve(&promise)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}
