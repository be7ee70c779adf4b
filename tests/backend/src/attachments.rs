//! The attachments of a world.

use std::collections::BTreeMap;

use serde::Serialize;

/// A file that was uploaded. Of its bytes only size and digest are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its number.
    pub id: u64,
    /// What the person calls it.
    pub title: String,
    /// Its media type, as the upload gave it.
    pub content_type: String,
    /// How many bytes came.
    pub size: u64,
    /// The SHA-256 digest of the bytes that came, in hexadecimal. For tests only, not in the API.
    #[serde(skip)]
    pub sha256: String,
}

/// What an upload brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// See [`Attachment::title`].
    pub title: String,
    /// See [`Attachment::content_type`].
    pub content_type: String,
    /// See [`Attachment::size`].
    pub size: u64,
    /// See [`Attachment::sha256`].
    pub sha256: String,
}

/// Every attachment by its number.
#[derive(Debug, Default)]
pub struct Attachments {
    attachments: BTreeMap<u64, Attachment>,
    last_id: u64,
}

impl Attachments {
    /// Adds one.
    pub fn add(&mut self, upload: Upload) -> Attachment {
        self.last_id = self.last_id.saturating_add(1);
        let attachment = Attachment {
            id: self.last_id,
            title: upload.title,
            content_type: upload.content_type,
            size: upload.size,
            sha256: upload.sha256,
        };
        self.attachments.insert(self.last_id, attachment.clone());
        attachment
    }

    /// Removes one; `None` if there is no such attachment.
    pub fn remove(&mut self, id: &str) -> Option<Attachment> {
        self.attachments.remove(&id.parse().ok()?)
    }

    /// Whether there is one of this id.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        id.parse()
            .is_ok_and(|id: u64| self.attachments.contains_key(&id))
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.values()
    }
}
