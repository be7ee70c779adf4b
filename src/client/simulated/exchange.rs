//! A request to the simulated server, and the response in HTTP and JSON.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_server_model::{
    Attachment, JobStatus, NewAttachment, Operation, Refusal, Report, Server, Started,
};
use serde::Serialize;

use background_tasks_core::{AttachmentId, IdempotencyKey, Job, JobKind};

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

    /// The id that it names.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Status(job) | Self::Cancel(job) => Some(job.key.to_string()),
            Self::Delete(id) | Self::Start { attachment: id, .. } => Some(id.to_string()),
            Self::Upload { .. } | Self::List => None,
        }
    }

    /// Carries the request out at `now`.
    pub fn carry_out(&self, server: &mut Server, now: Duration) -> Response {
        let response = match self {
            Self::Status(job) => status(server, job, now),
            Self::Cancel(job) => cancel(server, job, now),
            Self::List => {
                let attachments = server.attachments().map(Body::from);
                Ok(Response::json(200, &attachments.collect::<Vec<_>>()))
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
                created.map(|attachment| Response::json(201, &Body::from(&*attachment)))
            }
            Self::Start {
                kind,
                attachment,
                key,
            } => {
                let (endpoint, attachment) = (kind.endpoint(), attachment.to_string());
                let started = server.start_job(endpoint, &attachment, Some(key.as_str()), now);
                started.map(|Started { key }| match key {
                    Some(key) => {
                        let queue_id = Some(&*key);
                        Response::json(
                            202,
                            &Body {
                                queue_id,
                                ..Body::default()
                            },
                        )
                    }
                    None => Response::empty(202),
                })
            }
        };
        response.unwrap_or_else(|refusal| Response::refused(&refusal))
    }
}

/// Jobs of an unknown key belong to the attachment that the client knows.
fn adopt(server: &mut Server, job: &Job, now: Duration) {
    let attachment = job.attachment.to_string();
    server.adopt_job(job.kind.endpoint(), job.key.as_str(), &attachment, now);
}

fn status(server: &mut Server, job: &Job, now: Duration) -> Result<Response, Refusal> {
    adopt(server, job, now);
    let key = job.key.as_str();
    // The scripts of the simulator are its own; the model knows of none.
    let Some(Report::Status(status)) = server.report(job.kind.endpoint(), key, now) else {
        return Err(Refusal::Unknown {
            what: "job",
            id: key.to_owned(),
        });
    };
    let (status, progress, error) = match status {
        JobStatus::Queued => ("queued", None, None),
        JobStatus::Running { progress } => ("processing", progress, None),
        JobStatus::Succeeded => ("completed", Some(100), None),
        JobStatus::Failed { reason } => ("failed", None, reason),
        JobStatus::Cancelled => ("cancelled", None, None),
    };
    let status = Body {
        status: Some(status),
        progress: progress.map(u64::from),
        error: error.as_deref(),
        ..Body::default()
    };
    Ok(Response::json(200, &status))
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

/// A response of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// The body of every response; what is `None` is left out. One type for all of
/// them keeps the WASM small.
#[derive(Default, Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

impl<'a> From<&'a Attachment> for Body<'a> {
    fn from(attachment: &'a Attachment) -> Self {
        Self {
            id: Some(attachment.id),
            title: Some(&attachment.title),
            content_type: Some(&attachment.content_type),
            size: Some(attachment.size),
            ..Self::default()
        }
    }
}

impl Response {
    /// A success with these bytes.
    pub const fn ok(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body,
        }
    }

    fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::ok(Vec::new())
        }
    }

    fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status,
            // Only maps whose keys are not strings could fail.
            ..Self::ok(serde_json::to_vec(body).unwrap_or_default())
        }
    }

    fn refused(refusal: &Refusal) -> Self {
        let body = Body {
            error: Some(&*refusal.to_string()),
            ..Body::default()
        };
        Self::json(refusal.status(), &body)
    }
}

impl From<background_tasks_server_model::Response> for Response {
    fn from(response: background_tasks_server_model::Response) -> Self {
        Self {
            status: response.status,
            retry_after: response.retry_after,
            body: response.body.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
