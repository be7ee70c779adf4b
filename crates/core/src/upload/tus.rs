//! One attempt of a resumable upload by the protocol tus 1.0.0: which request follows.

use super::failures::smaller;
use crate::failure::RequestError;
use crate::id::AttachmentId;

/// A request of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TusRequest {
    /// Create the upload.
    Create,
    /// Ask how much of it the server has.
    Position,
    /// Send a part of the file.
    Part {
        /// Where it begins.
        offset: u64,
        /// The number of its bytes.
        length: u64,
    },
}

/// How much of an upload the server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TusPosition {
    /// The number of bytes that the server has.
    pub offset: u64,
    /// The attachment, once the upload is complete.
    pub attachment: Option<AttachmentId>,
}

/// What follows a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TusStep {
    /// This request.
    Request(TusRequest),
    /// The server has the whole file.
    Complete(AttachmentId),
}

/// An attempt. The client sends [`first`](Self::first), and whatever [`after`](Self::after)
/// returns, until that is the end or an error.
#[derive(Debug)]
pub struct TusUpload {
    size: u64,
    part_limit: Option<u64>,
    /// Whether this attempt has created the upload, and the server has taken no byte yet.
    is_new: bool,
    /// Whether the position was asked for since the server took bytes, because it differed.
    has_asked: bool,
}

impl TusUpload {
    /// An attempt to upload `size` bytes, of which a request contains at most `part_limit`.
    pub const fn new(size: u64, part_limit: Option<u64>) -> Self {
        Self {
            size,
            part_limit,
            is_new: false,
            has_asked: false,
        }
    }

    /// The first request. `resumes` says that an earlier attempt has created the upload.
    pub const fn first(resumes: bool) -> TusRequest {
        if resumes {
            TusRequest::Position
        } else {
            TusRequest::Create
        }
    }

    /// The most bytes of the file in one request, if there is a limit.
    pub const fn part_limit(&self) -> Option<u64> {
        self.part_limit
    }

    /// What follows the response to `request`: the position that it contains, or `None` if
    /// the server's upload is of another size.
    ///
    /// # Errors
    ///
    /// Why the attempt ends.
    pub fn after(
        &mut self,
        request: TusRequest,
        response: Result<Option<TusPosition>, RequestError>,
    ) -> Result<TusStep, RequestError> {
        let status = match &response {
            Err(RequestError::Status { status, .. }) => *status,
            _ => 0,
        };
        match (request, status, response) {
            (TusRequest::Create, _, Ok(Some(position))) => {
                self.is_new = true;
                self.proceed(position)
            }
            (TusRequest::Position | TusRequest::Part { .. }, 404 | 410, _) if self.is_new => {
                let detail = format!("the upload that it has created is not found ({status})");
                Err(RequestError::Misconfigured {
                    detail: detail.into(),
                })
            }
            (TusRequest::Position, 404 | 410, _) | (_, _, Ok(None)) => {
                Ok(TusStep::Request(TusRequest::Create))
            }
            // The server has another offset, as after a response that was lost.
            (TusRequest::Part { .. }, 409, _) if !std::mem::replace(&mut self.has_asked, true) => {
                Ok(TusStep::Request(TusRequest::Position))
            }
            (TusRequest::Part { offset, length }, 413, Err(error)) => {
                self.part_limit = Some(smaller(length, 4).ok_or(error)?);
                self.part(offset)
            }
            (TusRequest::Part { offset, .. }, _, Ok(Some(position))) => {
                if position.offset <= offset && position.attachment.is_none() {
                    return Err(invalid("the server did not accept any bytes"));
                }
                self.is_new = false;
                self.has_asked = false;
                self.proceed(position)
            }
            (TusRequest::Position, _, Ok(Some(position))) => self.proceed(position),
            (_, _, Err(error)) => Err(error),
        }
    }

    fn proceed(&self, position: TusPosition) -> Result<TusStep, RequestError> {
        match position.attachment {
            Some(attachment) => Ok(TusStep::Complete(attachment)),
            None if position.offset >= self.size => Err(invalid(
                "neither the response nor the URL of the upload contains an id",
            )),
            None => self.part(position.offset),
        }
    }

    fn part(&self, offset: u64) -> Result<TusStep, RequestError> {
        let rest = self.size.saturating_sub(offset);
        let length = self.part_limit.map_or(rest, |limit| rest.min(limit.max(1)));
        Ok(TusStep::Request(TusRequest::Part { offset, length }))
    }
}

