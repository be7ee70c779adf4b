//! Why a request had no response: a server that redirects a user who is signed out to a site
//! that the page cannot read looks like a lost connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{RequestError, Timestamp};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use gloo_net::http::{Method, Response};
use web_sys::{RequestRedirect, ResponseType};

use super::HttpStatusClient;
use super::api_url::ApiUrl;
use super::fetch::send;
use super::headers::Headers;
use crate::client::abort::AbortGuard;
use crate::clock::{BrowserClock, Clock as _};

/// How long the result of a probe counts: one is enough for all tasks that fail together.
const PERIOD: Duration = Duration::from_secs(10);

/// The last probe. Clones share it.
#[derive(Clone, Default)]
pub struct Probe(Rc<Known>);

#[derive(Default)]
struct Known {
    is_redirect: Cell<bool>,
    next: Cell<Timestamp>,
}

impl HttpStatusClient {
    /// The error of a request to `url` that had no response. A probe that does not follow
    /// redirects tells whether there was one.
    pub(super) fn explain_silence(
        &self,
        url: &ApiUrl,
        headers: &Headers,
    ) -> LocalBoxFuture<'static, RequestError> {
        let known = Rc::clone(&self.0.probe.0);
        let now = BrowserClock.now();
        let guard = AbortGuard::new();
        let probe = (now >= known.next.get()).then(|| {
            known.next.set(now + PERIOD);
            let probe = self.build(Method::HEAD, url, headers);
            probe.redirect(RequestRedirect::Manual).build()
        });
        async move {
            if let Some(Ok(probe)) = probe {
                let response = send(probe, &guard).await;
                let is_redirect = |it: Response| it.type_() == ResponseType::Opaqueredirect;
                known.is_redirect.set(response.is_ok_and(is_redirect));
            }
            drop(guard);
            match known.is_redirect.get() {
                true => RequestError::WebPage,
                false => RequestError::Unreachable,
            }
        }
        .boxed_local()
    }
}
