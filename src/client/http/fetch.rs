//! One fetch that ends when its future is dropped.

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials};

use super::address::Address;
use super::answer::Answer;
use super::headers::Headers;
use super::{Credentials, unsendable};
use crate::client::abort::AbortOnDrop;
use crate::task::CallError;

/// Asks, and reads what is answered. The status is not judged.
///
/// # Errors
///
/// [`CallError::Unreachable`], or [`unsendable`] what the browser does not take.
pub async fn fetch(
    method: Method,
    address: &Address,
    headers: Headers,
    credentials: Credentials,
    body: Option<String>,
) -> Result<Answer, CallError> {
    let (response, guard) = open(method, address, headers, credentials, body).await?;
    let answer = Answer::read(&response).await;
    guard.disarm();
    Ok(answer)
}

/// Asks, and leaves what is answered to be read. Dropping the guard ends it.
///
/// # Errors
///
/// As [`fetch`].
pub async fn open(
    method: Method,
    address: &Address,
    headers: Headers,
    credentials: Credentials,
    body: Option<String>,
) -> Result<(Response, AbortOnDrop), CallError> {
    let guard = AbortOnDrop::new();
    let signal = guard.signal();
    let request = RequestBuilder::new(address.as_str())
        .method(method)
        .headers(raw(&headers)?)
        // A status from the browser's cache would be an old one.
        .cache(RequestCache::NoStore)
        .credentials(match credentials {
            Credentials::Omit => RequestCredentials::Omit,
            Credentials::SameOrigin => RequestCredentials::SameOrigin,
            Credentials::Include => RequestCredentials::Include,
        })
        .abort_signal(signal.as_ref());
    let request = match body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    let response = send(request.map_err(unsendable)?)
        .await
        .map_err(|_| CallError::Unreachable)?;
    Ok((response, guard))
}

/// As gloo-net's own `send`, which panics where a page that wraps `fetch`
/// rejects with something that is no `Error`, or throws.
async fn send(request: Request) -> Result<Response, JsValue> {
    let global = js_sys::global();
    let fetch: Function = Reflect::get(&global, &"fetch".into())?.dyn_into()?;
    let promise = fetch.call1(&global, &web_sys::Request::from(request))?;
    let response = JsFuture::from(Promise::resolve(&promise)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}

fn raw(headers: &Headers) -> Result<gloo_net::http::Headers, CallError> {
    let refused = |_| unsendable("a header cannot be sent");
    let raw = web_sys::Headers::new().map_err(refused)?;
    for (name, value) in headers.iter() {
        raw.set(name, value).map_err(refused)?;
    }
    Ok(gloo_net::http::Headers::from_raw(raw))
}
