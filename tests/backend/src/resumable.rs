//! Uploads that come in parts: how much of each is there, and what became of it.

use std::collections::BTreeMap;

use axum::{body::Bytes, http::StatusCode};
use sha2::{Digest, Sha256};

use crate::{attachments::Upload, error::ApiError};

/// What the client promised when it created an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// How many bytes come.
    pub length: u64,
    /// See [`Upload::title`].
    pub title: String,
    /// See [`Upload::content_type`].
    pub content_type: String,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The bytes that are there.
    pub offset: u64,
    /// The bytes that were promised.
    pub length: u64,
    /// The attachment that was made of them, once all are there.
    pub attachment_id: Option<u64>,
}

#[derive(Debug)]
enum State {
    Open(Open),
    Complete { length: u64, attachment_id: u64 },
    Discarded,
}

/// An upload of which bytes are missing. Those that came live on in the digest only.
#[derive(Debug)]
struct Open {
    promise: Promise,
    offset: u64,
    digest: Sha256,
    has_writer: bool,
}

/// The uploads of a world by id.
#[derive(Debug, Default)]
pub struct Resumables {
    uploads: BTreeMap<String, State>,
    last_number: u64,
}

impl Resumables {
    /// Begins an upload and gives its id.
    pub fn create(&mut self, promise: Promise) -> String {
        self.last_number = self.last_number.saturating_add(1);
        let id = format!("u-{}", self.last_number);
        let open = Open {
            promise,
            offset: 0,
            digest: Sha256::new(),
            has_writer: false,
        };
        self.uploads.insert(id.clone(), State::Open(open));
        id
    }

    /// How far an upload is.
    ///
    /// # Errors
    ///
    /// 404 if there was never one of this id, 410 if it was discarded.
    pub fn position(&self, id: &str) -> Result<Position, ApiError> {
        match self.uploads.get(id) {
            Some(State::Open(open)) => Ok(Position {
                offset: open.offset,
                length: open.promise.length,
                attachment_id: None,
            }),
            Some(State::Complete {
                length,
                attachment_id,
            }) => Ok(Position {
                offset: *length,
                length: *length,
                attachment_id: Some(*attachment_id),
            }),
            Some(State::Discarded) => Err(gone(id)),
            None => Err(ApiError::unknown("upload", id)),
        }
    }

    /// Makes the caller the one that writes to an upload, from `offset` on, until it calls
    /// [`release`](Self::release). A complete upload has nothing left to write.
    ///
    /// # Errors
    ///
    /// As [`position`](Self::position); 423 if another one writes, 409 if the offset is another.
    pub fn claim(&mut self, id: &str, offset: u64) -> Result<(), ApiError> {
        let position = self.position(id)?;
        let open = self.open(id);
        if open.as_ref().is_some_and(|open| open.has_writer) {
            let message = "another request writes to this upload";
            return Err(ApiError::new(StatusCode::LOCKED, message));
        }
        if offset != position.offset {
            let message = format!("the upload is at {}, not at {offset}", position.offset);
            return Err(ApiError::new(StatusCode::CONFLICT, message));
        }
        if let Some(open) = open {
            open.has_writer = true;
        }
        Ok(())
    }

    /// Lets the next one write.
    pub fn release(&mut self, id: &str) {
        if let Some(open) = self.open(id) {
            open.has_writer = false;
        }
    }

    /// Takes in more bytes. With the last one it gives the upload, of which
    /// [`complete`](Self::complete) wants to know the attachment.
    ///
    /// # Errors
    ///
    /// As [`position`](Self::position); 413 if more come than were promised.
    pub fn append(&mut self, id: &str, bytes: &Bytes) -> Result<Option<Upload>, ApiError> {
        let Position { offset, length, .. } = self.position(id)?;
        let end = offset.saturating_add(bytes.len() as u64);
        if end > length {
            let message = format!("more than the {length} bytes that were promised");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        let Some(open) = self.open(id) else {
            return Ok(None);
        };
        open.digest.update(bytes);
        open.offset = end;
        Ok((end == length).then(|| Upload {
            title: open.promise.title.clone(),
            content_type: open.promise.content_type.clone(),
            size: length,
            sha256: format!(
                "{:x}",
                Bytes::copy_from_slice(&open.digest.clone().finalize())
            ),
        }))
    }

    /// Notes what was made of an upload whose bytes are all there.
    pub fn complete(&mut self, id: &str, attachment_id: u64) {
        if let Some(state) = self.uploads.get_mut(id)
            && let State::Open(open) = state
        {
            let length = open.promise.length;
            *state = State::Complete {
                length,
                attachment_id,
            };
        }
    }

    /// Forgets the bytes of an upload. What was made of a complete one stays.
    ///
    /// # Errors
    ///
    /// As [`position`](Self::position).
    pub fn discard(&mut self, id: &str) -> Result<(), ApiError> {
        self.position(id)?;
        self.uploads.insert(id.to_owned(), State::Discarded);
        Ok(())
    }

    fn open(&mut self, id: &str) -> Option<&mut Open> {
        match self.uploads.get_mut(id)? {
            State::Open(open) => Some(open),
            State::Complete { .. } | State::Discarded => None,
        }
    }
}

fn gone(id: &str) -> ApiError {
    ApiError::new(StatusCode::GONE, format!("the upload {id:?} was given up"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(uploads: &mut Resumables, length: u64) -> String {
        uploads.create(Promise {
            length,
            title: "t".to_owned(),
            content_type: "c".to_owned(),
        })
    }

    #[test]
    fn the_last_byte_and_no_earlier_one_gives_the_upload() -> Result<(), ApiError> {
        let mut uploads = Resumables::default();
        let id = created(&mut uploads, 3);
        assert_eq!(uploads.append(&id, &Bytes::from_static(b"ab"))?, None);
        assert_eq!(uploads.position(&id)?.offset, 2);
        let whole = uploads.append(&id, &Bytes::from_static(b"c"))?;
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(whole.map(|whole| whole.sha256).as_deref(), Some(abc));
        uploads.complete(&id, 7);
        assert_eq!(uploads.position(&id)?.attachment_id, Some(7));
        uploads.claim(&id, 3)?;
        assert_eq!(uploads.append(&id, &Bytes::new())?, None);
        Ok(())
    }

    #[test]
    fn bytes_beyond_the_promise_change_nothing() -> Result<(), ApiError> {
        let mut uploads = Resumables::default();
        let id = created(&mut uploads, 2);
        assert!(uploads.append(&id, &Bytes::from_static(b"abc")).is_err());
        assert_eq!(uploads.position(&id)?.offset, 0);
        Ok(())
    }

    #[test]
    fn one_at_a_time_writes() -> Result<(), ApiError> {
        let mut uploads = Resumables::default();
        let id = created(&mut uploads, 2);
        uploads.claim(&id, 0)?;
        assert!(uploads.claim(&id, 0).is_err());
        uploads.release(&id);
        assert!(uploads.claim(&id, 1).is_err());
        uploads.claim(&id, 0)
    }
}
