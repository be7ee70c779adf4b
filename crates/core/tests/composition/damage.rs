//! Damaged records and messages: no panic, and no effect on other tasks.

#[path = "../../src/codec/properties/damage.rs"]
mod bytes;

use std::collections::BTreeMap;

use background_tasks_core::{
    Command, Config, Core, Environment, Input, JobStatus, Output, Percent, Request, RequestId,
    Response, StoredRecords, TaskId,
};

use crate::fixture::{job, now, storing, upload};
use proptest::collection::vec;
use proptest::prelude::*;

use self::bytes::{Damage, damage, damaged};

/// A tab whose server reports that each job is running.
struct Tab {
    core: Core,
    millis: u64,
    checks: Vec<RequestId>,
    records: BTreeMap<String, String>,
    messages: Vec<String>,
    origin_messages: Vec<String>,
}

impl Tab {
    fn open(number: u64, records: BTreeMap<String, String>) -> Self {
        let config = Config {
            watches_tabs: false,
            ..storing(number)
        };
        let mut tab = Self {
            core: Core::new(config, Environment::default(), now(1_000)),
            millis: 1_000,
            checks: Vec::new(),
            records,
            messages: Vec::new(),
            origin_messages: Vec::new(),
        };
        tab.input(Input::Timeout);
        tab
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, Request::Status(_)) => self.checks.push(id),
                Output::ReadStorage => {
                    let stored = StoredRecords {
                        records: self.records.clone().into_iter().collect(),
                        ..StoredRecords::default()
                    };
                    self.core.handle(Input::Stored(stored), now(self.millis));
                }
                Output::Write { key, value, .. } => {
                    match value {
                        Some(value) => self.records.insert(key, value),
                        None => self.records.remove(&key),
                    };
                }
                Output::Broadcast(text) => self.messages.push(text),
                Output::BroadcastToOrigin(text) => self.origin_messages.push(text),
                _ => {}
            }
        }
    }

    fn start_job(&mut self, number: u32) -> TaskId {
        let id = TaskId::from(format!("video_{number}_1"));
        self.input(Input::StartJob(id.clone(), job(number)));
        id
    }

    fn start_upload(&mut self) {
        self.input(Input::StartUpload("upload_1_1".into(), upload()));
    }

    fn pass(&mut self, seconds: u64) {
        let end = self.millis + seconds * 1_000;
        while let Some(due) = self.core.timeout()
            && due.as_millis() <= end
        {
            self.millis = due.as_millis().max(self.millis + 1);
            self.input(Input::Timeout);
            for check in std::mem::take(&mut self.checks) {
                let progress = Some(Percent::new(40));
                let running = JobStatus::Running { progress };
                self.input(Input::Response(check, Response::Status(Ok(running))));
            }
        }
        self.millis = end;
    }
}

/// What two tabs of a store have written and sent.
struct Texts {
    records: BTreeMap<String, String>,
    messages: Vec<String>,
    origin_messages: Vec<String>,
}

fn texts() -> Texts {
    let mut tabs = [Tab::open(1, BTreeMap::new()), Tab::open(2, BTreeMap::new())];
    let (mut messages, mut origin_messages) = (Vec::new(), Vec::new());
    for step in 0..30 {
        match step {
            8 => drop((tabs[0].start_job(1), tabs[0].start_job(2))),
            10 => tabs[0].start_upload(),
            14 => tabs[1].input(Input::Command("video_2_1".into(), Command::Cancel)),
            18 => tabs[1].input(Input::Clear(vec!["video_2_1".into()])),
            _ => {}
        }
        for sender in 0..2 {
            tabs[sender].pass(1);
            let sent = std::mem::take(&mut tabs[sender].messages);
            for text in &sent {
                tabs[1 - sender].input(Input::Message(text.clone()));
            }
            messages.extend(sent);
            origin_messages.append(&mut tabs[sender].origin_messages);
        }
    }
    let records = tabs[0].records.clone();
    assert!(records.len() >= 2 && messages.len() > 20 && !origin_messages.is_empty());
    Texts {
        records,
        messages,
        origin_messages,
    }
}

thread_local! {
    static TEXTS: Texts = texts();
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    vec(damage(), 1..5)
}

fn running(tab: &Tab, id: &TaskId) -> bool {
    let snapshot = tab.core.snapshot(id);
    snapshot.is_some_and(|it| it.state.as_str() == "running")
}

proptest! {
    #[test]
    fn damaged_record_affects_no_other_task(
        which in any::<prop::sample::Index>(),
        damages in damages(),
    ) {
        TEXTS.with(|texts| {
            let mut records = texts.records.clone();
            let key = records.keys().nth(which.index(records.len())).unwrap().clone();
            let text = damaged(&records[&key], &damages);
            records.insert(key.clone(), text);
            let tab = Tab::open(3, records);
            for other in texts.records.keys().filter(|it| **it != key) {
                let id = TaskId::from(other.trim_start_matches("store/"));
                assert!(tab.core.snapshot(&id).is_some(), "{other} beside {key}");
            }
        });
    }

    #[test]
    fn jobs_are_followed_after_damaged_messages(
        messages in vec((any::<prop::sample::Index>(), damages()), 1..20),
    ) {
        TEXTS.with(|texts| {
            let mut tab = Tab::open(3, texts.records.clone());
            tab.pass(10);
            for (which, damages) in &messages {
                let message = &texts.messages[which.index(texts.messages.len())];
                tab.input(Input::Message(damaged(message, damages)));
                let message = &texts.origin_messages[which.index(texts.origin_messages.len())];
                tab.input(Input::OriginMessage(damaged(message, damages)));
            }
            let id = tab.start_job(9);
            // A damaged message may name a leader that does not exist.
            tab.pass(30);
            assert!(running(&tab, &id));
        });
    }
}
