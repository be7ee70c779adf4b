//! The server that is simulated: (request, now) gives an answer, in JSON.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, Percent, Timestamp,
};
use litemap::LiteMap;
use serde::Serialize;

use super::call::{CallRecord, Operation};
use super::chance;
use super::exchange::{Reply, Request};
use super::jobs::Jobs;
use super::pace::Pace;
use super::run::{End, Stage};
use super::simulation::Simulation;
use crate::client::Attachment;

/// How many answers to requests with an idempotency key are remembered: a client
/// repeats a request within minutes.
const REPEATABLE: usize = 1000;

/// The server's whole state. But for the attachments, which are there until they
/// are deleted, it grows no further however long a page lives.
#[derive(Debug)]
pub struct Processor {
    simulation: Simulation,
    pace: Pace,
    attachments: LiteMap<u64, Attachment>,
    last_attachment: u64,
    jobs: Jobs,
    /// How often each job was started, by attachment and kind.
    starts: LiteMap<(String, String), u64>,
    /// Oldest first.
    answered: VecDeque<(Operation, IdempotencyKey, Reply)>,
    scripts: LiteMap<JobKey, VecDeque<Rc<[u8]>>>,
}

#[derive(Serialize)]
struct Status {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Percent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Rc<str>>,
}

#[derive(Serialize)]
struct Started {
    queue_id: String,
}

impl Processor {
    /// A server that has nothing.
    pub fn new(simulation: Simulation, now: Timestamp) -> Self {
        Self {
            pace: Pace::new(simulation.speed(), now),
            simulation,
            attachments: LiteMap::new(),
            last_attachment: 0,
            jobs: Jobs::default(),
            starts: LiteMap::new(),
            answered: VecDeque::new(),
            scripts: LiteMap::new(),
        }
    }

    /// The settings.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// Goes on with other settings.
    pub fn set_simulation(&mut self, simulation: Simulation, now: Timestamp) {
        self.pace.set_speed(simulation.speed(), now);
        self.simulation = simulation;
    }

    /// The server's time.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Has the checks of a job answered with these bodies, the last one for
    /// ever; with none, truly again.
    pub fn script(&mut self, key: JobKey, bodies: VecDeque<Rc<[u8]>>) {
        if bodies.is_empty() {
            self.scripts.remove(&key);
        } else {
            self.scripts.insert(key, bodies);
        }
    }

    /// Ends a job that is under way.
    pub fn fail(&mut self, job: &Job, reason: Option<Rc<str>>, now: Timestamp) {
        let at = self.pace.passed(now);
        self.begin_unknown(job, at);
        let (kind, key) = (job.kind.name(), job.key.as_str());
        self.jobs.end(kind, key, at, End::Failed(reason));
    }

    /// Counts a call and those like it before.
    pub fn count(&mut self, call: &CallRecord) -> u64 {
        self.jobs.count(call)
    }

