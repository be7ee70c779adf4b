//! Sends a request with `fetch`. Dropping the future aborts the request.

use std::pin::pin;

use background_tasks_core::RequestError;
use futures_util::future::{Either, select};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials, RequestInit};

use super::api_url::ApiUrl;
use super::headers::Headers;
use super::response::HttpResponse;
use super::{Credentials, HttpStatusClient, invalid_request};
use crate::client::abort::AbortGuard;
use crate::clock::{BrowserClock, Clock as _};

impl HttpStatusClient {
    /// Sends a request without a body and reads the response, whatever its status.
    pub(super) async fn request(
        &self,
        method: Method,
        url: &ApiUrl,
    ) -> Result<HttpResponse, RequestError> {
        self.request_with(method, url, &[], None).await
    }

    /// As [`request`](Self::request), with headers of its own and a body.
    pub(super) async fn request_with(
        &self,
        method: Method,
        url: &ApiUrl,
        own: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<HttpResponse, RequestError> {
        let mut repeated = false;
        loop {
            let mut headers = self.headers().await?;
            for (name, value) in own {
                headers.set(name, value).map_err(invalid_request)?;
            }
            let response = self.fetch(method.clone(), url, headers, body.clone());
            let response = response.await?;
            if repeated || !self.may_sign_in(response.status) {
                return Ok(response);
            }
            repeated = true;
        }
    }

    /// As [`request`](Self::request), with the time limit of requests on which no other
    /// limit is set.
    pub(super) async fn request_in_time(
        &self,
        method: Method,
        url: &ApiUrl,
    ) -> Result<HttpResponse, RequestError> {
        self.in_time(self.request(method, url)).await
    }

    pub(super) async fn in_time(
        &self,
        request: impl Future<Output = Result<HttpResponse, RequestError>>,
    ) -> Result<HttpResponse, RequestError> {
        let limit = self.0.timeout;
        match select(pin!(request), BrowserClock.sleep(limit)).await {
            Either::Left((response, _)) => response,
            Either::Right(((), _)) => Err(RequestError::TimedOut { limit }),
        }
    }

    /// Sends a request and reads the response, whatever its status.
    ///
    /// # Errors
    ///
    /// [`RequestError::Unreachable`], [`RequestError::WebPage`] for a redirect to a site that the
    /// page cannot read, or [`invalid_request`] if the browser does not accept the URL.
    pub(super) async fn fetch(
        &self,
        method: Method,
        url: &ApiUrl,
        headers: Headers,
        body: Option<String>,
    ) -> Result<HttpResponse, RequestError> {
        let (response, guard) = self.open(method, url, headers, body).await?;
        let response = HttpResponse::read(response).await;
        // Otherwise the rest of the body is not wanted: the guard aborts the request, so
        // that its connection is released.
        if response.body.is_ok() {
            guard.disarm();
        }
        Ok(response)
    }

    /// Sends a request and leaves the body of the response to be read. Dropping the guard
    /// aborts it.
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch).
    pub(super) async fn open(
        &self,
        method: Method,
        url: &ApiUrl,
        headers: Headers,
        body: Option<String>,
    ) -> Result<(Response, AbortGuard), RequestError> {
        let guard = AbortGuard::new();
        // Other headers than the client's own come from the app and may differ next time.
        let is_repeated = method == Method::GET && headers.is(&self.0.headers);
        let build = || match body {
            Some(body) => self.build(method, url, &headers).body(body),
            None => self.build(method, url, &headers).build(),
        };
        let request = match is_repeated {
            true => self.0.built.get_or_build(url.as_str(), build),
            false => build(),
        };
        let request =
            request.map_err(|_| invalid_request("the browser does not accept the URL"))?;
        self.0.protocol.observe(&request);
        match send(request, &guard).await {
            Ok(response) => Ok((response, guard)),
            Err(_) => Err(self.explain_silence(url, &headers).await),
        }
    }
}

impl HttpStatusClient {
    pub(super) fn build(&self, method: Method, url: &ApiUrl, headers: &Headers) -> RequestBuilder {
        RequestBuilder::new(url.as_str())
            .method(method)
            .headers(headers.to_gloo())
            .credentials(match self.0.credentials {
                Credentials::Omit => RequestCredentials::Omit,
                Credentials::SameOrigin => RequestCredentials::SameOrigin,
                Credentials::Include => RequestCredentials::Include,
            })
            // A status from the browser's cache would be out of date.
            .cache(RequestCache::NoStore)
    }
}

#[wasm_bindgen]
extern "C" {
    /// The page's current `fetch`. It may be a wrapper, which may throw or return anything.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Replaces gloo-net's `Request::send`, which panics if a wrapper of `fetch` throws, rejects
/// with something that is not an `Error`, or returns something that is not a `Response`.
/// The signal is passed beside the request, which may be sent again.
pub(super) async fn send(request: Request, guard: &AbortGuard) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_signal(guard.signal().as_ref());
    let promise = global_fetch(&request.into(), &init)?;
    let response = JsFuture::from(Promise::resolve(&promise)).await?;
    Ok(response.dyn_into::<web_sys::Response>()?.into())
}
