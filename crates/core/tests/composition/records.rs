//! What is stored, and what a new tab makes of it.

use std::collections::BTreeMap;
use std::time::Duration;

use background_tasks_core::{
    Change, Config, Core, Environment, FollowUp, Input, JobKind, JobStatus, JobText, Meta, NewJob,
    Output, Percent, Policy, Request, Response, StoredRecords, TaskId, TaskKind, Timestamp,
    ToastEffect,
};

use crate::fixture::{STORE, config, job, now};

/// A tab whose server always gives the same status.
struct Tab {
    core: Core,
    millis: u64,
    storage: BTreeMap<String, String>,
    effects: Vec<ToastEffect>,
    status: JobStatus,
}

impl Tab {
    fn open(
        number: u64,
        storage: BTreeMap<String, String>,
        millis: u64,
        status: JobStatus,
    ) -> Self {
        let config = Config {
            store: Some(STORE.into()),
            ..config(number)
        };
        let core = Core::new(config, Environment::default(), now(millis));
        let mut tab = Self {
            core,
            millis,
            storage,
            effects: Vec::new(),
            status,
        };
        tab.drain();
        tab
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, Request::Status(_)) => {
                    let response = Response::Status(Ok(self.status.clone()));
                    self.core
                        .handle(Input::Response(id, response), now(self.millis));
                }
                Output::Request(id, _) => {
                    let response = Response::StreamUnavailable;
                    self.core
                        .handle(Input::Response(id, response), now(self.millis));
                }
                Output::Changed(Change::Put { .. }, effect) => self.effects.push(effect),
                Output::Write { key, value, .. } => match value {
                    Some(value) => drop(self.storage.insert(key, value)),
                    None => drop(self.storage.remove(&key)),
                },
                Output::ReadStorage => {
                    let stored = StoredRecords {
                        records: self.storage.clone().into_iter().collect(),
                        ..StoredRecords::default()
                    };
                    self.core.handle(Input::Stored(stored), now(self.millis));
                }
                _ => {}
            }
        }
    }

    fn start(&mut self, id: &str) -> TaskId {
        let id = TaskId::from(id);
        self.input(Input::StartJob(id.clone(), job(7)));
        id
    }

    fn pass(&mut self, duration: Duration) {
        let end = self.millis + u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        while let Some(due) = self
            .core
            .timeout()
            .filter(|due| *due <= Timestamp::from_millis(end))
        {
            self.millis = due.as_millis().max(self.millis + 1);
            self.input(Input::Timeout);
        }
        self.millis = end;
    }
}

fn running(percent: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(Percent::new(percent)),
    }
}

#[test]
fn closed_toast_stays_closed_after_a_reload_until_the_task_has_ended() {
    let mut before = Tab::open(1, BTreeMap::new(), 0, running(40));
    let id = before.start("video_7_0");
    // Before it is known which tab drives the task.
    before.input(Input::ToastClosed(id.clone()));
    before.input(Input::OldestTab);
    before.pass(Duration::from_secs(1));
    before.input(Input::PageHide);
    assert_eq!(before.effects.first(), Some(&ToastEffect::Show));

    let mut after = Tab::open(2, before.storage, 2_000, running(50));
    after.input(Input::OldestTab);
    after.pass(Duration::from_secs(3));
    assert!(
        !after.effects.contains(&ToastEffect::Show),
        "{:?}",
        after.effects
    );
    after.status = JobStatus::Succeeded;
    after.pass(Duration::from_secs(3));
    assert_eq!(after.effects.last(), Some(&ToastEffect::Show));
}

#[test]
fn task_that_has_not_changed_for_a_day_is_dropped_with_its_record() {
    let mut before = Tab::open(1, BTreeMap::new(), 0, JobStatus::Succeeded);
    before.start("video_7_0");
    before.input(Input::OldestTab);
    before.pass(Duration::from_secs(2));
    before.input(Input::PageHide);
    assert_eq!(before.storage.len(), 1);

    let day = 24 * 60 * 60 * 1_000;
    let soon = Tab::open(2, before.storage.clone(), day, JobStatus::Succeeded);
    assert_eq!(soon.core.snapshots().count(), 1);
    let late = Tab::open(3, before.storage, day + 10_000, JobStatus::Succeeded);
    assert_eq!(late.core.snapshots().count(), 0);
    assert!(late.storage.is_empty());
}

#[test]
fn later_of_two_snapshots_of_one_task_is_kept() {
    let mut tab = Tab::open(1, BTreeMap::new(), 0, running(40));
    let id = tab.start("video_7_0");
    tab.input(Input::OldestTab);
    tab.pass(Duration::from_secs(3));
    tab.input(Input::PageHide);
    let running = tab.storage.clone();
    tab.status = JobStatus::Succeeded;
    tab.pass(Duration::from_secs(30));
    assert!(tab.core.snapshot(&id).unwrap().state.is_ended());
    tab.input(Input::PageHide);
    // Another tab has written an older record over it.
    tab.storage = running;
    tab.input(Input::PageShow);
    assert!(tab.core.snapshot(&id).unwrap().state.is_ended());
}

