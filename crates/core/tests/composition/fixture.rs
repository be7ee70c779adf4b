//! What tests give a tab: settings, jobs, files and times.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    Config, FileInfo, FollowUp, JobKey, JobKind, NewJob, NewUpload, Now, TabId, Timestamp,
};

/// The name of the store.
pub const STORE: &str = "store";

/// The settings of a tab that stores nothing.
pub fn config(tab: u64) -> Config {
    Config {
        store: None,
        tab: TabId(tab),
        seed: tab,
        video: JobKind::video(),
        embedding: JobKind::embedding(),
        kinds: Vec::new(),
        upload: Rc::default(),
        embedding_start: Some(FollowUp::After(Duration::from_secs(5))),
        max_status_requests: 4,
        watches_tabs: true,
        untitled: "Untitled".into(),
    }
}

/// The settings of a tab that stores its tasks, and starts no embedding on its own.
pub fn storing(tab: u64) -> Config {
    Config {
        store: Some(STORE.into()),
        embedding_start: None,
        ..config(tab)
    }
}

/// A job whose key is known: `q-{number}`.
pub fn job(number: u32) -> NewJob {
    NewJob {
        kind: JobKind::video(),
        attachment: number.into(),
        title: "talk.mp4".into(),
        key: Some(key(number)),
        follow_up: None,
        meta: None,
    }
}

pub fn key(number: u32) -> JobKey {
    JobKey::from(format!("q-{number}").as_str())
}

/// An upload of a megabyte.
pub fn upload() -> NewUpload {
    NewUpload {
        file: FileInfo {
            name: "talk.mp4".into(),
            media_type: "video/mp4".into(),
            size: 1_000_000,
        },
        title: "talk.mp4".into(),
        meta: None,
    }
}

/// So many milliseconds after both clocks began.
pub fn now(millis: u64) -> Now {
    Now {
        monotonic: Timestamp::from_millis(millis),
        wall: Timestamp::from_millis(1_700_000_000_000 + millis),
    }
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn millis_of(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
