//! Attachments in responses.

use background_tasks_server_model as model;
use serde::Serialize;

/// An attachment in a response.
#[derive(Serialize)]
pub struct Attachment {
    id: u64,
    title: String,
    content_type: String,
    size: u64,
}

impl From<&model::Attachment> for Attachment {
    fn from(attachment: &model::Attachment) -> Self {
        Self {
            id: attachment.id,
            title: attachment.title.clone(),
            content_type: attachment.content_type.clone(),
            size: attachment.size,
        }
    }
}
