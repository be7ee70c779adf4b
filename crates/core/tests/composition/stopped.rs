//! Tabs that were stopped or closed in a bad moment, and what the others make of it.

use std::time::Duration;

use background_tasks_core::{
    Command, Environment, Input, JobStatus, Request, RequestError, Response, TabId, TaskState,
};

use crate::fixture::{key, millis_of, seconds};
use crate::server::{Reply, Server, report, reporting, running};
use crate::tab::{Sent, Storage, Tab, pass_together};

/// The second tab, which is opened after a second.
const SECOND: TabId = TabId(1_001);

/// The first tab polls, the second one has joined. Each has its own storage.
fn two(server: fn() -> Server) -> (Tab, Tab) {
    let mut first = Tab::storing(Storage::default(), 0, server());
    first.pass(seconds(1));
    let mut second = Tab::joining(Storage::default(), 1_000, server());
    pass_together(&mut [&mut first, &mut second], seconds(1));
    assert!(first.core.is_leader() && !second.core.is_leader());
    (first, second)
}

fn stuck() -> Server {
    reporting(|_| running(50))
}

fn done_after(delay: Duration) -> Server {
    Box::new(move |request| Reply::After(delay, report(request, &|_| JobStatus::Succeeded)))
}

fn hide(tab: &mut Tab) {
    tab.input(Input::Environment(Environment {
        visible: false,
        ..Environment::default()
    }));
}

#[test]
fn leader_that_was_stopped_notices_before_another_takes_over() {
    let (mut first, mut second) = two(stuck);
    let id = second.start([1])[0].clone();
    pass_together(&mut [&mut first, &mut second], seconds(1));
    second.command(&id, Command::Cancel);
    second.pass(millis_of(3_900));
    assert!(!second.core.is_leader(), "the first one may not notice");
    second.pass(seconds(1));
    assert_eq!(*second.state(&id), TaskState::Cancelled);
    first.stop(seconds(4));
    first.input(Input::Timeout);
    assert!(!first.core.is_leader());
}

#[test]
fn tab_that_only_begins_to_lead_is_not_taken_for_one_that_was_stopped() {
    let mut first = Tab::joining(Storage::default(), 0, stuck());
    first.pass(seconds(6));
    assert!(first.core.is_leader());
    let mut second = Tab::joining(Storage::default(), 6_001, stuck());
    pass_together(&mut [&mut first, &mut second], millis_of(10));
    assert!(first.core.is_leader());
}

#[test]
fn handover_is_repeated_if_its_message_was_lost() {
    let (mut first, mut second) = two(stuck);
    second.start([1]);
    let mut frozen = Tab::joining(Storage::default(), 2_000, stuck());
    pass_together(&mut [&mut first, &mut second, &mut frozen], seconds(1));
    hide(&mut first);
    pass_together(&mut [&mut first, &mut second], millis_of(10));
    assert!(!first.core.is_leader(), "it hands leadership over");
    first.lose_messages();
    pass_together(&mut [&mut first, &mut second], seconds(5));
    assert!(second.core.is_leader());
}

#[test]
fn tab_whose_leader_gives_up_does_not_wait_for_a_third_that_is_frozen() {
    let (mut first, mut second) = two(stuck);
    second.start([1]);
    let mut third = Tab::joining(Storage::default(), 2_000, stuck());
    pass_together(&mut [&mut first, &mut second, &mut third], seconds(1));
    first.stop(seconds(5));
    second.pass(seconds(5));
    first.input(Input::Timeout);
    assert!(!first.core.is_leader() && !second.core.is_leader());
    pass_together(&mut [&mut first, &mut second], seconds(3));
    assert!(second.core.is_leader());
}

#[test]
fn end_is_announced_if_the_tab_that_was_told_to_is_closed_before() {
    let (mut first, mut second) = two(|| done_after(millis_of(500)));
    let id = first.start([1])[0].clone();
    pass_together(&mut [&mut first, &mut second], millis_of(50));
    hide(&mut first);
    first.pass(seconds(1));
    assert!(first.is(&id, "succeeded") && first.announced.is_empty());
    // The second tab offers to announce it, and is asked to.
    second.pass(seconds(1));
    pass_together(&mut [&mut first, &mut second], millis_of(10));
    drop(second);
    first.input(Input::TabClosed(SECOND));
    first.pass(seconds(3));
    first.input(Input::TabClosed(SECOND));
    first.pass(seconds(1));
    assert_eq!(first.announced, [id]);
}

#[test]
fn next_leader_knows_what_it_has_missed() {
    let (mut first, mut second) = two(|| done_after(millis_of(500)));
    let id = first.start([1])[0].clone();
    pass_together(&mut [&mut first, &mut second], millis_of(50));
    first.pass(seconds(1));
    first.lose_messages();
    assert!(first.is(&id, "succeeded") && !second.is(&id, "succeeded"));
    second.pass(seconds(1));
    hide(&mut first);
    pass_together(&mut [&mut first, &mut second], millis_of(50));
    assert!(second.core.is_leader() && second.is(&id, "succeeded"));
    assert_eq!(second.take_sent(), []);
    assert_eq!([first.announced, second.announced], [vec![id], Vec::new()]);
}

#[test]
fn tab_that_missed_what_was_cleared_clears_it_when_it_is_back() {
    let (mut first, mut second) = two(|| done_after(Duration::ZERO));
    let id = first.start([1])[0].clone();
    pass_together(&mut [&mut first, &mut second], seconds(1));
    second.input(Input::PageHide);
    first.input(Input::Clear(vec![id.clone()]));
    first.lose_messages();
    assert!(second.core.snapshot(&id).is_some());
    second.input(Input::PageShow);
    pass_together(&mut [&mut first, &mut second], seconds(1));
    assert!(second.core.snapshot(&id).is_none());
    assert!(first.core.snapshot(&id).is_none());
}

#[test]
fn retry_after_holds_even_if_its_response_waited_for_a_stopped_tab() {
    let error = RequestError::Status {
        status: 503,
        retry_after: Some(seconds(30)),
        message: None,
    };
    let mut tab = Tab::new(Box::new(move |request| match request {
        Request::Stream => Reply::Now(Response::StreamUnavailable),
        _ => Reply::After(seconds(1), Response::Status(Err(error.clone()))),
    }));
    tab.start([1]);
    assert_eq!(tab.take_sent(), [Sent::Status(key(1))]);
    // Everything else is done by then.
    tab.pass(millis_of(900));
    tab.stop(seconds(20));
    tab.pass(seconds(28));
    let is_check = |sent: &Sent| matches!(sent, Sent::Status(_));
    assert!(tab.checks().is_empty(), "{:?}", tab.take_sent());
    tab.pass(seconds(2));
    assert!(tab.take_sent().iter().any(is_check));
}

#[test]
fn end_is_stored_even_if_the_tab_was_stopped_before_it_wrote_it() {
    let mut tab = Tab::storing(Storage::default(), 0, done_after(millis_of(100)));
    let id = tab.start([1])[0].clone();
    tab.pass(millis_of(200));
    assert!(tab.is(&id, "succeeded"));
    tab.stop(seconds(60));
    let tab = tab.reload();
    assert!(tab.is(&id, "succeeded"));
}
