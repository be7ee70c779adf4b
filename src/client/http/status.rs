//! Requests about jobs.

use background_tasks_core::{Job, JobKind, JobStatus, RequestError, StreamEvent};
use futures_util::FutureExt as _;
use gloo_net::http::Method;
use yew::Callback;

use super::api_url::ApiUrl;
use super::batch::BatchRequests;
use super::fetch::ApiRequest;
use super::{HttpStatusClient, invalid_request};
use crate::client::{BatchResponse, Call, StatusClient, wire};

impl StatusClient for HttpStatusClient {
    /// `GET {base}/{endpoint}/status/{key}`.
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let request = ApiRequest::new(Method::GET, self.job_url(job, "status"));
        let response = self.request(request);
        response
            .map(|response| wire::status(&response?.into_body()?))
            .boxed_local()
    }

    fn base_url(&self) -> Option<String> {
        Some(self.0.base.as_str().to_owned())
    }

    fn batch_limit(&self) -> usize {
        let batches = self.0.batches.as_ref();
        batches.map_or(1, BatchRequests::limit)
    }

    fn statuses(&self, jobs: &[Job]) -> Call<BatchResponse> {
        match &self.0.batches {
            Some(batches) => (batches.send)(self, jobs),
            None => async { Ok(Vec::new()) }.boxed_local(),
        }
    }

    fn events(&self, on_event: Callback<StreamEvent>) -> Option<Call<()>> {
        (self.0.events.as_ref()?.open)(self, on_event)
    }

    /// Known from the `nextHopProtocol` of a response. A server of another origin has to
    /// send `Timing-Allow-Origin`.
    fn is_multiplexed(&self) -> bool {
        self.0.protocol.is_multiplexed()
    }

    /// `POST {base}/{endpoint}/cancel/{key}`. The API has no such request for embeddings:
    /// nothing is sent for them.
    fn cancel(&self, job: &Job) -> Call<()> {
        if job.kind.name() == JobKind::embedding().name() {
            return async { Ok(()) }.boxed_local();
        }
        let request = ApiRequest::new(Method::POST, self.job_url(job, "cancel"));
        let response = self.request(request.in_time());
        response.map(|response| response?.check()).boxed_local()
    }
}

impl HttpStatusClient {
    fn job_url(&self, job: &Job, action: &str) -> Result<ApiUrl, RequestError> {
        self.0
            .base
            .with_path(job.kind.endpoint())
            .with_path(action)
            .with_segment(job.key.as_str())
            .map_err(invalid_request)
    }
}
