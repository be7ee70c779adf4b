//! The attachments: files that were uploaded completely.

use litemap::LiteMap;

use crate::refusal::Refusal;

/// A file on the server. Its bytes are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its number.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub content_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// What identifies its contents: a digest, or the name of the file that a
    /// [`Content`](crate::Content) came from. `None` if nothing is known about
    /// the contents, or if they are not one file from its beginning to its end.
    pub digest: Option<String>,
}

/// A file that is uploaded in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttachment {
    /// See [`Attachment::title`].
    pub title: String,
    /// See [`Attachment::content_type`].
    pub content_type: String,
    /// See [`Attachment::size`].
    pub size: u64,
    /// See [`Attachment::digest`].
    pub digest: Option<String>,
}

/// The attachments by their number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attachments {
    stored: LiteMap<u64, Attachment>,
    last_id: u64,
}

impl Attachments {
    /// Stores a file.
    pub fn add(&mut self, new: NewAttachment) -> Attachment {
        self.last_id += 1;
        let attachment = Attachment {
            id: self.last_id,
            title: new.title,
            content_type: new.content_type,
            size: new.size,
            digest: new.digest,
        };
        self.stored.insert(self.last_id, attachment.clone());
        attachment
    }

    /// Deletes a file.
    pub fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        let deleted = number(id).and_then(|id| self.stored.remove(&id));
        let unknown = || Refusal::unknown("attachment", id);
        deleted.map(|_| ()).ok_or_else(unknown)
    }

    /// Whether a file with this id is stored.
    pub fn contains(&self, id: &str) -> bool {
        number(id).is_some_and(|id| self.stored.contains_key(&id))
    }

    /// Whether a file with this id was stored and has been deleted.
    pub fn is_deleted(&self, id: &str) -> bool {
        number(id)
            .is_some_and(|id| (1..=self.last_id).contains(&id) && !self.stored.contains_key(&id))
    }

    /// Sets the digest of a file.
    pub fn set_digest(&mut self, id: u64, digest: String) {
        if let Some(attachment) = self.stored.get_mut(&id) {
            attachment.digest = Some(digest);
        }
    }

    /// All files, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Attachment> {
        self.stored.values()
    }
}

/// The number that a text stands for; none for `+7` and `007`.
fn number(id: &str) -> Option<u64> {
    let is_canonical = !id.starts_with(['+', '0']);
    id.parse().ok().filter(|_| is_canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(title: &str) -> NewAttachment {
        NewAttachment {
            title: title.to_owned(),
            content_type: "video/mp4".to_owned(),
            size: 3,
            digest: None,
        }
    }

    #[test]
    fn files_are_listed_until_they_are_deleted() {
        let mut attachments = Attachments::default();
        attachments.add(file("a"));
        attachments.add(file("b"));
        assert_eq!(attachments.delete("1"), Ok(()));
        assert_eq!(
            attachments.delete("1"),
            Err(Refusal::unknown("attachment", "1"))
        );
        let titles: Vec<_> = attachments.iter().map(|file| &file.title).collect();
        assert_eq!(titles, ["b"]);
        assert!(attachments.is_deleted("1"));
        for never_stored in ["0", "3", "+1", "01", "one"] {
            assert!(!attachments.is_deleted(never_stored));
        }
        assert_eq!(attachments.add(file("c")).id, 3);
    }
}