    /// Does what is asked and answers.
    pub fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        let at = self.pace.passed(now);
        match request {
            Request::Status(job) => self.status(job, at),
            Request::Cancel(job) => self.cancel(job, at),
            Request::List => Reply::json(200, &self.attachments.values().collect::<Vec<_>>()),
            Request::Delete(id) => self.delete(id),
            Request::Upload {
                title,
                content_type,
                size,
                key,
            } => self.once(Operation::Upload, key, |server| {
                server.add(title, content_type, *size)
            }),
            Request::Start {
                kind,
                attachment,
                key,
            } => self.once(Operation::Start, key, |server| {
                server.start(kind.name(), &attachment.to_string(), at)
            }),
        }
    }

    fn status(&mut self, job: &Job, at: Duration) -> Reply {
        if let Some(bodies) = self.scripts.get_mut(&job.key) {
            let last = bodies.front().cloned().unwrap_or_default();
            if bodies.len() > 1 {
                bodies.pop_front();
            }
            return Reply::ok(last);
        }
        self.begin_unknown(job, at);
        let Some(stage) = self.jobs.tell(job.kind.name(), job.key.as_str(), at) else {
            return Reply::unknown("job", job.key.as_str());
        };
        let (status, progress, error) = match stage {
            Stage::Queued => ("queued", None, None),
            Stage::Running(percent) => ("processing", Percent::from_f64(percent), None),
            Stage::Ended(End::Succeeded) => ("completed", Percent::from_f64(100.0), None),
            Stage::Ended(End::Failed(reason)) => ("failed", None, reason),
            Stage::Ended(End::Cancelled) => ("cancelled", None, None),
        };
        Reply::json(
            200,
            &Status {
                status,
                progress,
                error,
            },
        )
    }

    fn cancel(&mut self, job: &Job, at: Duration) -> Reply {
        self.begin_unknown(job, at);
        let (kind, key) = (job.kind.name(), job.key.as_str());
        if self.jobs.end(kind, key, at, End::Cancelled) {
            // Who gives a job up does not ask after it any more.
            self.jobs.tell(kind, key, at);
            Reply::empty(204)
        } else {
            Reply::unknown("job", key)
        }
    }

    fn add(&mut self, title: &Rc<str>, content_type: &Rc<str>, size: u64) -> Reply {
        if size == 0 {
            return Reply::refused(422, "The file is empty");
        }
        self.last_attachment += 1;
        let attachment = Attachment {
            id: AttachmentId::Number(self.last_attachment),
            title: Rc::clone(title),
            content_type: Rc::clone(content_type),
            size,
        };
        let reply = Reply::json(201, &attachment);
        self.attachments.insert(self.last_attachment, attachment);
        reply
    }

    fn delete(&mut self, id: &AttachmentId) -> Reply {
        let id = id.to_string();
        let known = id.parse().ok().and_then(|id| self.attachments.remove(&id));
        if known.is_none() {
            return Reply::unknown("attachment", &id);
        }
        self.jobs.forget_of(&id);
        self.starts.retain(|(attachment, _), _| *attachment != id);
        Reply::empty(204)
    }

    /// Whether it was uploaded, and is there no more.
    fn is_deleted(&self, attachment: &str) -> bool {
        let id = attachment.parse();
        id.is_ok_and(|id| {
            (1..=self.last_attachment).contains(&id) && !self.attachments.contains_key(&id)
        })
    }

    /// An attachment that was never uploaded is taken as one from before, so
    /// that a page can follow jobs of its own making.
    fn start(&mut self, kind: &str, attachment: &str, at: Duration) -> Reply {
        if self.is_deleted(attachment) {
            return Reply::unknown("attachment", attachment);
        }
        if kind == JobKind::embedding().name() {
            let job = [kind, attachment, attachment];
            self.jobs.begin(&self.simulation, job, at);
            return Reply::empty(202);
        }
        let starts = self
            .starts
            .entry((attachment.into(), kind.into()))
            .or_default();
        *starts += 1;
        let mut chance = chance::of(
            self.simulation.seed(),
            &["queue", kind, attachment],
            *starts,
        );
        let queue_id = loop {
            let id = format!("q-{:08x}", chance.u32(..));
            if !self.jobs.has(kind, &id) {
                break id;
            }
        };
        let job = [kind, &queue_id, attachment];
        self.jobs.begin(&self.simulation, job, at);
        Reply::json(202, &Started { queue_id })
    }

    /// A job that is not known begins, unless its attachment was deleted.
    fn begin_unknown(&mut self, job: &Job, at: Duration) {
        let (kind, key) = (job.kind.name(), job.key.as_str());
        let attachment = job.attachment.to_string();
        if !self.jobs.has(kind, key) && !self.is_deleted(&attachment) {
            let job = [kind, key, &attachment];
            self.jobs.begin(&self.simulation, job, at);
        }
    }

    /// Does it once for each key; a repeated request gets the first one's answer.
    fn once(
        &mut self,
        operation: Operation,
        key: &IdempotencyKey,
        carry_out: impl FnOnce(&mut Self) -> Reply,
    ) -> Reply {
        let mut before = self.answered.iter().rev();
        let before = before.find(|(of, known, _)| *of == operation && known == key);
        if let Some((.., reply)) = before {
            return reply.clone();
        }
        let reply = carry_out(self);
        if self.answered.len() >= REPEATABLE {
            self.answered.pop_front();
        }
        let answered = (operation, key.clone(), reply.clone());
        self.answered.push_back(answered);
        reply
    }
}

#[cfg(test)]
mod tests;
