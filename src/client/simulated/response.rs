//! A response of the simulated server, in HTTP and JSON.

use background_tasks_server_model::{self as model, Attachment, Refusal};
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// The body of every response, without the fields that are `None`. One type for all of
/// them keeps the WASM small.
#[derive(Default, Serialize)]
pub struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
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

    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status,
            // Fails only for maps whose keys are not strings.
            ..Self::ok(serde_json::to_vec(body).unwrap_or_default())
        }
    }

    pub fn refused(refusal: &Refusal) -> Self {
        let body = Body {
            error: Some(&*refusal.to_string()),
            ..Body::default()
        };
        Self::json(refusal.status(), &body)
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
