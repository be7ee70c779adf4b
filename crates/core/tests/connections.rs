//! How many connections uploads, status requests and the event stream may occupy.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::rc::Rc;

use background_tasks_core::{
    Config, Core, Environment, FileInfo, Input, JobKind, NewJob, NewUpload, Now, Output, Request,
    RequestId, TabId, TaskId, Timestamp,
};

/// A tab without a store, whose server never responds by itself.
struct Tab {
    core: Core,
    in_flight: Vec<(RequestId, Request)>,
}

impl Tab {
    fn open() -> Self {
        let config = Config {
            store: None,
            tab: TabId(1),
            seed: 1,
            video: JobKind::video(),
            embedding: JobKind::embedding(),
            kinds: Vec::new(),
            upload: Rc::default(),
            embedding_start: None,
            max_status_requests: 4,
            watches_tabs: true,
            untitled: "Untitled".into(),
        };
        Self {
            core: Core::new(config, Environment::default(), now()),
            in_flight: Vec::new(),
        }
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now());
        while let Some(output) = self.core.poll(now()) {
            match output {
                Output::Request(id, request) => self.in_flight.push((id, request)),
                Output::Abort(aborted) => self.in_flight.retain(|(id, _)| *id != aborted),
                _ => {}
            }
        }
    }

    fn start_job(&mut self, number: u32) {
        let job = NewJob {
            kind: JobKind::video(),
            attachment: number.into(),
            title: "talk.mp4".into(),
            key: Some(format!("q-{number}").as_str().into()),
            follow_up: None,
            meta: None,
        };
        self.input(Input::StartJob(format!("video_{number}_1").into(), job));
    }

    fn start_upload(&mut self, number: u32) {
        let file = FileInfo {
            name: "talk.mp4".into(),
            media_type: "video/mp4".into(),
            size: 1_000_000,
        };
        let upload = NewUpload {
            file,
            title: "talk.mp4".into(),
            meta: None,
        };
        let id = TaskId::from(format!("upload_{number}_1"));
        self.input(Input::StartUpload(id, upload));
    }

    fn uploads(&self) -> usize {
        let requests = self.in_flight.iter();
        requests
            .filter(|(_, request)| matches!(request, Request::Upload { .. }))
            .count()
    }
}

fn now() -> Now {
    Now {
        monotonic: Timestamp::from_millis(1_000),
        wall: Timestamp::from_millis(1_700_000_001_000),
    }
}

#[test]
fn four_connections_are_occupied_at_most() {
    let mut tab = Tab::open();
    for number in 0..8 {
        tab.start_upload(number);
        tab.start_job(number);
    }
    assert_eq!(tab.in_flight.len(), 4);
}

#[test]
fn the_budget_does_not_apply_to_http_2() {
    let mut tab = Tab::open();
    for number in 0..8 {
        tab.start_upload(number);
        tab.start_job(number);
    }
    tab.input(Input::Protocol { multiplexed: true });
    // Three uploads and four status requests, as many as the settings allow, and the stream.
    assert_eq!(tab.in_flight.len(), 3 + 4 + 1);
}

#[test]
fn the_budget_applies_again_once_a_response_came_over_http_1() {
    let mut tab = Tab::open();
    tab.input(Input::Protocol { multiplexed: true });
    tab.input(Input::Protocol { multiplexed: false });
    for number in 0..8 {
        tab.start_upload(number);
        tab.start_job(number);
    }
    assert_eq!(tab.in_flight.len(), 4);
    assert!(tab.uploads() <= 3, "one is reserved for status requests");
}
