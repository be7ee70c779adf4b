//! Why a request had no response: a server that redirects a user who is signed out to a site
//! that the page cannot read looks like a lost connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{CallError, Timestamp};
use gloo_net::http::Method;
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
    pub(super) async fn explain_silence(&self, url: &ApiUrl, headers: &Headers) -> CallError {
        let Known { is_redirect, next } = &*self.0.probe.0;
        let now = BrowserClock.now();
        if now >= next.get() {
            next.set(now + PERIOD);
            let guard = AbortGuard::new();
            let probe = self.build(Method::HEAD, url, headers, &guard);
            let found = match probe.redirect(RequestRedirect::Manual).build() {
                Ok(probe) => send(probe)
                    .await
                    .is_ok_and(|response| response.type_() == ResponseType::Opaqueredirect),
                Err(_) => false,
            };
            is_redirect.set(found);
        }
        match is_redirect.get() {
            true => CallError::WebPage,
            false => CallError::Unreachable,
        }
    }
}
