//! Which of several tabs continues an upload with the copy.

use background_tasks_core::{Input, Output, TabId, TaskState};

use super::tab::{DIGEST, Storage, Tab, two_tabs, uploaded};

#[test]
fn upload_continues_in_leader_when_its_tab_is_closed() {
    let storage = Storage::default();
    let (mut first, mut second, id) = two_tabs(&storage);
    let (key, _) = first.sent();
    first.input(Input::PageHide);
    second.hear(&mut first);
    second.input(Input::OldestTab);
    assert!(second.core.is_leader());
    assert!(
        second
            .take_copies()
            .contains(&Output::OpenKeptFile(id.clone()))
    );
    second.input(Input::KeptFile(id, Some(DIGEST)));
    assert_eq!(second.sent().0, key);
}

#[test]
fn tab_that_returns_leaves_upload_to_tab_that_has_continued_it() {
    let storage = Storage::default();
    let (mut first, mut second, id) = two_tabs(&storage);
    let (request, _) = first.requests[0];
    first.input(Input::PageHide);
    second.hear(&mut first);
    second.input(Input::OldestTab);
    second.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert_eq!(second.requests.len(), 1);

    first.input(Input::PageShow);
    for _ in 0..3 {
        second.hear(&mut first);
        first.hear(&mut second);
    }
    assert!(first.aborted.contains(&request));
    assert!(second.aborted.is_empty());
    let owner = |tab: &Tab| tab.core.snapshot(&id).unwrap().owner();
    assert_eq!(
        (owner(&first), owner(&second)),
        (Some(TabId(2)), Some(TabId(2)))
    );

    // Also once it has succeeded there, and its copy is deleted.
    second.respond(Ok(uploaded()));
    first.hear(&mut second);
    assert_eq!(*first.state(&id), TaskState::Succeeded);
}

#[test]
fn tab_that_returns_learns_that_its_upload_has_ended_elsewhere() {
    let storage = Storage::default();
    let (mut first, mut second, id) = two_tabs(&storage);
    first.input(Input::PageHide);
    second.hear(&mut first);
    second.input(Input::OldestTab);
    second.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    second.respond(Ok(uploaded()));
    first.input(Input::PageShow);
    for _ in 0..3 {
        second.hear(&mut first);
        first.hear(&mut second);
    }
    assert_eq!(*first.state(&id), TaskState::Succeeded);
    assert_eq!(*second.state(&id), TaskState::Succeeded);
}

#[test]
fn tab_that_returns_continues_upload_if_copy_could_not_be_opened() {
    let storage = Storage::default();
    let (mut first, mut second, id) = two_tabs(&storage);
    first.input(Input::PageHide);
    second.hear(&mut first);
    second.input(Input::OldestTab);
    second.input(Input::KeptFile(id.clone(), None));
    assert!(second.is_interrupted(&id));
    first.input(Input::PageShow);
    for _ in 0..3 {
        second.hear(&mut first);
        first.hear(&mut second);
    }
    assert_eq!(first.state(&id).as_str(), "uploading");
    assert_eq!(second.state(&id).as_str(), "uploading");
}

#[test]
fn tab_that_returns_continues_upload_whose_tab_has_crashed_meanwhile() {
    let storage = Storage::default();
    let (first, mut second, id) = two_tabs(&storage);
    second.input(Input::PageHide);
    second.watched.clear();
    // Nothing of the upload is written yet.
    drop(first);
    second.input(Input::PageShow);
    assert_eq!(second.watched, [TabId(1)]);
    // It may just have sent something.
    second.millis += 3_000;
    second.input(Input::TabClosed(TabId(1)));
    second.input(Input::OldestTab);
    second.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert_eq!(second.requests.len(), 1);
    assert_eq!(second.state(&id).as_str(), "uploading");
}
