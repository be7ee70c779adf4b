//! tus uploads: how much of each has arrived, and what became of it.

use std::time::Duration;

use litemap::LiteMap;

use crate::attachments::NewAttachment;
use crate::refusal::Refusal;

/// How many uploads are remembered. The oldest is forgotten, as by a server that keeps
/// incomplete uploads for a limited time.
const CAPACITY: u64 = 1000;

/// What a client announces when it creates an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// How many bytes the file has.
    pub length: u64,
    /// The title of the attachment that it becomes.
    pub title: String,
    /// The media type of the attachment that it becomes.
    pub content_type: String,
}

/// Bytes in a request's body, without the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// This many bytes.
    Length(u64),
    /// A range of a file. If an upload consists of one file's bytes in order,
    /// the file's name becomes the digest of the attachment.
    Range {
        /// What identifies the file.
        file: &'a str,
        /// Where in the file the range begins.
        start: u64,
        /// How many bytes it has.
        length: u64,
    },
}

impl Content<'_> {
    pub(crate) const fn length(&self) -> u64 {
        match self {
            Self::Length(length) | Self::Range { length, .. } => *length,
        }
    }
}

/// How much of an upload has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The bytes that have arrived.
    pub offset: u64,
    /// The bytes of the file.
    pub length: u64,
    /// The attachment, once all bytes have arrived.
    pub attachment: Option<u64>,
}

/// The uploads by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads {
    uploads: LiteMap<String, Upload>,
    last_number: u64,
}

#[derive(Clone, Debug)]
enum Upload {
    Open(Open),
    Complete { length: u64, attachment: u64 },
    Terminated,
}

#[derive(Clone, Debug)]
struct Open {
    new: NewUpload,
    offset: u64,
    lock: Lock,
    source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lock {
    Free,
    Held,
    /// Held by a request whose client has gone away.
    HeldUntil(Duration),
}

/// Where the bytes so far came from.
#[derive(Clone, Debug)]
enum Source {
    Nowhere,
    File(String),
    Unknown,
}

impl Uploads {
    /// Creates an upload and returns its id.
    pub fn create(&mut self, new: NewUpload) -> String {
        self.last_number += 1;
        let id = name(self.last_number);
        let open = Open {
            new,
            offset: 0,
            lock: Lock::Free,
            source: Source::Nowhere,
        };
        self.uploads.insert(id.clone(), Upload::Open(open));
        if let Some(oldest) = self.last_number.checked_sub(CAPACITY) {
            self.forget(&name(oldest));
        }
        id
    }

    pub fn position(&self, id: &str) -> Result<Position, Refusal> {
        match self.uploads.get(id) {
            Some(Upload::Open(open)) => Ok(Position {
                offset: open.offset,
                length: open.new.length,
                attachment: None,
            }),
            Some(&Upload::Complete { length, attachment }) => Ok(Position {
                offset: length,
                length,
                attachment: Some(attachment),
            }),
            Some(Upload::Terminated) => Err(Refusal::Terminated { id: id.to_owned() }),
            None => Err(Refusal::unknown("upload", id)),
        }
    }

    /// Locks an upload for a request that continues at `offset`. A complete
    /// upload needs no lock.
    pub fn claim(&mut self, id: &str, offset: u64, now: Duration) -> Result<(), Refusal> {
        let position = self.position(id)?;
        let open = self.open(id);
        let is_locked = open.as_ref().is_some_and(|open| match open.lock {
            Lock::Free => false,
            Lock::Held => true,
            Lock::HeldUntil(end) => now < end,
        });
        if is_locked {
            return Err(Refusal::Locked);
        }
        if offset != position.offset {
            return Err(Refusal::OffsetMismatch {
                offset: position.offset,
                requested: offset,
            });
        }
        if let Some(open) = open {
            open.lock = Lock::Held;
        }
        Ok(())
    }

    pub fn release(&mut self, id: &str) {
        if let Some(open) = self.open(id) {
            open.lock = Lock::Free;
        }
    }

    /// Keeps an upload locked until `end`.
    pub fn abandon(&mut self, id: &str, end: Duration) {
        if let Some(open) = self.open(id)
            && open.lock == Lock::Held
        {
            open.lock = Lock::HeldUntil(end);
        }
    }

    /// Adds bytes. With the last one it returns the file, whose attachment
    /// [`complete`](Self::complete) then takes.
    pub fn append(
        &mut self,
        id: &str,
        content: &Content<'_>,
    ) -> Result<Option<NewAttachment>, Refusal> {
        let Position { offset, length, .. } = self.position(id)?;
        let end = offset.saturating_add(content.length());
        if end > length {
            return Err(Refusal::BeyondLength { length });
        }
        let Some(open) = self.open(id) else {
            return Ok(None);
        };
        open.source.append(offset, content);
        open.offset = end;
        Ok((end == length).then(|| NewAttachment {
            title: open.new.title.clone(),
            content_type: open.new.content_type.clone(),
            size: length,
            digest: match &open.source {
                Source::File(file) => Some(file.clone()),
                Source::Nowhere | Source::Unknown => None,
            },
        }))
    }

