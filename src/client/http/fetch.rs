//! Sends a request with `fetch`. Dropping the future aborts the request.

use std::pin::pin;

use background_tasks_core::RequestError;
use futures_util::FutureExt as _;
use futures_util::future::{Either, pending, select};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials, RequestInit};

use super::api_url::ApiUrl;
use super::headers::Headers;
use super::response::HttpResponse;
use super::{Credentials, HttpStatusClient, invalid_request};
use crate::client::Call;
use crate::client::abort::AbortGuard;
use crate::clock::{BrowserClock, Clock as _};

/// A request to the API. Names and values of `own` are sent besides the client's headers.
pub(super) struct ApiRequest {
    method: Method,
    url: Result<ApiUrl, RequestError>,
    own: Vec<OwnHeader>,
    body: Option<String>,
    has_limit: bool,
}

/// The name and value of a header that only some requests carry.
pub(super) type OwnHeader = (&'static str, String);

impl ApiRequest {
    /// A request to this URL. If there is none, sending it gives that error.
    pub(super) const fn new(method: Method, url: Result<ApiUrl, RequestError>) -> Self {
        Self {
            method,
            url,
            own: Vec::new(),
            body: None,
            has_limit: false,
        }
    }

    pub(super) fn with_headers(self, own: Vec<OwnHeader>) -> Self {
        Self { own, ..self }
    }

    pub(super) fn with_body(self, body: String) -> Self {
        let body = Some(body);
        Self { body, ..self }
    }

    /// Limits its time by that of the client, as no other limit is set on it.
    pub(super) fn in_time(self) -> Self {
        Self {
            has_limit: true,
            ..self
        }
    }
}

impl HttpStatusClient {
    /// Sends a request and reads the response, whatever its status. A request that is refused with
    /// status 401 is repeated with what the app provides then.
    // One type of future for all requests, each of which would otherwise be a state machine with a
    // copy of this one.
    pub(super) fn request(&self, request: ApiRequest) -> Call<HttpResponse> {
        let client = self.clone();
        async move {
            let limit = client.0.timeout;
            let end = match request.has_limit {
                true => BrowserClock.sleep(limit),
                false => pending().boxed_local(),
            };
            match select(pin!(client.request_signed_in(&request)), end).await {
                Either::Left((response, _)) => response,
                Either::Right(((), _)) => Err(RequestError::TimedOut { limit }),
            }
        }
        .boxed_local()
    }

    async fn request_signed_in(&self, request: &ApiRequest) -> Result<HttpResponse, RequestError> {
        let response = self.fetch(request).await?;
        match self.may_sign_in(response.status) {
            true => self.fetch(request).await,
            false => Ok(response),
        }
    }

    /// Sends a request once and reads the response, whatever its status.
    ///
    /// # Errors
    ///
    /// [`RequestError::Unreachable`], [`RequestError::WebPage`] for a redirect to a site that the
    /// page cannot read, or [`invalid_request`] if the browser does not accept the URL.
    pub(super) async fn fetch(&self, request: &ApiRequest) -> Result<HttpResponse, RequestError> {
        let url = request.url.as_ref().map_err(Clone::clone)?;
        let headers = self.headers(&request.own).await?;
        let (method, body) = (request.method.clone(), request.body.clone());
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
