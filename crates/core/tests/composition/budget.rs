//! How many connections uploads, status requests and the event stream may occupy.

use background_tasks_core::{
    Config, Core, Environment, Input, NewJob, Output, Request, RequestId, TaskId, TaskState,
};

use crate::fixture::{config, job, now, upload};

/// A tab without a store, whose server responds only when the test says so.
struct Tab {
    core: Core,
    millis: u64,
    in_flight: Vec<(RequestId, Request)>,
    aborted: usize,
    /// What it says to the other tabs of the origin.
    said: Vec<String>,
}

impl Tab {
    fn open() -> Self {
        Self::numbered(1)
    }

    fn numbered(number: u64) -> Self {
        let config = Config {
            embedding_start: None,
            ..config(number)
        };
        Self {
            core: Core::new(config, Environment::default(), now(1_000)),
            millis: 1_000,
            in_flight: Vec::new(),
            aborted: 0,
            said: Vec::new(),
        }
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, request) => self.in_flight.push((id, request)),
                Output::Abort(aborted) => {
                    self.in_flight.retain(|(id, _)| *id != aborted);
                    self.aborted += 1;
                }
                Output::BroadcastToOrigin(text) => self.said.push(text),
                _ => {}
            }
        }
    }

    fn start_job(&mut self, number: u32) {
        let id = format!("video_{number}_1");
        self.input(Input::StartJob(id.into(), job(number)));
    }

    fn start_upload(&mut self, number: u32) {
        let id = TaskId::from(format!("upload_{number}_1"));
        self.input(Input::StartUpload(id, upload()));
    }

    /// Lets time pass; the server stays silent.
    fn pass(&mut self, seconds: u64) {
        let end = self.millis + seconds * 1_000;
        while let Some(due) = self.core.timeout()
            && due.as_millis() <= end
        {
            self.millis = due.as_millis().max(self.millis + 1);
            self.input(Input::Timeout);
        }
        self.millis = end;
    }

    fn state(&self, id: &str) -> TaskState {
        let snapshot = self.core.snapshot(&TaskId::from(id));
        snapshot.unwrap().state.clone()
    }

    fn uploads(&self) -> usize {
        let requests = self.in_flight.iter();
        requests
            .filter(|(_, request)| matches!(request, Request::Upload { .. }))
            .count()
    }
}

/// Lets two tabs of the origin hear each other.
fn exchange(tabs: &mut [Tab; 2]) {
    while tabs.iter().any(|tab| !tab.said.is_empty()) {
        let [one, other] = tabs;
        for text in std::mem::take(&mut one.said) {
            other.input(Input::OriginMessage(text));
        }
        for text in std::mem::take(&mut other.said) {
            one.input(Input::OriginMessage(text));
        }
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

#[test]
fn two_stores_share_the_budget() {
    let mut tabs = [Tab::numbered(1), Tab::numbered(2)];
    for number in 0..3 {
        tabs[0].start_upload(number);
        exchange(&mut tabs);
    }
    for number in 0..8 {
        tabs[1].start_job(number);
        exchange(&mut tabs);
    }
    assert_eq!(tabs[0].uploads(), 3);
    assert_eq!(
        tabs[1].in_flight.len(),
        1,
        "one is reserved for status requests"
    );
}

#[test]
fn another_store_has_the_connections_once_this_one_is_done() {
    let mut tabs = [Tab::numbered(1), Tab::numbered(2)];
    for number in 0..3 {
        tabs[0].start_upload(number);
    }
    exchange(&mut tabs);
    for number in 0..3 {
        tabs[1].start_upload(number);
    }
    exchange(&mut tabs);
    assert_eq!(tabs[0].uploads(), 3);
    let before = tabs[1].uploads();
    tabs[0].input(Input::PageHide);
    exchange(&mut tabs);
    assert!(before < 3);
    assert_eq!(tabs[1].uploads(), 3);
}

#[test]
fn timeout_of_a_check_does_not_count_while_uploads_occupy_the_connections() {
    for uploads in [0, 3] {
        let mut tab = Tab::open();
        for number in 0..uploads {
            tab.start_upload(number);
        }
        tab.start_job(7);
        tab.pass(11);
        let is_failing = matches!(tab.state("video_7_1"), TaskState::Recovering { .. });
        assert_eq!(is_failing, uploads == 0, "{uploads} uploads");
        assert!(tab.aborted >= 1, "it is given up in either case");
        tab.pass(10);
        let is_check = |(_, request): &(_, Request)| matches!(request, Request::Status(_));
        assert!(tab.in_flight.iter().any(is_check), "and sent again");
    }
}

#[test]
fn nonsense_from_the_origin_changes_nothing() {
    let mut tab = Tab::open();
    for text in ["", "nonsense", "\u{3}\u{3}"] {
        tab.input(Input::OriginMessage(text.to_owned()));
    }
    for number in 0..3 {
        tab.start_upload(number);
    }
    assert_eq!(tab.uploads(), 3);
}

#[test]
fn two_starts_are_in_flight_at_once_and_queued_ones_do_not_time_out() {
    let mut tab = Tab::open();
    for number in 0..5 {
        let id = format!("video_{number}_1");
        let job = NewJob {
            key: None,
            ..job(number)
        };
        tab.input(Input::StartJob(id.into(), job));
    }
    let is_start = |(_, request): &&(_, Request)| matches!(request, Request::Start { .. });
    assert_eq!(tab.in_flight.iter().filter(is_start).count(), 2);
    tab.pass(9);
    for number in 0..5 {
        let state = tab.state(&format!("video_{number}_1"));
        assert_eq!(state, TaskState::Queued, "{number}");
    }
}
