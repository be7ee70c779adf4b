//! The model of the server for `simulated.js`, which adds time, and is a client for it.
//!
//! Times are milliseconds by a clock that never goes back. A refusal is thrown as a string: the
//! HTTP status, a space and the message.

use std::time::Duration;

use background_tasks_server_model::{
    Config, JobStatus, NewAttachment, Operation, Refusal, Request, Server,
};
use wasm_bindgen::prelude::*;

/// How many finished jobs are kept: more than pages keep finished tasks.
const KEPT_JOBS: usize = 60;

/// A server in the page.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Simulator(Server);

#[wasm_bindgen]
impl Simulator {
    /// An empty server. `failure_rate` is the share of jobs that fail, 0 to 1.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(seed: f64, speed: f64, failure_rate: f64, now: f64) -> Self {
        let config = Config::new()
            .with_seed(whole(seed))
            .with_speed(speed)
            .with_fail(failure_rate)
            .with_kept_jobs(KEPT_JOBS);
        Self(Server::new(config, millis(now)))
    }

    /// Receives a request, named as [`Operation`] does, and returns how long its response takes.
    /// `endpoint` is empty for requests about attachments.
    pub fn receive(&mut self, operation: &str, endpoint: &str, id: &str) -> f64 {
        let delivery = self.0.receive(&Request {
            operation: match operation {
                "status" => Operation::Status,
                "cancel" => Operation::Cancel,
                "start" => Operation::Start,
                "upload" => Operation::Upload,
                "list" => Operation::List,
                "delete" => Operation::Delete,
                _ => Operation::Unknown,
            },
            endpoint: Some(endpoint).filter(|endpoint| !endpoint.is_empty()),
            ids: &[id],
        });
        in_millis(delivery.latency)
    }

    /// How long an upload of so many bytes takes.
    #[wasm_bindgen(js_name = uploadTime)]
    #[must_use]
    pub fn upload_time(&self, bytes: f64) -> f64 {
        let time = self.0.config().upload_time(whole(bytes));
        in_millis(self.0.real(time))
    }

    /// A status, its progress if it runs, and the reason if it has failed. An unknown job starts.
    ///
    /// # Errors
    ///
    /// A refusal.
    pub fn status(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: &str,
        now: f64,
    ) -> Result<Vec<JsValue>, JsValue> {
        let now = millis(now);
        self.0.adopt_job(endpoint, key, attachment, now);
        let status = self.0.status(endpoint, key, now);
        let unknown = || Refusal::Unknown {
            what: "job",
            id: key.to_owned(),
        };
        let (status, progress, error) = match status.ok_or_else(unknown).map_err(thrown)? {
            JobStatus::Queued => ("queued", None, None),
            JobStatus::Running { progress } => ("running", progress, None),
            JobStatus::Succeeded => ("done", None, None),
            JobStatus::Failed { reason } => ("failed", None, reason),
            JobStatus::Cancelled => ("cancelled", None, None),
        };
        Ok(vec![status.into(), progress.into(), error.into()])
    }

    /// Cancels a job, unless it has ended.
    ///
    /// # Errors
    ///
    /// A refusal.
    pub fn cancel(
        &mut self,
        endpoint: &str,
        key: &str,
        attachment: &str,
        now: f64,
    ) -> Result<(), JsValue> {
        let now = millis(now);
        self.0.adopt_job(endpoint, key, attachment, now);
        self.0.cancel(endpoint, key, now).map_err(thrown)
    }

    /// Starts a job. Returns its key, unless that is the id of the attachment.
    ///
    /// # Errors
    ///
    /// A refusal.
    pub fn start(
        &mut self,
        endpoint: &str,
        attachment: &str,
        idempotency_key: &str,
        now: f64,
    ) -> Result<Option<String>, JsValue> {
        let key = Some(idempotency_key);
        let started = self.0.start_job(endpoint, attachment, key, millis(now));
        Ok(started.map_err(thrown)?.key)
    }

    /// Stores a file, once its bytes have been sent. Returns its id.
    ///
    /// # Errors
    ///
    /// A refusal.
    pub fn upload(
        &mut self,
        title: String,
        content_type: String,
        size: f64,
        idempotency_key: &str,
        now: f64,
    ) -> Result<f64, JsValue> {
        let new = NewAttachment {
            title,
            content_type,
            size: whole(size),
            digest: None,
        };
        let key = Some(idempotency_key);
        let stored = self.0.create_attachment(new, key, millis(now));
        Ok(number(stored.map_err(thrown)?.id))
    }

    /// Id, title, MIME type and size of each file, oldest first, one after another.
    #[must_use]
    pub fn list(&self) -> Vec<JsValue> {
        let all = self.0.attachments();
        let described = all.flat_map(|file| {
            let (id, size) = (number(file.id), number(file.size));
            let texts = [&file.title, &file.content_type];
            let [title, content_type] = texts.map(|text| text.as_str().into());
            [id.into(), title, content_type, size.into()]
        });
        described.collect()
    }

    /// Deletes a file and its jobs.
    ///
    /// # Errors
    ///
    /// A refusal.
    pub fn delete(&mut self, id: &str) -> Result<(), JsValue> {
        self.0.delete_attachment(id).map_err(thrown)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature of a conversion"
)]
fn thrown(refusal: Refusal) -> JsValue {
    format!("{} {refusal}", refusal.status()).into()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate"
)]
const fn whole(number: f64) -> u64 {
    number as u64
}

#[expect(clippy::cast_precision_loss, reason = "ids and sizes are below 2^53")]
const fn number(number: u64) -> f64 {
    number as f64
}

fn millis(millis: f64) -> Duration {
    Duration::from_micros(whole(millis * 1000.0))
}

fn in_millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
