//! A request to the simulated server, and what the server does.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::internals::Json;
use background_tasks_core::{AttachmentId, IdempotencyKey, Job, JobKind};
use background_tasks_server_model::{
    JobStatus, NewAttachment, Operation, Refusal, Report, Server, Started,
};

use super::response::{Response, described, object};

/// A request of a client.
#[derive(Clone, Debug)]
pub enum Request {
    Status(Job),
    Cancel(Job),
    Upload {
        title: Rc<str>,
        content_type: Rc<str>,
        size: u64,
        key: IdempotencyKey,
    },
    List,
    Delete(AttachmentId),
    Start {
        kind: JobKind,
        attachment: AttachmentId,
        key: IdempotencyKey,
    },
}

impl Request {
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Status(_) => Operation::Status,
            Self::Cancel(_) => Operation::Cancel,
            Self::Upload { .. } => Operation::Upload,
            Self::List => Operation::List,
            Self::Delete(_) => Operation::Delete,
            Self::Start { .. } => Operation::Start,
        }
    }

    /// The kind of the job, for requests about jobs.
    pub const fn kind(&self) -> Option<&JobKind> {
        match self {
            Self::Status(job) | Self::Cancel(job) => Some(&job.kind),
            Self::Start { kind, .. } => Some(kind),
            Self::Upload { .. } | Self::List | Self::Delete(_) => None,
        }
    }

    /// The id in the request: the key of a job or the id of an attachment.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Status(job) | Self::Cancel(job) => Some(job.key.to_string()),
            Self::Delete(id) | Self::Start { attachment: id, .. } => Some(id.to_string()),
            Self::Upload { .. } | Self::List => None,
        }
    }

    /// Executes the request at `now`.
    pub fn execute(&self, server: &mut Server, now: Duration) -> Response {
        let response = match self {
            Self::Status(job) => status(server, job, now),
            Self::Cancel(job) => cancel(server, job, now),
            Self::List => {
                let attachments = server.attachments().map(described);
                Ok(Response::json(200, &Json::List(attachments.collect())))
            }
            Self::Delete(id) => {
                let deleted = server.delete_attachment(&id.to_string());
                deleted.map(|()| Response::empty(204))
            }
            Self::Upload {
                title,
                content_type,
                size,
                key,
            } => {
                let new = NewAttachment {
                    title: title.to_string(),
                    content_type: content_type.to_string(),
                    size: *size,
                    digest: None,
                };
                let created = server.create_attachment(new, Some(key.as_str()), now);
                created.map(|attachment| Response::json(201, &described(&attachment)))
            }
            Self::Start {
                kind,
                attachment,
                key,
            } => {
                let (endpoint, attachment) = (kind.endpoint(), attachment.to_string());
                let started = server.start_job(endpoint, &attachment, Some(key.as_str()), now);
                started.map(|Started { key }| match key {
                    Some(key) => Response::json(202, &object([("queue_id", (&*key).into())])),
                    None => Response::empty(202),
                })
            }
        };
        response.unwrap_or_else(|refusal| Response::refused(&refusal))
    }
}

/// A job with an unknown key belongs to the attachment that the client names.
fn adopt(server: &mut Server, job: &Job, now: Duration) {
    let attachment = job.attachment.to_string();
    server.adopt_job(job.kind.endpoint(), job.key.as_str(), &attachment, now);
}

fn status(server: &mut Server, job: &Job, now: Duration) -> Result<Response, Refusal> {
    adopt(server, job, now);
    let key = job.key.as_str();
    // Scripts are a feature of the simulator, not of the model.
    let Some(Report::Status(status)) = server.report(job.kind.endpoint(), key, now) else {
        return Err(Refusal::Unknown {
            what: "job",
            id: key.to_owned(),
        });
    };
    let (status, detail) = match status {
        JobStatus::Queued => ("queued", None),
        JobStatus::Running { progress } => (
            "processing",
            progress.map(|percent| ("progress", u64::from(percent).into())),
        ),
        JobStatus::Succeeded => ("completed", Some(("progress", 100.into()))),
        JobStatus::Failed { reason } => {
            let reason = reason.as_deref().map(Json::from);
            ("failed", reason.map(|reason| ("error", reason)))
        }
        JobStatus::Cancelled => ("cancelled", None),
    };
    let status = ("status", status.into());
    let body = match detail {
        Some(detail) => object([status, detail]),
        None => object([status]),
    };
    Ok(Response::json(200, &body))
}

fn cancel(server: &mut Server, job: &Job, now: Duration) -> Result<Response, Refusal> {
    adopt(server, job, now);
    server.cancel(job.kind.endpoint(), job.key.as_str(), now)?;
    Ok(Response::empty(204))
}

/// Makes the job of a status request fail.
pub fn fail(server: &mut Server, job: &Job, reason: Option<String>, now: Duration) {
    adopt(server, job, now);
    // If there is no such job, the response says so.
    let _ = server.fail_job(job.kind.endpoint(), job.key.as_str(), reason, now);
}

#[cfg(test)]
mod tests;
