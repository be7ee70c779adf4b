//! The response to a batch request.

use std::collections::BinaryHeap;
use std::rc::Rc;

use background_tasks_core::internals::Json;
use background_tasks_core::{JobKey, JobStatus, RequestError};

use super::json::{parse, wrong_type};
use super::status::status_of;
use crate::client::BatchResponse;

/// Parses `{"a": status, …}`. Returns one result per key in the order of `keys`; `None` for a
/// job that is missing or `null`. An invalid status is an error of its own job only.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] if the body is not an object.
pub fn statuses(body: &[u8], keys: &[JobKey]) -> Result<BatchResponse, RequestError> {
    let entries = entries(body)?;
    let mut results: BatchResponse = keys.iter().map(|_| None).collect();
    // Matched by key: the server may use any order. Two tasks may follow one job.
    let keys = keys.iter().map(JobKey::as_str).zip(0_usize..);
    let sorted = keys.collect::<BinaryHeap<_>>().into_sorted_vec();
    for (name, value) in entries {
        if value == Json::Null {
            continue;
        }
        let first = sorted.partition_point(|(key, _)| *key < &*name);
        let matching = sorted.iter().skip(first);
        for (_, index) in matching.take_while(|(key, _)| *key == &*name) {
            if let Some(answer) = results.get_mut(*index) {
                *answer = Some(status_of(&value));
            }
        }
    }
    Ok(results)
}

/// Calls `on_status` with each valid status of a body that [`statuses`] would parse.
pub(crate) fn each_status(body: &[u8], mut on_status: impl FnMut(&str, JobStatus)) {
    for (key, value) in entries(body).unwrap_or_default() {
        if let Ok(status) = status_of(&value) {
            on_status(&key, status);
        }
    }
}

/// Job keys and their statuses.
fn entries(body: &[u8]) -> Result<Vec<(Rc<str>, Json)>, RequestError> {
    match parse(body)? {
        Json::Object(entries) => Ok(entries),
        other => Err(wrong_type(&other, "an object of statuses")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use background_tasks_core::Percent;

    fn keys(names: &[&str]) -> Vec<JobKey> {
        names.iter().map(|name| JobKey::from(*name)).collect()
    }

    fn parsed(body: &str, names: &[&str]) -> Result<BatchResponse, RequestError> {
        statuses(body.as_bytes(), &keys(names))
    }

    fn running(percent: u8) -> Option<Result<JobStatus, RequestError>> {
        let progress = Some(Percent::new(percent));
        Some(Ok(JobStatus::Running { progress }))
    }

    #[test]
    fn statuses_are_matched_by_key() {
        let body = r#"{"c":{"status":"running","progress":3},
            "x":{"status":"done"},
            "a,\u00e9\"":{"status":"running","progress":1}}"#;
        let results = parsed(body, &["a,é\"", "b", "c", "a,é\""]);
        assert_eq!(results, Ok(vec![running(1), None, running(3), running(1)]));
    }

    #[test]
    fn invalid_status_is_an_error_of_its_own_job_only() {
        let body = r#"{"a":{"status":"pondering"},"b":7,"c":null,"d":{"status":"done"}}"#;
        let results = parsed(body, &["a", "b", "c", "d"]).unwrap();
        let value = "pondering".into();
        assert_eq!(results[0], Some(Err(RequestError::UnknownStatus { value })));
        let odd = matches!(results[1], Some(Err(RequestError::InvalidResponse { .. })));
        assert!(odd, "{:?}", results[1]);
        assert_eq!(results[2..], [None, Some(Ok(JobStatus::Succeeded))]);
    }

    #[test]
    fn last_of_two_equal_keys_wins() {
        let body = r#"{"a":{"status":"running","progress":3},"a":{"status":"done"}}"#;
        assert_eq!(
            parsed(body, &["a"]),
            Ok(vec![Some(Ok(JobStatus::Succeeded))])
        );
    }

    #[test]
    fn body_must_be_an_object() {
        for body in ["", "<html>", "[]", "null", "7", r#"{"a":"#] {
            let results = parsed(body, &["a"]);
            let is_invalid = matches!(
                results,
                Err(RequestError::InvalidResponse { .. } | RequestError::WebPage)
            );
            assert!(is_invalid, "{body} made {results:?}");
        }
        assert_eq!(parsed("{}", &["a", "b"]), Ok(vec![None, None]));
    }

    #[test]
    fn pushed_statuses_that_are_invalid_are_left_out() {
        let pushed = |body: &str| {
            let mut pushed = Vec::new();
            each_status(body.as_bytes(), |key, status| {
                pushed.push((key.to_owned(), status));
            });
            pushed
        };
        let body = "\u{feff}{\"a\":{\"status\":\"pondering\"},\"b\":{\"status\":\"done\"}}";
        assert_eq!(pushed(body), [("b".to_owned(), JobStatus::Succeeded)]);
        assert_eq!(pushed("<html>"), []);
    }
}