    /// Notes the attachment that a whole upload has become.
    pub fn complete(&mut self, id: &str, attachment: u64) {
        if let Some(upload) = self.uploads.get_mut(id)
            && let Upload::Open(open) = upload
        {
            let length = open.new.length;
            *upload = Upload::Complete { length, attachment };
        }
    }

    /// Terminates an upload. The attachment of a complete one stays.
    pub fn terminate(&mut self, id: &str) -> Result<(), Refusal> {
        self.position(id)?;
        self.uploads.insert(id.to_owned(), Upload::Terminated);
        Ok(())
    }

    /// Forgets that there was such an upload.
    pub fn forget(&mut self, id: &str) {
        self.uploads.remove(id);
    }

    fn open(&mut self, id: &str) -> Option<&mut Open> {
        match self.uploads.get_mut(id)? {
            Upload::Open(open) => Some(open),
            Upload::Complete { .. } | Upload::Terminated => None,
        }
    }
}

fn name(number: u64) -> String {
    format!("u-{number}")
}

impl Source {
    fn append(&mut self, offset: u64, content: &Content<'_>) {
        if content.length() == 0 {
            return;
        }
        *self = match (&*self, *content) {
            (Self::Nowhere, Content::Range { file, start: 0, .. }) => Self::File(file.to_owned()),
            (Self::File(known), Content::Range { file, start, .. })
                if known == file && start == offset =>
            {
                return;
            }
            _ => Self::Unknown,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);

    fn created(uploads: &mut Uploads, length: u64) -> String {
        uploads.create(NewUpload {
            length,
            title: "t".to_owned(),
            content_type: "c".to_owned(),
        })
    }

    fn range(file: &str, start: u64, length: u64) -> Content<'_> {
        Content::Range {
            file,
            start,
            length,
        }
    }

    #[test]
    fn the_last_byte_makes_the_file() -> Result<(), Refusal> {
        let mut uploads = Uploads::default();
        let id = created(&mut uploads, 3);
        assert_eq!(uploads.append(&id, &range("f", 0, 2))?, None);
        assert_eq!(uploads.position(&id)?.offset, 2);
        let file = uploads.append(&id, &range("f", 2, 1))?;
        assert_eq!(file.and_then(|file| file.digest).as_deref(), Some("f"));
        uploads.complete(&id, 7);
        assert_eq!(uploads.position(&id)?.attachment, Some(7));
        uploads.claim(&id, 3, NOW)?;
        assert_eq!(uploads.append(&id, &Content::Length(0))?, None);
        Ok(())
    }

    #[test]
    fn oldest_upload_is_forgotten() {
        let mut uploads = Uploads::default();
        for _ in 0..=CAPACITY {
            created(&mut uploads, 3);
        }
        let unknown = Err(Refusal::unknown("upload", "u-1"));
        assert_eq!(uploads.position("u-1"), unknown);
        assert!(uploads.position("u-2").is_ok());
        assert_eq!(uploads.uploads.len() as u64, CAPACITY);
    }

    #[test]
    fn bytes_from_the_wrong_place_are_noticed() -> Result<(), Refusal> {
        for wrong in [range("f", 1, 1), range("g", 2, 1), Content::Length(1)] {
            let mut uploads = Uploads::default();
            let id = created(&mut uploads, 3);
            uploads.append(&id, &range("f", 0, 2))?;
            let file = uploads.append(&id, &wrong)?;
            assert_eq!(file.map(|file| file.digest), Some(None), "{wrong:?}");
        }
        Ok(())
    }

    #[test]
    fn bytes_beyond_the_length_change_nothing() -> Result<(), Refusal> {
        let mut uploads = Uploads::default();
        let id = created(&mut uploads, 2);
        let refused = uploads.append(&id, &Content::Length(3));
        assert_eq!(refused, Err(Refusal::BeyondLength { length: 2 }));
        assert_eq!(uploads.position(&id)?.offset, 0);
        Ok(())
    }

    #[test]
    fn one_request_at_a_time_writes() -> Result<(), Refusal> {
        let mut uploads = Uploads::default();
        let id = created(&mut uploads, 2);
        uploads.claim(&id, 0, NOW)?;
        assert_eq!(uploads.claim(&id, 0, NOW), Err(Refusal::Locked));
        uploads.release(&id);
        let mismatch = Refusal::OffsetMismatch {
            offset: 0,
            requested: 1,
        };
        assert_eq!(uploads.claim(&id, 1, NOW), Err(mismatch));
        uploads.claim(&id, 0, NOW)
    }

    #[test]
    fn a_dead_request_holds_the_lock_for_a_while() -> Result<(), Refusal> {
        let mut uploads = Uploads::default();
        let id = created(&mut uploads, 2);
        uploads.claim(&id, 0, NOW)?;
        let later = NOW + Duration::from_secs(5);
        uploads.abandon(&id, later);
        assert_eq!(uploads.claim(&id, 0, NOW), Err(Refusal::Locked));
        uploads.claim(&id, 0, later)
    }
}
