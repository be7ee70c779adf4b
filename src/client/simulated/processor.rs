//! The server that is simulated: (request, now) gives an answer, in JSON.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use litemap::LiteMap;
use serde::Serialize;

use super::call::Operation;
use super::chance;
use super::exchange::{Reply, Request};
use super::pace::Pace;
use super::run::{End, Run, Stage};
use super::simulation::Simulation;
use crate::client::Attachment;
use crate::sorted::SortedSet;
use crate::task::{AttachmentId, IdempotencyKey, Job, JobKey, JobKind, Percent};
use crate::time::Timestamp;

/// The server's whole state.
#[derive(Debug)]
pub struct Processor {
    simulation: Simulation,
    pace: Pace,
    attachments: LiteMap<u64, Attachment>,
    last_attachment: u64,
    deleted: SortedSet<String>,
    jobs: LiteMap<JobName, SimulatedJob>,
    /// How often each job was started, by kind and attachment.
    starts: LiteMap<JobName, u64>,
    answered: LiteMap<(Operation, IdempotencyKey), Reply>,
    scripts: LiteMap<JobKey, VecDeque<Rc<[u8]>>>,
}

/// A kind's name, and a job key or an attachment's id.
type JobName = (String, String);

#[derive(Debug)]
struct SimulatedJob {
    attachment: String,
    runs: u64,
    run: Run,
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
            deleted: SortedSet::new(),
            jobs: LiteMap::new(),
            starts: LiteMap::new(),
            answered: LiteMap::new(),
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
        if let Some(job) = self.find_or_begin(job, at) {
            job.run.end(at, End::Failed(reason));
        }
    }

    /// Does what is asked and answers.
    pub fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        let at = self.pace.passed(now);
        match request {
            Request::Status(job) => self.status(job, at),
            Request::Cancel(job) => match self.find_or_begin(job, at) {
                Some(job) => {
                    job.run.end(at, End::Cancelled);
                    Reply::empty(204)
                }
                None => Reply::unknown("job", job.key.as_str()),
            },
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
        let Some(known) = self.find_or_begin(job, at) else {
            return Reply::unknown("job", job.key.as_str());
        };
        let (status, progress, error) = match known.run.stage(at) {
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
        self.jobs.retain(|_, job| job.attachment != id);
        self.deleted.insert(id);
        Reply::empty(204)
    }

    /// An attachment that was never uploaded is taken as one from before, so
    /// that a page can follow jobs of its own making.
    fn start(&mut self, kind: &str, attachment: &str, at: Duration) -> Reply {
        if self.deleted.contains(attachment) {
            return Reply::unknown("attachment", attachment);
        }
        if kind == JobKind::embedding().name() {
            self.begin(kind, attachment, attachment, at);
            return Reply::empty(202);
        }
        let starts = self
            .starts
            .entry((kind.into(), attachment.into()))
            .or_default();
        *starts += 1;
        let mut chance = chance::of(
            self.simulation.seed(),
            &["queue", kind, attachment],
            *starts,
        );
        let queue_id = loop {
            let id = format!("q-{:08x}", chance.u32(..));
            if !self.jobs.contains_key(&(kind.into(), id.clone())) {
                break id;
            }
        };
        self.begin(kind, &queue_id, attachment, at);
        Reply::json(202, &Started { queue_id })
    }

    /// The job; one that is not known begins, unless its attachment was deleted.
    fn find_or_begin(&mut self, job: &Job, at: Duration) -> Option<&mut SimulatedJob> {
        let (kind, key) = (job.kind.name(), job.key.as_str());
        let attachment = job.attachment.to_string();
        let name = (kind.to_owned(), key.to_owned());
        if !self.jobs.contains_key(&name) && !self.deleted.contains(&attachment) {
            self.begin(kind, key, &attachment, at);
        }
        self.jobs.get_mut(&name)
    }

    /// Runs a job, anew if it ran before.
    fn begin(&mut self, kind: &str, key: &str, attachment: &str, at: Duration) {
        let name = (kind.to_owned(), key.to_owned());
        let runs = self.jobs.get(&name).map_or(0, |job| job.runs) + 1;
        let chance = chance::of(self.simulation.seed(), &["run", kind, key], runs);
        let time = self.simulation.job_time(kind);
        let job = SimulatedJob {
            attachment: attachment.to_owned(),
            runs,
            run: Run::draw(chance, at, time, self.simulation.fail()),
        };
        self.jobs.insert(name, job);
    }

    /// Does it once for each key; a repeated request gets the first one's answer.
    fn once(
        &mut self,
        operation: Operation,
        key: &IdempotencyKey,
        carry_out: impl FnOnce(&mut Self) -> Reply,
    ) -> Reply {
        let name = (operation, key.clone());
        if let Some(reply) = self.answered.get(&name) {
            return reply.clone();
        }
        let reply = carry_out(self);
        self.answered.insert(name, reply.clone());
        reply
    }
}

#[cfg(test)]
mod tests;