#[test]
fn follow_up_starts_after_a_reload_although_the_task_has_finished() {
    let mut before = Tab::open(1, BTreeMap::new(), 0, JobStatus::Succeeded);
    let id = TaskId::from("video_7_0");
    let job = NewJob {
        follow_up: Some(FollowUp::After(Duration::from_secs(5))),
        ..job(7)
    };
    before.input(Input::OldestTab);
    before.input(Input::StartJob(id.clone(), job));
    before.pass(Duration::from_secs(2));
    assert!(before.core.snapshot(&id).unwrap().state.is_ended());
    before.input(Input::PageHide);
    assert_eq!(before.core.snapshots().count(), 1);

    let mut after = Tab::open(2, before.storage, 3_000, JobStatus::Succeeded);
    after.input(Input::OldestTab);
    after.pass(Duration::from_secs(4));
    assert_eq!(after.core.snapshots().count(), 2);
}

#[test]
fn metadata_survives_a_reload_and_belongs_to_the_follow_up_as_well() {
    let meta = Meta::from_json(r#"{"course": 12}"#).ok();
    assert!(meta.is_some());
    let mut before = Tab::open(1, BTreeMap::new(), 0, JobStatus::Succeeded);
    let job = NewJob {
        follow_up: Some(FollowUp::After(Duration::from_secs(5))),
        meta: meta.clone(),
        ..job(7)
    };
    before.input(Input::OldestTab);
    before.input(Input::StartJob("video_7_0".into(), job));
    before.input(Input::PageHide);

    let mut after = Tab::open(2, before.storage, 3_000, JobStatus::Succeeded);
    after.input(Input::OldestTab);
    after.pass(Duration::from_secs(4));
    let metas: Vec<_> = after.core.snapshots().map(|it| it.meta.clone()).collect();
    assert_eq!(metas, [meta.clone(), meta]);
}

#[test]
fn record_whose_metadata_is_not_json_is_dropped() {
    let mut before = Tab::open(1, BTreeMap::new(), 0, running(40));
    let meta = Meta::from_json("[1234]").ok();
    let job = NewJob { meta, ..job(7) };
    before.input(Input::StartJob("video_7_0".into(), job));
    before.input(Input::PageHide);
    let (key, record) = before.storage.pop_first().unwrap();
    let broken = record.replace("[1234]", "[12, ]");
    assert_ne!(record, broken);
    for (record, tasks) in [(record, 1), (broken, 0)] {
        let storage = BTreeMap::from([(key.clone(), record)]);
        let after = Tab::open(2, storage, 0, running(40));
        assert_eq!(after.core.snapshots().count(), tasks);
    }
}

#[test]
fn kind_that_is_registered_after_a_reload_defines_its_tasks() {
    let mut before = Tab::open(1, BTreeMap::new(), 0, running(40));
    let id = TaskId::from("transcript_7_0");
    let unregistered = JobKind::new("transcript", "old-path");
    let job = NewJob {
        kind: unregistered.clone(),
        ..job(7)
    };
    before.input(Input::OldestTab);
    before.input(Input::StartJob(id.clone(), job));
    before.pass(Duration::from_secs(1));
    before.input(Input::PageHide);

    let mut after = Tab::open(2, before.storage, 2_000, running(50));
    after.input(Input::OldestTab);
    after.pass(Duration::from_millis(100));
    let kind = |tab: &Tab| tab.core.snapshot(&id).unwrap().kind.clone();
    assert_eq!(kind(&after), TaskKind::Job(unregistered));
    let policy = Policy::new().with_interval(Duration::from_secs(20));
    let registered = JobKind::new("transcript", "transcripts")
        .with_policy(policy)
        .with_text(JobText::Working, "Transcribing: {title}");
    after.effects.clear();
    after.input(Input::RegisterKind(registered.clone()));
    assert_eq!(kind(&after), TaskKind::Job(registered.clone()));
    assert_eq!(after.effects, [ToastEffect::Update]);
    after.effects.clear();
    after.input(Input::RegisterKind(registered.clone()));
    assert_eq!(after.effects, []);
    // Its policy holds from now on.
    after.status = JobStatus::Succeeded;
    after.pass(Duration::from_secs(15));
    assert!(!after.core.snapshot(&id).unwrap().state.is_ended());
    after.pass(Duration::from_secs(6));
    assert!(after.core.snapshot(&id).unwrap().state.is_ended());
}
