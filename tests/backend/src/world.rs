//! A world: one server's whole state, apart from every other's.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::{
    attachments::{Attachments, Upload},
    error::ApiError,
    faults::Faults,
    idempotency::{Answers, KeyReused},
    jobs::{Job, Jobs},
    operation::Operation,
    plan::{JobKind, Plan},
    request_log::RequestLog,
    resumable::{Promise, Resumables},
};

/// A world behind its lock.
#[derive(Debug, Default)]
pub struct World {
    state: Mutex<State>,
}

impl World {
    /// The state, locked. Not to be held over an `await`.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything in a world.
#[derive(Debug)]
pub struct State {
    /// How jobs and uploads behave.
    pub plan: Plan,
    /// The faults that wait for a request.
    pub faults: Faults,
    /// The requests so far.
    pub requests: RequestLog,
    /// The files that were uploaded.
    pub attachments: Attachments,
    /// The uploads that come in parts.
    pub resumables: Resumables,
    /// Video processing, by queue id.
    pub videos: Jobs,
    /// The making of embeddings, by attachment id.
    pub embeddings: Jobs,
    answers: Answers,
    last_queue_number: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            plan: Plan::default(),
            faults: Faults::default(),
            requests: RequestLog::default(),
            attachments: Attachments::default(),
            resumables: Resumables::default(),
            videos: Jobs::new(JobKind::Video),
            embeddings: Jobs::new(JobKind::Embedding),
            answers: Answers::default(),
            last_queue_number: 0,
        }
    }
}

impl State {
    /// Takes an upload in and gives the attachment as JSON.
    ///
    /// # Errors
    ///
    /// If `key` was used for another upload.
    pub fn upload(&mut self, key: Option<String>, upload: Upload) -> Result<Value, ApiError> {
        let request = format!("{upload:?}");
        let attachments = &mut self.attachments;
        let answer = self.answers.once(Operation::Upload, key, request, || {
            json!(attachments.add(upload))
        })?;
        Ok(answer)
    }

    /// Begins a resumable upload and gives its id.
    ///
    /// # Errors
    ///
    /// If `key` was used for another upload.
    pub fn create_upload(
        &mut self,
        key: Option<String>,
        promise: Promise,
    ) -> Result<String, ApiError> {
        let request = format!("{promise:?}");
        let resumables = &mut self.resumables;
        let create = || Value::String(resumables.create(promise));
        match self
            .answers
            .once(Operation::UploadCreate, key, request, create)?
        {
            Value::String(id) => Ok(id),
            other => Ok(other.to_string()),
        }
    }

    /// Takes in more bytes of a resumable upload; with the last one it becomes an attachment.
    ///
    /// # Errors
    ///
    /// If there is no such upload, or it has no room for so many.
    pub fn append(&mut self, id: &str, bytes: &Bytes) -> Result<(), ApiError> {
        if let Some(upload) = self.resumables.append(id, bytes)? {
            let attachment = self.attachments.add(upload);
            self.resumables.complete(id, attachment.id);
        }
        Ok(())
    }

    /// Forgets a resumable upload. Its key may begin another one.
    ///
    /// # Errors
    ///
    /// If there is no such upload.
    pub fn discard_upload(&mut self, id: &str) -> Result<(), ApiError> {
        self.resumables.discard(id)?;
        self.answers.forget(Operation::UploadCreate, &json!(id));
        Ok(())
    }

    /// Deletes an attachment and its jobs.
    ///
    /// # Errors
    ///
    /// If there is no such attachment.
    pub fn delete(&mut self, attachment_id: &str) -> Result<(), ApiError> {
        let attachment = self
            .attachments
            .remove(attachment_id)
            .ok_or_else(|| ApiError::unknown("attachment", attachment_id))?;
        let id = attachment.id.to_string();
        self.videos.remove_attachment(&id);
        self.embeddings.remove_attachment(&id);
        Ok(())
    }

    /// Puts a video job in the queue and gives its queue id. From then on the attachment has an
    /// embedding job too, which begins when it is first asked for.
    ///
    /// # Errors
    ///
    /// If there is no such attachment, or `key` was used for another one.
    pub fn start_video(
        &mut self,
        key: Option<String>,
        attachment_id: &str,
        now: Instant,
    ) -> Result<Value, ApiError> {
        self.require_attachment(attachment_id)?;
        let Self {
            plan,
            videos,
            embeddings,
            answers,
            last_queue_number,
            ..
        } = self;
        let start = || {
            let owner = Some(attachment_id.to_owned());
            let queue_id = loop {
                *last_queue_number = last_queue_number.saturating_add(1);
                let queue_id = format!("{}{last_queue_number}", plan.queue_id_prefix);
                if !videos.has_seen(&queue_id) {
                    break queue_id;
                }
            };
            videos.start(queue_id.clone(), Job::started(owner.clone(), now));
            embeddings.start_if_absent(attachment_id.to_owned(), Job::waiting(owner));
            json!({ "queue_id": queue_id })
        };
        let request = attachment_id.to_owned();
        Ok(answers.once(Operation::VideoStart, key, request, start)?)
    }

    /// Starts the making of embeddings, anew if it was started before.
    ///
    /// # Errors
    ///
    /// If there is no such attachment, or `key` was used for another one.
    pub fn start_embedding(
        &mut self,
        key: Option<String>,
        attachment_id: &str,
        now: Instant,
    ) -> Result<(), ApiError> {
        self.require_attachment(attachment_id)?;
        let embeddings = &mut self.embeddings;
        let request = attachment_id.to_owned();
        self.answers
            .once(Operation::EmbeddingStart, key, request, || {
                let id = attachment_id.to_owned();
                embeddings.start(id.clone(), Job::started(Some(id), now));
                Value::Null
            })?;
        Ok(())
    }

    /// Answers a check of a job; `None` if there is no such job.
    pub fn check(&mut self, kind: JobKind, id: &str, now: Instant) -> Option<Value> {
        let jobs = match kind {
            JobKind::Video => &mut self.videos,
            JobKind::Embedding => &mut self.embeddings,
        };
        jobs.check(id, &self.plan, now)
    }

    /// Gives up a video job; `None` if there is no such job.
    pub fn cancel_video(&mut self, queue_id: &str, now: Instant) -> Option<()> {
        self.videos.cancel(queue_id, &self.plan, now)
    }

    fn require_attachment(&self, id: &str) -> Result<(), ApiError> {
        if self.plan.known_only && !self.attachments.contains(id) {
            return Err(ApiError::unknown("attachment", id));
        }
        Ok(())
    }
}

impl From<KeyReused> for ApiError {
    fn from(KeyReused: KeyReused) -> Self {
        Self::unprocessable("this Idempotency-Key was used for another request")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_id_that_was_followed_before_is_not_given_out() -> Result<(), ApiError> {
        let mut state = State::default();
        let now = Instant::now();
        assert!(state.check(JobKind::Video, "q-1", now).is_some());
        let answer = state.start_video(None, "7", now)?;
        assert_eq!(answer, json!({"queue_id": "q-2"}));
        Ok(())
    }

    #[test]
    fn starting_a_video_makes_the_embedding_job_too() -> Result<(), ApiError> {
        let mut state = State::default();
        let now = Instant::now();
        state.start_video(None, "7", now)?;
        state.plan.known_only = true;
        assert!(state.check(JobKind::Embedding, "7", now).is_some());
        assert!(state.check(JobKind::Embedding, "8", now).is_none());
        Ok(())
    }
}
