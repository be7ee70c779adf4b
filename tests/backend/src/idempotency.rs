//! Idempotency keys: a repeated request gets the first one's answer and has no second effect.

use std::collections::{HashMap, hash_map};

use serde_json::Value;

use crate::operation::Operation;

/// The answers given to requests that carried a key.
#[derive(Debug, Default)]
pub struct Answers {
    given: HashMap<(Operation, String), Given>,
}

#[derive(Debug)]
struct Given {
    request: String,
    answer: Value,
}

/// A key came again with another request than its first.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyReused;

impl Answers {
    /// The answer to a request: the one remembered for its key, else what `carry_out` gives.
    ///
    /// # Errors
    ///
    /// If the key was used for a `request` that differs from this one.
    pub fn once(
        &mut self,
        operation: Operation,
        key: Option<String>,
        request: String,
        carry_out: impl FnOnce() -> Value,
    ) -> Result<Value, KeyReused> {
        let Some(key) = key else {
            return Ok(carry_out());
        };
        match self.given.entry((operation, key)) {
            hash_map::Entry::Occupied(given) if given.get().request != request => Err(KeyReused),
            hash_map::Entry::Occupied(given) => Ok(given.get().answer.clone()),
            hash_map::Entry::Vacant(place) => {
                let answer = carry_out();
                place.insert(Given {
                    request,
                    answer: answer.clone(),
                });
                Ok(answer)
            }
        }
    }

    /// Forgets the requests that were answered so, as if they had not come.
    pub fn forget(&mut self, operation: Operation, answer: &Value) {
        self.given
            .retain(|(of, _), given| *of != operation || given.answer != *answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(
        answers: &mut Answers,
        key: Option<&str>,
        request: &str,
        answer: i32,
    ) -> Result<Value, KeyReused> {
        let key = key.map(str::to_owned);
        answers.once(Operation::VideoStart, key, request.to_owned(), || {
            answer.into()
        })
    }

    #[test]
    fn a_key_has_one_answer_and_no_key_a_fresh_one() {
        let mut answers = Answers::default();
        assert_eq!(once(&mut answers, Some("k"), "7", 1), Ok(1.into()));
        assert_eq!(once(&mut answers, Some("k"), "7", 2), Ok(1.into()));
        assert_eq!(once(&mut answers, Some("l"), "7", 3), Ok(3.into()));
        assert_eq!(once(&mut answers, None, "7", 4), Ok(4.into()));
    }

    #[test]
    fn a_key_that_comes_with_another_request_is_refused() {
        let mut answers = Answers::default();
        assert_eq!(once(&mut answers, Some("k"), "7", 1), Ok(1.into()));
        assert_eq!(once(&mut answers, Some("k"), "8", 2), Err(KeyReused));
    }
}
