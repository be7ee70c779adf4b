//! One call for the status of several jobs.

use background_tasks_core::Job;
use futures_util::FutureExt as _;
use gloo_net::http::Method;

use super::HttpStatusClient;
use super::capability::Capability;
use crate::client::{Answers, Call, wire};

/// The most jobs of one call: their statuses are read and shown within one frame.
const MOST_JOBS: usize = 100;

/// The most bytes of a list of ids. Servers commonly refuse addresses of more
/// than 8 KiB in all, and proxies add to them.
const MOST_BYTES: usize = 4_000;

/// What is known of a server's call for several jobs, and how it is made.
#[derive(Clone)]
pub struct Batches {
    capability: Capability,
    pub ask: fn(&HttpStatusClient, &[Job]) -> Call<Answers>,
}

impl Batches {
    pub fn new() -> Self {
        Self {
            capability: Capability::default(),
            ask: statuses,
        }
    }

    /// How many jobs a call may be for.
    pub fn limit(&self) -> usize {
        if self.capability.is_likely() {
            MOST_JOBS
        } else {
            1
        }
    }
}

/// `GET {base}/{endpoint}/status?ids=a,b,c` for as many jobs as fit.
fn statuses(client: &HttpStatusClient, jobs: &[Job]) -> Call<Answers> {
    let client = client.clone();
    let Some(first) = jobs.first() else {
        return async { Ok(Vec::new()) }.boxed_local();
    };
    let path = client.0.base.with_path(first.kind.endpoint());
    let keys = jobs.iter().map(|job| job.key.as_str());
    let (address, fit) = path.with_path("status").with_ids(keys, MOST_BYTES);
    let keys: Vec<_> = jobs.iter().take(fit).map(|job| job.key.clone()).collect();
    async move {
        let answer = client.clone().request(Method::GET, address).await?;
        let answers = answer
            .success()
            .and_then(|body| wire::reports(&body, &keys));
        match (answers, &client.0.batches) {
            // Calls for single jobs tell how each is.
            (Err(error), Some(batches)) if batches.capability.is_missing(&error) => {
                Ok(keys.iter().map(|_| None).collect())
            }
            (answers, _) => answers,
        }
    }
    .boxed_local()
}
