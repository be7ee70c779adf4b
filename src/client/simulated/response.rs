//! A response of the simulated server, in HTTP and JSON.

use background_tasks_core::internals::Json;
use background_tasks_server_model::{self as model, Attachment, Refusal};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// An object with these fields.
pub fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let fields = fields.into_iter();
    Json::Object(fields.map(|(name, value)| (name.into(), value)).collect())
}

/// How the server describes an attachment.
pub fn described(attachment: &Attachment) -> Json {
    object([
        ("id", attachment.id.into()),
        ("title", (*attachment.title).into()),
        ("content_type", (*attachment.content_type).into()),
        ("size", attachment.size.into()),
    ])
}

impl Response {
    /// Status 200 with this body.
    pub const fn ok(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body,
        }
    }

    pub fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::ok(Vec::new())
        }
    }

    pub fn json(status: u16, body: &Json) -> Self {
        Self {
            status,
            ..Self::ok(body.to_string().into_bytes())
        }
    }

    pub fn refused(refusal: &Refusal) -> Self {
        let error = Json::from(&*refusal.to_string());
        Self::json(refusal.status(), &object([("error", error)]))
    }
}

impl From<model::Response> for Response {
    fn from(response: model::Response) -> Self {
        Self {
            status: response.status,
            retry_after: response.retry_after,
            body: response.body.unwrap_or_default(),
        }
    }
}
