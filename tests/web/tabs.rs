//! Several tabs of one store: locks, messages, and who polls.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::toast::ToastId;
use yew_background_tasks::{JobStatus, TaskId, TaskState};

use crate::scripted::{Answer, RecordedCall, running};
use crate::several::{dispatch, empty_store, tab, until};
use crate::stage::{Stage, seconds};

fn start(tab: &Stage) -> TaskId {
    let tasks = &tab.tasks;
    tasks.start_video_processing_task(7_u32, "talk.mp4", "q-1")
}

fn is_polled(tab: &Stage) -> bool {
    !tab.client.checks().is_empty()
}

/// Two tabs of a store. The first one polls.
async fn two(store: &str) -> (Stage, Stage, TaskId) {
    let first = tab(store, [running(40)]);
    let id = start(&first);
    until(&[&first], "the first tab polls", || is_polled(&first)).await;
    let second = tab(store, [running(50)]);
    let has_task = || second.tasks.task(&id).is_some();
    until(&[&first, &second], "the second tab has the task", has_task).await;
    (first, second, id)
}

#[wasm_bindgen_test]
async fn single_tab_polls_immediately() {
    let store = empty_store("alone");
    let tab = tab(&store, [running(40)]);
    start(&tab);
    let start = tab.start;
    // It waits only for the lock, which takes no virtual time.
    for _ in 0..400 {
        gloo_timers::future::sleep(std::time::Duration::from_millis(5)).await;
        if is_polled(&tab) {
            break;
        }
    }
    assert_eq!(tab.client.checks(), [start]);
    tab.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn all_tabs_show_the_same_tasks_and_one_polls() {
    let store = empty_store("same");
    let (first, second, id) = two(&store).await;
    first.client.then([running(70)]);
    let shown = || second.state(&id).progress() == first.state(&id).progress();
    let rises = || {
        shown()
            && second
                .state(&id)
                .progress()
                .is_some_and(|it| it.get() == 70)
    };
    until(&[&first, &second], "progress is shown in both", rises).await;
    assert!(!is_polled(&second));
    first.tasks.shut_down();
    second.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn another_tab_polls_after_polling_tab_is_closed() {
    let store = empty_store("continue");
    let (first, second, id) = two(&store).await;
    first.tasks.shut_down();
    until(&[&second], "the second tab polls", || is_polled(&second)).await;
    second.client.then([Answer::Status(JobStatus::Succeeded)]);
    let succeeded = || second.state(&id) == TaskState::Succeeded;
    until(&[&second], "it succeeds", succeeded).await;
    second.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn command_reaches_polling_tab() {
    let store = empty_store("command");
    let (first, second, id) = two(&store).await;
    second.tasks.cancel(&id);
    let cancelled = RecordedCall::Cancel("q-1".into());
    let is_told = || {
        first
            .client
            .calls()
            .iter()
            .any(|(_, made)| *made == cancelled)
    };
    until(
        &[&first, &second],
        "the server receives the command",
        is_told,
    )
    .await;
    let ended = || second.state(&id) == TaskState::Cancelled;
    until(&[&first, &second], "both show it", ended).await;
    first.tasks.shut_down();
    second.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn result_is_announced_in_one_tab() {
    let store = empty_store("announce");
    let (first, second, id) = two(&store).await;
    first.client.then([Answer::Status(JobStatus::Succeeded)]);
    let ended = |tab: &Stage| tab.state(&id) == TaskState::Succeeded;
    let both = || ended(&first) && ended(&second);
    until(&[&first, &second], "it succeeds in both", both).await;
    let toast = ToastId::from(id.as_str());
    let shown = [&first, &second].map(|tab| tab.tasks.toaster().get(&toast).is_some());
    assert_eq!(shown.iter().filter(|shown| **shown).count(), 1);
    first.tasks.shut_down();
    second.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn forget_all_applies_to_all_tabs() {
    let store = empty_store("forget-all");
    let (first, second, id) = two(&store).await;
    second.tasks.forget_all();
    let gone = || first.tasks.task(&id).is_none() && second.tasks.task(&id).is_none();
    until(&[&first, &second], "both forget it", gone).await;
    first.tasks.shut_down();
    second.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn tab_rejoins_if_page_was_not_left() {
    let store = empty_store("not-left");
    let (first, second, id) = two(&store).await;
    // Both tabs are on this page and receive the event.
    dispatch(&web_sys::PageTransitionEvent::new("pagehide").expect("an event"));
    for tab in [&first, &second] {
        tab.pass(seconds(1)).await;
    }
    let polls = || first.client.new_calls().len() + second.client.new_calls().len();
    polls();
    until(&[&first, &second], "one of them polls", || polls() > 0).await;
    first.client.then([running(80)]);
    second.client.then([running(80)]);
    let rises = |tab: &Stage| tab.state(&id).progress().is_some_and(|it| it.get() == 80);
    let both = || rises(&first) && rises(&second);
    until(
        &[&first, &second],
        "the tabs receive messages of each other",
        both,
    )
    .await;
    first.tasks.shut_down();
    second.tasks.shut_down();
}
