//! The local storage: tasks continue after a reload.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::toast::ToastId;
use yew_background_tasks::{JobStatus, TaskId, TaskState};

use crate::scripted::{Answer, running};
use crate::several::{FullStorage, Warnings, dispatch, empty_store, keys, storage, tab, until};
use crate::stage::{Stage, seconds};

fn start(tab: &Stage) -> TaskId {
    let tasks = &tab.tasks;
    tasks.start_video_processing_task(7_u32, "talk.mp4", "q-1")
}

fn has_toast(tab: &Stage, id: &TaskId) -> bool {
    let toaster = tab.tasks.toaster();
    toaster.get(&ToastId::from(id.as_str())).is_some()
}

#[wasm_bindgen_test]
async fn stored_task_is_restored_with_its_toast_and_polled() {
    let store = empty_store("restore");
    let before = tab(&store, [running(40)]);
    let id = start(&before);
    until(&[&before], "polled", || !before.client.checks().is_empty()).await;
    before.pass(seconds(1)).await;
    assert_eq!(keys(&store).len(), 1, "one record per task");
    before.tasks.shut_down();

    let after = tab(&store, [running(60)]);
    assert_eq!(after.state(&id).as_str(), "running");
    assert!(has_toast(&after, &id));
    until(&[&after], "polled", || !after.client.checks().is_empty()).await;
    after.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn changes_are_written_when_the_page_is_left() {
    let store = empty_store("leave");
    let before = tab(&store, [running(40)]);
    let id = start(&before);
    let runs = || before.state(&id).as_str() == "running";
    until(&[&before], "it runs", runs).await;
    before.pass(seconds(3)).await;
    before.client.then([running(60)]);
    before.pass(seconds(1)).await;
    let record = || {
        storage()
            .get_item(&keys(&store)[0])
            .expect("it is permitted")
    };
    let written = record();
    dispatch(&web_sys::PageTransitionEvent::new("pagehide").expect("an event"));
    assert_ne!(record(), written);
    let after = tab(&store, [running(60)]);
    assert_eq!(after.state(&id).progress(), before.state(&id).progress());
    before.tasks.shut_down();
    after.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn closed_toast_stays_closed_until_the_task_ends() {
    let store = empty_store("closed-toast");
    let before = tab(&store, [running(40)]);
    let id = start(&before);
    until(&[&before], "polled", || !before.client.checks().is_empty()).await;
    before.tasks.dismiss(&id);
    before.pass(seconds(1)).await;
    before.tasks.shut_down();

    let after = tab(&store, [running(50)]);
    assert!(after.tasks.task(&id).is_some());
    assert!(!has_toast(&after, &id));
    until(&[&after], "polled", || !after.client.checks().is_empty()).await;
    after.pass(seconds(3)).await;
    assert!(!has_toast(&after, &id));
    after.client.then([Answer::Status(JobStatus::Succeeded)]);
    let succeeded = || after.state(&id) == TaskState::Succeeded;
    until(&[&after], "succeeded", succeeded).await;
    assert!(has_toast(&after, &id));
    after.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn full_storage_is_reported_once_and_tasks_continue() {
    let store = empty_store("full");
    let full = FullStorage::new();
    let warnings = Warnings::record();
    let tab = tab(&store, [running(40)]);
    let (first, second) = (start(&tab), start(&tab));
    until(&[&tab], "polled", || !tab.client.checks().is_empty()).await;
    tab.pass(seconds(5)).await;
    tab.tasks.shut_down();
    let texts = warnings.texts();
    drop((full, warnings));
    assert_eq!(tab.state(&first).as_str(), "running");
    assert_eq!(tab.state(&second).as_str(), "running");
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("cannot be saved"), "{texts:?}");
}

#[wasm_bindgen_test]
async fn damaged_record_is_dropped_with_a_warning() {
    let store = empty_store("nonsense");
    let set = |key: String| storage().set_item(&key, "{]").expect("it is permitted");
    set(format!("{store}/video_7_1"));
    let warnings = Warnings::record();
    let tab = tab(&store, [running(40)]);
    let texts = warnings.texts();
    drop(warnings);
    assert!(tab.tasks.tasks().is_empty());
    assert_eq!(texts.len(), 1, "{texts:?}");
    tab.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn store_whose_name_begins_alike_is_neither_read_nor_forgotten() {
    let store = empty_store("alike");
    let longer = tab(&format!("{store}/more"), [running(40)]);
    start(&longer);
    longer.tasks.shut_down();
    let shorter = tab(&store, [running(40)]);
    assert!(shorter.tasks.tasks().is_empty());
    shorter.tasks.forget_all();
    shorter.tasks.shut_down();
    let longer = tab(&format!("{store}/more"), [running(40)]);
    assert_eq!(longer.tasks.tasks().len(), 1);
    longer.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn forget_all_applies_to_tabs_opened_later() {
    let store = empty_store("forget");
    let before = tab(&store, [running(40)]);
    let id = start(&before);
    before.pass(seconds(1)).await;
    before.tasks.forget_all();
    assert!(before.tasks.task(&id).is_none());
    assert!(!has_toast(&before, &id));
    assert_eq!(keys(&store), [format!("{store}!")]);
    before.tasks.shut_down();
    assert_eq!(keys(&store), [format!("{store}!")]);
    let after = tab(&store, [running(60)]);
    assert!(after.tasks.tasks().is_empty());
    after.tasks.shut_down();
}

/// Tasks as version 1 has stored them: all in one text.
const VERSION_1: &str = include_str!("../../crates/core/tests/fixtures/version-1.json");

#[wasm_bindgen_test]
async fn tasks_of_version_1_are_migrated_and_their_text_is_removed() {
    let store = empty_store("version-1");
    storage()
        .set_item(&store, VERSION_1)
        .expect("it is permitted");
    let warnings = Warnings::record();
    let tab = tab(&store, [running(40)]);
    let tasks = tab.tasks.tasks();
    assert!(tasks.len() > 5, "{}", tasks.len());
    let is_removed = || !keys(&store).contains(&store);
    until(&[&tab], "the text is removed", is_removed).await;
    tab.pass(seconds(1)).await;
    assert_eq!(keys(&store).len(), tasks.len());
    assert_eq!(warnings.texts(), Vec::<String>::new());
    tab.tasks.shut_down();
}

#[wasm_bindgen_test]
async fn a_text_of_version_1_without_tasks_is_removed() {
    for (text, warned) in [(r#"{"version":1,"tasks":[]}"#, 0), ("{]", 1)] {
        let store = empty_store("version-1-empty");
        storage().set_item(&store, text).expect("it is permitted");
        let warnings = Warnings::record();
        let tab = tab(&store, [running(40)]);
        let texts = warnings.texts();
        drop(warnings);
        assert_eq!(texts.len(), warned, "{texts:?}");
        assert_eq!(keys(&store), Vec::<String>::new());
        tab.tasks.shut_down();
    }
}
