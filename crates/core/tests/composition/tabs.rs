//! Two tabs of one store. The simulation has more of them, and more that goes wrong; here is
//! what it does not count.

use background_tasks_core::{
    Command, Environment, FollowUp, Input, JobKind, JobStatus, NewJob, TaskId, TaskKind, TaskState,
};

use crate::fixture::{key, millis_of, seconds};
use crate::server::{Server, reporting, running};
use crate::tab::{Sent, Storage, Tab, pass_together};

/// The first tab polls, the second one has joined.
fn two(server: fn() -> Server) -> (Tab, Tab) {
    let storage = Storage::default();
    let mut first = Tab::storing(storage.clone(), 0, server());
    first.pass(seconds(1));
    let mut second = Tab::joining(storage, 1_000, server());
    pass_together(&mut [&mut first, &mut second], seconds(1));
    assert!(first.core.is_leader() && !second.core.is_leader());
    (first, second)
}

fn stuck() -> Server {
    reporting(|_| running(50))
}

fn done() -> Server {
    reporting(|_| JobStatus::Succeeded)
}

fn ids(tab: &Tab) -> Vec<TaskId> {
    let mut ids: Vec<_> = tab.core.snapshots().map(|it| it.id.clone()).collect();
    ids.sort();
    ids
}

fn set_visible(tab: &mut Tab, visible: bool) {
    tab.input(Input::Environment(Environment {
        visible,
        ..Environment::default()
    }));
}

/// A video whose embedding follows after five seconds.
fn start_video(tab: &mut Tab) {
    tab.input(Input::StartJob(
        TaskId::from("video_7_0"),
        NewJob {
            kind: JobKind::video(),
            attachment: 7_u32.into(),
            title: "talk.mp4".into(),
            key: Some(key(7)),
            follow_up: Some(FollowUp::After(seconds(5))),
            meta: None,
        },
    ));
}

fn embeddings(tab: &Tab) -> usize {
    let embedding = JobKind::embedding();
    let is_embedding = |kind: &TaskKind| *kind == TaskKind::Job(embedding.clone());
    tab.core
        .snapshots()
        .filter(|it| is_embedding(&it.kind))
        .count()
}

#[test]
fn tabs_keep_the_same_last_fifty_finished_tasks_also_after_a_reload() {
    let (mut first, mut second) = two(done);
    for number in 1..=60 {
        let tab = if number % 2 == 0 {
            &mut first
        } else {
            &mut second
        };
        tab.start([number]);
        pass_together(&mut [&mut first, &mut second], millis_of(100));
    }
    pass_together(&mut [&mut first, &mut second], seconds(3));
    let kept = ids(&first);
    assert_eq!(kept.len(), 50);
    assert_eq!(ids(&second), kept);
    first.input(Input::PageHide);
    let second = second.reload();
    assert_eq!(ids(&second), kept);
    assert_eq!(second.storage.borrow().len(), 50);
}

#[test]
fn video_has_one_embedding_however_often_the_leader_changes() {
    let (mut first, mut second) = two(stuck);
    start_video(&mut first);
    for turn in 0..4 {
        set_visible(&mut first, turn % 2 == 1);
        set_visible(&mut second, turn % 2 == 0);
        pass_together(&mut [&mut first, &mut second], seconds(3));
        assert_eq!(first.core.is_leader(), turn % 2 == 1, "turn {turn}");
        assert_eq!(second.core.is_leader(), turn % 2 == 0, "turn {turn}");
    }
    assert_eq!([embeddings(&first), embeddings(&second)], [1, 1]);
}

#[test]
fn tab_that_joins_later_starts_no_second_embedding() {
    let storage = Storage::default();
    let mut first = Tab::storing(storage.clone(), 0, stuck());
    start_video(&mut first);
    first.pass(seconds(4));
    // What is stored is always a little late.
    let stored = storage.borrow().clone();
    first.pass(seconds(2));
    assert_eq!(embeddings(&first), 1);
    let late = Storage::default();
    *late.borrow_mut() = stored;
    let mut second = Tab::joining(late, 6_000, stuck());
    pass_together(&mut [&mut first, &mut second], seconds(10));
    assert_eq!([embeddings(&first), embeddings(&second)], [1, 1]);
    assert_eq!(ids(&first), ids(&second));
    assert_eq!(second.take_sent(), [], "the first one polls");
}

#[test]
fn reload_of_a_follower_shows_no_less_progress_than_before() {
    let (mut first, mut second) = two(stuck);
    let id = first.start([1])[0].clone();
    pass_together(&mut [&mut first, &mut second], seconds(3));
    let stored = first.storage.borrow().clone();
    first.server = reporting(|_| running(80));
    pass_together(&mut [&mut first, &mut second], millis_of(1_500));
    assert_eq!(second.progress(&id), Some(80));
    assert_eq!(
        *first.storage.borrow(),
        stored,
        "the leader has not written it"
    );
    let second = second.reload();
    assert_eq!(second.progress(&id), Some(80));
}

#[test]
fn command_before_a_leader_is_known_is_carried_out() {
    let mut tab = Tab::joining(Storage::default(), 0, stuck());
    let id = tab.start([1])[0].clone();
    tab.command(&id, Command::Cancel);
    assert_eq!(tab.take_sent(), [], "another tab may poll it");
    tab.input(Input::OldestTab);
    tab.pass(seconds(1));
    assert_eq!(*tab.state(&id), TaskState::Cancelled);
    assert_eq!(tab.take_sent(), [Sent::Cancel(key(1))]);
}

#[test]
fn lone_tab_has_no_timer_for_heartbeats() {
    let mut tab = Tab::storing(Storage::default(), 0, reporting(|_| running(10)));
    tab.start([1]);
    tab.input(Input::Environment(Environment {
        online: true,
        visible: false,
    }));
    tab.pass(seconds(1));
    tab.timeouts.clear();
    tab.writes.clear();
    let checks = tab.checks().len();
    tab.pass(seconds(15));
    let mut expected = tab.checks().split_off(checks);
    expected.extend(tab.writes.iter().map(|write| write.at));
    expected.sort_unstable();
    assert_eq!(tab.timeouts, expected);
}
