//! The response to a batch request.

use std::borrow::Cow;
use std::collections::BinaryHeap;
use std::fmt;

use background_tasks_core::{CallError, JobKey, JobStatus};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{json, report};
use crate::client::Answers;

/// Reads `{"a": status, …}`. Returns one result per key in the order of `keys`; `None` for a
/// job that is missing or `null`. An invalid status is an error of its own job only.
///
/// # Errors
///
/// [`CallError::NotUnderstood`] if the body is not an object.
pub fn reports(body: &[u8], keys: &[JobKey]) -> Result<Answers, CallError> {
    let Statuses(statuses) = json(body)?;
    let mut answers: Answers = keys.iter().map(|_| None).collect();
    // By name, since a server has an order of its own. Two tasks may follow one job.
    let keys = keys.iter().map(JobKey::as_str).zip(0_usize..);
    let places = keys.collect::<BinaryHeap<_>>().into_sorted_vec();
    for (name, status) in statuses {
        if status.get() == "null" {
            continue;
        }
        let first = places.partition_point(|(key, _)| *key < &*name);
        let places = places.iter().skip(first);
        for (_, place) in places.take_while(|(key, _)| *key == name) {
            if let Some(answer) = answers.get_mut(*place) {
                *answer = Some(report(status.get().as_bytes()));
            }
        }
    }
    Ok(answers)
}

/// Tells what is said of each job that is understood, in the form of the
/// answer that [`reports`] reads.
pub(crate) fn pushed(text: &[u8], mut tell: impl FnMut(&str, JobStatus)) {
    let Ok(Statuses(statuses)) = json(text) else {
        return;
    };
    for (key, status) in statuses {
        if let Ok(report) = report(status.get().as_bytes()) {
            tell(&key, report);
        }
    }
}

/// Names and what is said of them, as they were written.
struct Statuses<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Deserialize<'a> for Statuses<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'a> Visitor<'a> for Entries {
            type Value = Statuses<'a>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of statuses")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Statuses<'a>, A::Error> {
                let mut statuses = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    statuses.push((name, map.next_value()?));
                }
                Ok(Statuses(statuses))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// A name that is copied only where it is written with escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use background_tasks_core::Percent;

    fn keys(names: &[&str]) -> Vec<JobKey> {
        names.iter().map(|name| JobKey::from(*name)).collect()
    }

    fn read(body: &str, names: &[&str]) -> Result<Answers, CallError> {
        reports(body.as_bytes(), &keys(names))
    }

    fn running(percent: u8) -> Option<Result<JobStatus, CallError>> {
        let progress = Some(Percent::new(percent));
        Some(Ok(JobStatus::Running { progress }))
    }

    #[test]
    fn each_job_gets_its_own_status_whatever_the_order() {
        let body = r#"{"c":{"status":"running","progress":3},
            "x":{"status":"done"},
            "a,\u00e9\"":{"status":"running","progress":1}}"#;
        let answers = read(body, &["a,é\"", "b", "c", "a,é\""]);
        assert_eq!(answers, Ok(vec![running(1), None, running(3), running(1)]));
    }

    #[test]
    fn one_odd_status_is_its_own_jobs_trouble() {
        let body = r#"{"a":{"status":"pondering"},"b":7,"c":null,"d":{"status":"done"}}"#;
        let answers = read(body, &["a", "b", "c", "d"]).unwrap();
        let value = "pondering".into();
        assert_eq!(answers[0], Some(Err(CallError::UnknownStatus { value })));
        let odd = matches!(answers[1], Some(Err(CallError::InvalidResponse { .. })));
        assert!(odd, "{:?}", answers[1]);
        assert_eq!(answers[2..], [None, Some(Ok(JobStatus::Succeeded))]);
    }

    #[test]
    fn a_name_that_comes_twice_counts_as_it_is_said_last() {
        let body = r#"{"a":{"status":"running","progress":3},"a":{"status":"done"}}"#;
        assert_eq!(read(body, &["a"]), Ok(vec![Some(Ok(JobStatus::Succeeded))]));
    }

    #[test]
    fn what_is_no_object_of_statuses_is_not_understood() {
        for body in ["", "<html>", "[]", "null", "7", r#"{"a":"#] {
            let answer = read(body, &["a"]);
            let is_understood = !matches!(answer, Err(CallError::InvalidResponse { .. }));
            assert!(!is_understood, "{body} made {answer:?}");
        }
        assert_eq!(read("{}", &["a", "b"]), Ok(vec![None, None]));
    }
}
