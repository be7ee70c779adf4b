//! One call for the status of several jobs, and how long it is done without
//! where the server does not know it.

use std::cell::Cell;
use std::time::Duration;

use futures_util::FutureExt as _;
use gloo_net::http::Method;

use super::HttpStatusClient;
use crate::client::{Answers, Call, wire};
use crate::clock::{BrowserClock, Clock as _};
use crate::task::{CallError, Job};
use crate::time::Timestamp;

/// The most jobs of one call: their statuses are read and shown within one frame.
const MOST_JOBS: usize = 100;

/// The most bytes of a list of ids. Servers commonly refuse addresses of more
/// than 8 KiB in all, and proxies add to them.
const MOST_BYTES: usize = 4_000;

/// How long a server is not asked this way again that did not know the call.
const REST: Duration = Duration::from_secs(300);

/// Whether a server is asked after several jobs at once.
#[derive(Clone, Debug, Default)]
pub struct Batches {
    /// Not before then.
    not_before: Cell<Timestamp>,
}

impl Batches {
    /// How many jobs a call may be for.
    pub fn limit(&self) -> usize {
        if BrowserClock.now() < self.not_before.get() {
            1
        } else {
            MOST_JOBS
        }
    }

    /// Does without for a while.
    fn rest(&self) {
        self.not_before.set(BrowserClock.now() + REST);
    }
}

/// `GET {base}/{endpoint}/status?ids=a,b,c` for as many jobs as fit.
pub fn statuses(client: &HttpStatusClient, jobs: &[Job]) -> Call<Answers> {
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
        match answers {
            Err(error) if is_of_the_call(&error) => {
                if let Some(batches) = &client.0.batches {
                    batches.rest();
                }
                Ok(keys.iter().map(|_| None).collect())
            }
            answers => answers,
        }
    }
    .boxed_local()
}

/// Whether the call itself may be what the server, or one before it, does not
/// take; then calls for single jobs tell how each is. A page in place of an
/// answer is what many servers give for a path that they do not know.
fn is_of_the_call(error: &CallError) -> bool {
    matches!(
        error,
        CallError::NotUnderstood { .. } | CallError::Status { status: 404, .. }
    ) || !error.is_transient()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_call_is_told_from_a_server_in_trouble() {
        let refused = |status| {
            is_of_the_call(&CallError::Status {
                status,
                retry_after: None,
                message: None,
            })
        };
        for status in [400, 401, 403, 404, 405, 410, 413, 414, 422, 501, 505] {
            assert!(refused(status), "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(!refused(status), "{status}");
        }
        let detail = "a web page instead of JSON".into();
        assert!(is_of_the_call(&CallError::NotUnderstood { detail }));
        assert!(!is_of_the_call(&CallError::Unreachable));
    }
}