fn invalid(detail: &str) -> RequestError {
    RequestError::InvalidResponse {
        detail: detail.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn at(offset: u64) -> Result<Option<TusPosition>, RequestError> {
        let attachment = (offset == 12 * MIB).then(|| AttachmentId::from(7_u64));
        Ok(Some(TusPosition { offset, attachment }))
    }

    fn status(status: u16) -> Result<Option<TusPosition>, RequestError> {
        Err(RequestError::Status {
            status,
            retry_after: None,
            message: None,
        })
    }

    fn part(offset: u64, length: u64) -> TusRequest {
        TusRequest::Part { offset, length }
    }

    /// The requests of an attempt that gets these responses, and how it ends, if it does.
    fn requests(
        resumes: bool,
        part_limit: Option<u64>,
        responses: impl IntoIterator<Item = Result<Option<TusPosition>, RequestError>>,
    ) -> (Vec<TusRequest>, Option<Result<AttachmentId, RequestError>>) {
        let mut tus = TusUpload::new(12 * MIB, part_limit);
        let mut requests = vec![TusUpload::first(resumes)];
        for response in responses {
            match tus.after(requests[requests.len() - 1], response) {
                Ok(TusStep::Request(request)) => requests.push(request),
                Ok(TusStep::Complete(id)) => return (requests, Some(Ok(id))),
                Err(error) => return (requests, Some(Err(error))),
            }
        }
        (requests, None)
    }

    fn complete() -> Option<Result<AttachmentId, RequestError>> {
        Some(Ok(AttachmentId::from(7_u64)))
    }

    #[test]
    fn upload_is_created_and_sent_in_one_part() {
        let expected = vec![TusRequest::Create, part(0, 12 * MIB)];
        assert_eq!(
            requests(false, None, [at(0), at(12 * MIB)]),
            (expected, complete())
        );
    }

    #[test]
    fn no_part_is_longer_than_its_limit() {
        let responses = [at(0), at(5 * MIB), at(10 * MIB), at(12 * MIB)];
        let expected = vec![
            TusRequest::Create,
            part(0, 5 * MIB),
            part(5 * MIB, 5 * MIB),
            part(10 * MIB, 2 * MIB),
        ];
        assert_eq!(
            requests(false, Some(5 * MIB), responses),
            (expected, complete())
        );
    }

    #[test]
    fn parts_get_smaller_after_413_until_they_are_small() {
        let responses = [at(0), status(413), at(3 * MIB)];
        let expected = vec![
            TusRequest::Create,
            part(0, 12 * MIB),
            part(0, 3 * MIB),
            part(3 * MIB, 3 * MIB),
        ];
        assert_eq!(requests(false, None, responses), (expected, None));
        let refused = std::iter::once(at(0)).chain(std::iter::repeat_n(status(413), 9));
        let (sent, end) = requests(false, None, refused);
        assert_eq!(sent.last(), Some(&part(0, 256 << 10)));
        let is_too_large = matches!(end, Some(Err(RequestError::Status { status: 413, .. })));
        assert!(is_too_large);
    }

    #[test]
    fn position_is_asked_at_once_after_409_and_not_again_before_progress() {
        let responses = [at(0), status(409), at(MIB), status(409)];
        let (sent, end) = requests(false, None, responses);
        assert_eq!(sent[2..], [TusRequest::Position, part(MIB, 11 * MIB)]);
        assert!(matches!(
            end,
            Some(Err(RequestError::Status { status: 409, .. }))
        ));
    }

    #[test]
    fn lock_and_refusal_end_attempt_with_their_status() {
        for code in [401, 403, 409, 423, 425] {
            let (sent, end) = requests(true, None, [status(code)]);
            assert_eq!(sent, [TusRequest::Position]);
            assert!(
                matches!(end, Some(Err(RequestError::Status { status, .. })) if status == code)
            );
        }
    }

    #[test]
    fn upload_that_is_gone_or_of_another_size_is_created_again() {
        for response in [status(404), status(410), Ok(None)] {
            let expected = vec![TusRequest::Position, TusRequest::Create, part(0, 12 * MIB)];
            assert_eq!(requests(true, None, [response, at(0)]), (expected, None));
        }
    }

    #[test]
    fn upload_that_is_not_found_directly_after_creation_is_not_created_again() {
        for code in [404, 410] {
            let (_, end) = requests(false, None, [at(0), status(code)]);
            assert!(
                matches!(end, Some(Err(RequestError::Misconfigured { .. }))),
                "{code}"
            );
            let (_, end) = requests(false, Some(MIB), [at(0), at(MIB), status(code)]);
            assert!(
                matches!(end, Some(Err(RequestError::Status { .. }))),
                "{code}"
            );
        }
    }
}
