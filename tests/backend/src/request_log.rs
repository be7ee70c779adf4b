//! The log of a world's API requests, so that a test can count them.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::{HeaderMap, Method, header};
use serde::Serialize;

use crate::{faults::Fault, operation::Operation};

/// The maximum number of entries; the oldest ones are removed.
pub const CAPACITY: usize = 10_000;

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its number among all requests of the world, from 1.
    pub number: u64,
    /// When its head was received, in milliseconds since 1970.
    pub received_ms: u64,
    /// Its method.
    pub method: String,
    /// Its path and query as they were received.
    pub path: String,
    /// The operation.
    pub operation: Operation,
    /// The decoded queue or attachment ids in its path or query.
    pub ids: Vec<String>,
    /// Its `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// Whether it had an `Authorization`.
    pub authorization: bool,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// For a status request: how many of the same job were in flight, including this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<usize>,
    /// The fault that it encountered.
    pub fault: Option<Fault>,
    /// Its outcome.
    #[serde(flatten)]
    pub fate: Fate,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// No response yet.
    Pending,
    /// Answered.
    Answered {
        /// The status code.
        status: u16,
        /// When, in milliseconds since 1970.
        answered_ms: u64,
    },
    /// The server closed the socket instead of responding.
    Dropped,
    /// The client disconnected before it had the response.
    Aborted,
}

/// What is known of a request when its head was received.
#[derive(Debug)]
pub struct Received<'a> {
    /// The operation.
    pub operation: Operation,
    /// The decoded ids in its path or query.
    pub ids: &'a [String],
    /// Its method.
    pub method: &'a Method,
    /// Its path and query as received.
    pub path: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The fault that it will encounter.
    pub fault: Option<Fault>,
}

/// The requests of a world.
#[derive(Debug, Default)]
pub struct RequestLog {
    entries: VecDeque<Entry>,
    last_number: u64,
    in_flight: HashMap<(Operation, String), usize>,
}

impl RequestLog {
    /// Adds a request, and returns its number.
    pub fn receive(&mut self, received: Received<'_>) -> u64 {
        let Received {
            operation,
            ids,
            method,
            path,
            headers,
            fault,
        } = received;
        let mut concurrency = None;
        if operation.is_check() {
            for id in ids {
                let count = self.in_flight.entry((operation, id.clone())).or_default();
                *count = count.saturating_add(1);
                concurrency = concurrency.max(Some(*count));
            }
        }
        self.last_number = self.last_number.saturating_add(1);
        if self.entries.len() >= CAPACITY {
            self.entries.pop_front();
        }
        let headers: BTreeMap<_, _> = headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        self.entries.push_back(Entry {
            number: self.last_number,
            received_ms: unix_ms(),
            method: method.to_string(),
            path: path.to_owned(),
            operation,
            ids: ids.to_vec(),
            idempotency_key: headers.get("idempotency-key").cloned(),
            authorization: headers.contains_key(header::AUTHORIZATION.as_str()),
            headers,
            concurrency,
            fault,
            fate: Fate::Pending,
        });
        self.last_number
    }

    /// Records the outcome of a request.
    pub fn finish(&mut self, number: u64, operation: Operation, ids: &[String], fate: Fate) {
        if operation.is_check() {
            for id in ids {
                let key = (operation, id.clone());
                if let Some(count) = self.in_flight.get_mut(&key) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.in_flight.remove(&key);
                    }
                }
            }
        }
        let entry = self
            .entries
            .binary_search_by_key(&number, |entry| entry.number)
            .ok()
            .and_then(|index| self.entries.get_mut(index));
        if let Some(entry) = entry {
            entry.fate = fate;
        }
    }

    /// The entries, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Removes the entries; numbers continue.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

impl Fate {
    /// A response at this moment.
    #[must_use]
    pub fn answered(status: u16) -> Self {
        Self::Answered {
            status,
            answered_ms: unix_ms(),
        }
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(log: &mut RequestLog, ids: &[String]) -> u64 {
        log.receive(Received {
            operation: Operation::VideoStatus,
            ids,
            method: &Method::GET,
            path: "/",
            headers: &HeaderMap::new(),
            fault: None,
        })
    }

    fn concurrency(log: &RequestLog) -> Vec<Option<usize>> {
        log.iter().map(|entry| entry.concurrency).collect()
    }

    #[test]
    fn concurrent_status_requests_of_one_job_are_counted() {
        let mut log = RequestLog::default();
        let (a, both) = (["a".to_owned()], ["a".to_owned(), "b".to_owned()]);
        let first = check(&mut log, &a);
        check(&mut log, &both);
        log.finish(first, Operation::VideoStatus, &a, Fate::Aborted);
        check(&mut log, &a);
        assert_eq!(concurrency(&log), [Some(1), Some(2), Some(2)]);
        assert_eq!(log.iter().next().map(|e| e.fate), Some(Fate::Aborted));
    }

    #[test]
    fn oldest_entries_are_removed_and_numbers_continue() {
        let mut log = RequestLog::default();
        let numbers: Vec<_> = (0..=CAPACITY).map(|_| check(&mut log, &[])).collect();
        assert_eq!(log.iter().count(), CAPACITY);
        assert_eq!(log.iter().next().map(|entry| entry.number), Some(2));
        let last = numbers.last().copied().unwrap_or(0);
        log.finish(last, Operation::VideoStatus, &[], Fate::answered(200));
        assert!(matches!(
            log.iter().last().map(|entry| entry.fate),
            Some(Fate::Answered { status: 200, .. })
        ));
        log.clear();
        assert_eq!(check(&mut log, &[]), last + 1);
    }
}
