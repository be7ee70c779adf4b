//! Idempotency keys: a repeated request gets the first one's response and has
//! no second effect.

use std::collections::VecDeque;
use std::time::Duration;

use crate::attachments::Attachment;
use crate::refusal::Refusal;
use crate::request::Operation;

/// How many responses are remembered: clients repeat a request within minutes.
const CAPACITY: usize = 1000;

/// A response that is given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// A job was started; its key, if it is not the attachment's id.
    Started(Option<String>),
    /// A file was stored.
    Stored(Attachment),
    /// A tus upload with this id was created.
    Created(String),
}

/// The responses to requests with a key, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Responses(VecDeque<Given>);

#[derive(Clone, Debug)]
struct Given {
    operation: Operation,
    endpoint: String,
    key: String,
    request: u64,
    response: Remembered,
    at: Duration,
}

/// A request that may be a repeated one.
#[derive(Clone, Copy)]
pub(crate) struct Keyed<'a> {
    pub operation: Operation,
    pub endpoint: &'a str,
    pub key: Option<&'a str>,
    /// A fingerprint of what it asks.
    pub request: u64,
}

impl Responses {
    /// The response to the first request with the same key. The first request
    /// is processed for the time of `processing`.
    ///
    /// # Errors
    ///
    /// If the key was used for another request, or the first one is still being
    /// processed.
    pub fn find(
        &self,
        keyed: Keyed<'_>,
        processing: Duration,
        now: Duration,
    ) -> Result<Option<Remembered>, Refusal> {
        let Some(key) = keyed.key else {
            return Ok(None);
        };
        let first = self.0.iter().rev().find(|given| {
            given.operation == keyed.operation
                && given.endpoint == keyed.endpoint
                && given.key == key
        });
        match first {
            None => Ok(None),
            Some(first) if first.request != keyed.request => Err(Refusal::KeyReused),
            Some(first) if now.saturating_sub(first.at) < processing => Err(Refusal::InProgress),
            Some(first) => Ok(Some(first.response.clone())),
        }
    }

    /// Remembers the response to the first request with a key.
    pub fn remember(&mut self, keyed: Keyed<'_>, response: &Remembered, now: Duration) {
        let Some(key) = keyed.key else {
            return;
        };
        if self.0.len() >= CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(Given {
            operation: keyed.operation,
            endpoint: keyed.endpoint.to_owned(),
            key: key.to_owned(),
            request: keyed.request,
            response: response.clone(),
            at: now,
        });
    }

    /// Forgets the creation of a tus upload, so that its key can create another.
    pub fn forget_upload(&mut self, id: &str) {
        self.0.retain(
            |given| !matches!(&given.response, Remembered::Created(created) if created == id),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);

    fn keyed(key: Option<&str>, request: u64) -> Keyed<'_> {
        Keyed {
            operation: Operation::Start,
            endpoint: "e",
            key,
            request,
        }
    }

    #[test]
    fn a_key_has_one_response_and_a_request_without_key_none() {
        let mut responses = Responses::default();
        let first = Remembered::Started(None);
        responses.remember(keyed(Some("k"), 7), &first, NOW);
        responses.remember(keyed(None, 7), &first, NOW);
        let find = |keyed| responses.find(keyed, Duration::ZERO, NOW);
        assert_eq!(find(keyed(Some("k"), 7)), Ok(Some(first)));
        assert_eq!(find(keyed(Some("k"), 8)), Err(Refusal::KeyReused));
        assert_eq!(find(keyed(Some("l"), 7)), Ok(None));
        assert_eq!(find(keyed(None, 7)), Ok(None));
        let elsewhere = Keyed {
            endpoint: "f",
            ..keyed(Some("k"), 7)
        };
        assert_eq!(find(elsewhere), Ok(None));
    }

    #[test]
    fn a_request_is_processed_for_a_while() {
        let mut responses = Responses::default();
        let first = Remembered::Started(None);
        responses.remember(keyed(Some("k"), 7), &first, NOW);
        let second = Duration::from_secs(1);
        let find = |now| responses.find(keyed(Some("k"), 7), second, now);
        assert_eq!(find(NOW), Err(Refusal::InProgress));
        assert_eq!(find(NOW + second), Ok(Some(first)));
    }

    #[test]
    fn a_created_upload_can_be_forgotten() {
        let mut responses = Responses::default();
        let created = Remembered::Created("u-1".to_owned());
        responses.remember(keyed(Some("k"), 7), &created, NOW);
        responses.forget_upload("u-1");
        assert_eq!(responses.find(keyed(Some("k"), 7), NOW, NOW), Ok(None));
    }
}
