//! One fetch that ends when its future is dropped.

use gloo_net::http::{Method, Response};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials, RequestInit};

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
    let init = RequestInit::new();
    init.set_method(method.as_ref());
    init.set_headers(raw(&headers)?.as_ref());
    // A status from the browser's cache would be an old one.
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(match credentials {
        Credentials::Omit => RequestCredentials::Omit,
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
    });
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

/// In the place of gloo-net's requests, whose `send` panics where a page that
/// wraps `fetch` rejects with something that is no `Error`, or throws, and which
/// make a `Request` that the browser then copies.
async fn send(address: &Address, init: &RequestInit) -> Result<Response, JsValue> {
    let global = js_sys::global();
    let fetch: Function = Reflect::get(&global, &"fetch".into())?.dyn_into()?;
    let promise = fetch.call2(&global, &address.as_str().into(), init)?;
    let response = JsFuture::from(Promise::resolve(&promise)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}

fn raw(headers: &Headers) -> Result<web_sys::Headers, CallError> {
    let refused = |_| unsendable("a header cannot be sent");
    let raw = web_sys::Headers::new().map_err(refused)?;
    for (name, value) in headers.iter() {
        raw.set(name, value).map_err(refused)?;
    }
    Ok(raw)
}
