//! Batch requests: the status of several jobs in one request.

use background_tasks_core::Job;
use futures_util::FutureExt as _;
use gloo_net::http::Method;

use super::HttpStatusClient;
use super::capability::Capability;
use super::fetch::ApiRequest;
use super::response::HttpResponse;
use crate::client::{BatchResponse, Call, wire};

/// The maximum number of jobs per request, so that their statuses are parsed and shown within
/// one frame.
const MAX_JOBS: usize = 100;

/// The most bytes of a list of ids. Servers commonly refuse URLs of more than 8 KiB, and
/// proxies add to them.
const MAX_BYTES: usize = 4_000;

/// Whether the server supports batch requests, and how they are sent.
#[derive(Clone)]
pub struct BatchRequests {
    capability: Capability,
    pub send: fn(&HttpStatusClient, &[Job]) -> Call<BatchResponse>,
}

impl BatchRequests {
    pub fn new() -> Self {
        Self {
            capability: Capability::default(),
            send: statuses,
        }
    }

    /// The most jobs of one request at the moment.
    pub fn limit(&self) -> usize {
        if self.capability.is_supported() {
            MAX_JOBS
        } else {
            1
        }
    }
}

/// `GET {base}/{endpoint}/status?ids=a,b,c` for as many jobs as fit.
fn statuses(client: &HttpStatusClient, jobs: &[Job]) -> Call<BatchResponse> {
    let client = client.clone();
    let Some(first) = jobs.first() else {
        return async { Ok(Vec::new()) }.boxed_local();
    };
    let url = client.0.base.with_path(first.kind.endpoint());
    let keys = jobs.iter().map(|job| job.key.as_str());
    let (url, count) = url.with_path("status").with_ids(keys, MAX_BYTES);
    let jobs = jobs.iter().take(count);
    let keys: Vec<_> = jobs.map(|job| job.key.clone()).collect();
    let response = client.request(ApiRequest::new(Method::GET, Ok(url)));
    let statuses = move |response: Result<HttpResponse, _>| {
        let body = response?.into_body();
        let statuses = body.and_then(|body| wire::statuses(&body, &keys));
        match (statuses, &client.0.batches) {
            // Single requests follow, and show the status of each job.
            (Err(error), Some(batches)) if batches.capability.note_error(&error) => {
                Ok(keys.iter().map(|_| None).collect())
            }
            (statuses, _) => statuses,
        }
    };
    response.map(statuses).boxed_local()
}
