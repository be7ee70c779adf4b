//! What a client asks of the simulated server, and what it says.

use std::rc::Rc;

use background_tasks_core::{AttachmentId, IdempotencyKey, Job, JobKind};
use serde::Serialize;

use super::call::Operation;

/// What a client asks.
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
    /// Its sort.
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

    /// The name of the job's kind, where it is about a job.
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Status(job) | Self::Cancel(job) => Some(job.kind.name()),
            Self::Start { kind, .. } => Some(kind.name()),
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
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub retry_after: Option<Rc<str>>,
    pub body: Rc<[u8]>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
}

impl Reply {
    /// A success with these bytes.
    pub fn ok(body: Rc<[u8]>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body,
        }
    }

    /// One that says all by its status.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
            body: Rc::default(),
        }
    }

    /// One with this body.
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status,
            retry_after: None,
            // Maps with other keys than texts are all that could fail.
            body: serde_json::to_vec(body).unwrap_or_default().into(),
        }
    }

    /// One that says why not.
    pub fn refused(status: u16, error: &str) -> Self {
        Self::json(status, &Refusal { error })
    }

    /// 404: no thing of this sort has this id.
    pub fn unknown(sort: &str, id: &str) -> Self {
        Self::refused(404, &format!("There is no {sort} {id:?}"))
    }
}
