//! A world: the whole state of one server, separate from all others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use background_tasks_server_model::{
    Content, Encounter, Fault, FaultRule, QueueIds, Refusal, Request, Server,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    connections::{Connections, SingleUse},
    operation::Operation,
    plan::Plan,
    request_log::RequestLog,
    status,
};

/// A world behind its lock.
#[derive(Debug)]
pub struct World {
    state: Mutex<State>,
}

impl World {
    /// A world whose files have at most `upload_limit` bytes.
    #[must_use]
    pub fn new(upload_limit: u64) -> Self {
        Self {
            state: Mutex::new(State::new(upload_limit)),
        }
    }

    /// Locks the state. The lock must not be held across an `await`.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything in a world: the model of the server, and what a real server has besides.
#[derive(Debug)]
pub struct State {
    /// The model of the server.
    pub server: Server,
    /// The requests so far.
    pub requests: RequestLog,
    plan: Plan,
    upload_limit: u64,
    epoch: Instant,
    /// The bytes of the tus uploads that are not complete.
    digests: HashMap<String, Sha256>,
    /// Held while there is a fault rule that closes sockets.
    single_use: Option<SingleUse>,
}

impl State {
    fn new(upload_limit: u64) -> Self {
        let plan = Plan::default();
        let server = Server::new(plan.config(upload_limit), Duration::ZERO);
        let mut state = Self {
            server,
            requests: RequestLog::default(),
            plan: plan.clone(),
            upload_limit,
            epoch: Instant::now(),
            digests: HashMap::new(),
            single_use: None,
        };
        state.set_plan(plan);
        state
    }

    /// The time since the world was created, by which its server runs.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    /// How jobs and uploads behave.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Replaces the plan.
    pub fn set_plan(&mut self, plan: Plan) {
        let now = self.now();
        self.server.set_config(plan.config(self.upload_limit), now);
        self.server.set_plans(plan.plans());
        let prefix = plan.queue_id_prefix.clone();
        self.server.set_queue_ids(QueueIds::Numbered(prefix));
        self.plan = plan;
    }

    /// Appends a fault rule.
    pub fn add_fault(&mut self, rule: FaultRule, connections: &Connections) {
        if closes_socket(&rule.encounter.fault) && self.single_use.is_none() {
            self.single_use = Some(connections.single_use());
        }
        self.server.add_fault(rule);
    }

    /// Removes all fault rules.
    pub fn clear_faults(&mut self) {
        self.server.clear_faults();
        self.single_use = None;
    }

    /// The fault that a request encounters.
    pub fn receive(&mut self, operation: Operation, ids: &[String]) -> Option<Arc<Encounter>> {
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let (operation, endpoint) = operation.model();
        let delivery = self.server.receive(&Request {
            operation,
            endpoint,
            ids: &ids,
        });
        let mut rules = self.server.faults().iter();
        if !rules.any(|rule| closes_socket(&rule.encounter.fault)) {
            self.single_use = None;
        }
        delivery.fault
    }

    /// The response body for the status of a job; `None` if there is no such job.
    pub fn check(&mut self, endpoint: &str, key: &str) -> Option<Value> {
        let report = self.server.report(endpoint, key, self.now())?;
        Some(status::body(&report, self.plan.job(endpoint, key)))
    }

    /// Adds bytes to a tus upload.
    ///
    /// # Errors
    ///
    /// If there is no such upload, or the bytes do not fit.
    pub fn append(&mut self, id: &str, bytes: &Bytes) -> Result<(), Refusal> {
        let content = Content::Length(bytes.len() as u64);
        let position = self.server.append_to_upload(id, &content)?;
        if bytes.is_empty() {
            return Ok(());
        }
        let digest = self.digests.entry(id.to_owned()).or_default();
        digest.update(bytes);
        if let Some(attachment) = position.attachment
            && let Some(digest) = self.digests.remove(id)
        {
            self.server.set_digest(attachment, hex(digest));
        }
        Ok(())
    }

    /// Terminates a tus upload.
    ///
    /// # Errors
    ///
    /// If there is no such upload.
    pub fn terminate_upload(&mut self, id: &str) -> Result<(), Refusal> {
        self.server.terminate_upload(id)?;
        self.digests.remove(id);
        Ok(())
    }
}

/// A digest in hexadecimal.
#[must_use]
pub fn hex(digest: Sha256) -> String {
    format!("{:x}", Bytes::copy_from_slice(&digest.finalize()))
}

fn closes_socket(fault: &Fault) -> bool {
    match fault {
        Fault::ConnectionLost | Fault::CutAfterBytes(_) => true,
        Fault::NoResponse
        | Fault::Delay(_)
        | Fault::LargeBody(_)
        | Fault::Response(_)
        | Fault::JobFails { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use background_tasks_server_model::{EMBEDDINGS, VIDEO};

    use super::*;

    #[test]
    fn queue_id_that_was_requested_before_is_not_reused() -> Result<(), Refusal> {
        let mut state = State::new(100);
        assert!(state.check(VIDEO, "q-1").is_some());
        let started = state.server.start_job(VIDEO, "7", None, Duration::ZERO)?;
        assert_eq!(started.key.as_deref(), Some("q-2"));
        Ok(())
    }

    #[test]
    fn start_of_a_video_creates_the_embedding_job() -> Result<(), Refusal> {
        let mut state = State::new(100);
        state.server.start_job(VIDEO, "7", None, Duration::ZERO)?;
        state.set_plan(Plan {
            known_only: true,
            ..Plan::default()
        });
        assert!(state.check(EMBEDDINGS, "7").is_some());
        assert!(state.check(EMBEDDINGS, "8").is_none());
        Ok(())
    }

    #[test]
    fn connections_are_not_reused_while_a_rule_closes_them() {
        let connections = Connections::default();
        let mut state = State::new(100);
        state.add_fault(Fault::ConnectionLost.into(), &connections);
        state.add_fault(FaultRule::new(Fault::NoResponse).always(), &connections);
        assert!(!connections.keep_alive());
        assert!(state.receive(Operation::List, &[]).is_some());
        assert!(connections.keep_alive());
        assert!(state.receive(Operation::List, &[]).is_some());
    }

    #[test]
    fn digest_is_that_of_all_bytes() -> Result<(), Refusal> {
        let mut state = State::new(100);
        let upload = background_tasks_server_model::NewUpload {
            length: 3,
            title: "t".to_owned(),
            content_type: "c".to_owned(),
        };
        let id = state.server.create_upload(upload, None, Duration::ZERO)?;
        for bytes in [&b"ab"[..], b"c", b""] {
            state.append(&id, &Bytes::from_static(bytes))?;
        }
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let digests = state.server.attachments().map(|it| it.digest.as_deref());
        assert_eq!(digests.collect::<Vec<_>>(), [Some(abc)]);
        Ok(())
    }
}
