//! One fetch that ends when its future is dropped.

use background_tasks_core::CallError;
use gloo_net::http::{Method, Response};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials, RequestInit};

use super::address::Address;
use super::answer::Answer;
use super::headers::Headers;
use super::{Credentials, unsendable};
use crate::client::abort::AbortGuard;

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
    // Otherwise the rest of the body is not wanted: the guard aborts the request, so that
    // its connection is released.
    if answer.body.is_ok() {
        guard.disarm();
    }
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
) -> Result<(Response, AbortGuard), CallError> {
    let guard = AbortGuard::new();
    let init = RequestInit::new();
    // What is so anyway is not said: a page has hundreds of checks in a second.
    if method != Method::GET {
        init.set_method(method.as_ref());
    }
    match credentials {
        Credentials::SameOrigin => {}
        Credentials::Omit => init.set_credentials(RequestCredentials::Omit),
        Credentials::Include => init.set_credentials(RequestCredentials::Include),
    }
    init.set_headers(
        headers
            .raw()
            .map_err(|_| unsendable("a header cannot be sent"))?
            .as_ref(),
    );
    // A status from the browser's cache would be an old one.
    init.set_cache(RequestCache::NoStore);
    init.set_signal(guard.signal().as_ref());
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    match send(address, &init).await {
        Ok(response) => Ok((response, guard)),
        // `fetch` says the same of an address that it does not take as of a
        // server that is not there.
        Err(_) => Err(match web_sys::Request::new_with_str(address.as_str()) {
            Ok(_) => CallError::Unreachable,
            Err(_) => unsendable("the address of the server is none"),
        }),
    }
}

#[wasm_bindgen]
extern "C" {
    /// The `fetch` that the page has now, which may have been wrapped: it may
    /// throw, and answer with anything.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(address: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// In the place of gloo-net's requests, whose `send` panics where a page that
/// wraps `fetch` rejects with something that is no `Error`, or throws, and which
/// make a `Request` that the browser then copies.
async fn send(address: &Address, init: &RequestInit) -> Result<Response, JsValue> {
    let answer = global_fetch(address.as_str(), init)?;
    let response = JsFuture::from(Promise::resolve(&answer)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}
