//! Uploads that continue in the next page with a copy of their file.

use background_tasks_core::{Capabilities, Command, Input, Output, RequestError, UploadEvent};

use super::tab::{DIGEST, HOUR, Storage, Tab};

#[test]
fn upload_continues_after_reload_with_its_key_and_offset() {
    for resume in [None, Some("there")] {
        let storage = Storage::default();
        let (mut before, id) = Tab::uploading(&storage);
        if let Some(url) = resume {
            before.report(UploadEvent::Resumable(url.into()));
        }
        let (bytes, total) = (500_000, 1_000_000);
        before.report(UploadEvent::Sent { bytes, total });
        let (key, _) = before.sent();
        before.input(Input::PageHide);

        let mut tab = Tab::after(1, 2, &storage, 1_000);
        assert!(
            tab.take_copies()
                .contains(&Output::OpenKeptFile(id.clone()))
        );
        assert_eq!(tab.requests.len(), 0);
        assert_eq!(tab.state(&id).as_str(), "uploading");
        assert_eq!(tab.state(&id).progress().map(|it| it.get()), Some(50));
        tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
        assert_eq!(tab.sent(), (key, resume.map(str::to_owned)));
        assert_eq!(tab.state(&id).progress().map(|it| it.get()), Some(50));
        assert!(tab.is_kept);
    }
}

#[test]
fn copy_that_is_missing_or_another_file_interrupts_upload_and_retry_asks_for_it() {
    for digest in [None, Some(DIGEST + 1)] {
        let storage = Storage::default();
        let (mut before, id) = Tab::uploading(&storage);
        before.input(Input::PageHide);
        let mut tab = Tab::after(1, 2, &storage, 1_000);
        tab.take_copies();
        tab.input(Input::KeptFile(id.clone(), digest));
        assert!(tab.is_interrupted(&id), "{digest:?}");
        assert_eq!(tab.requests.len(), 0);
        assert_eq!(tab.take_copies(), [Output::DropKeptFile(id.clone())]);
        tab.input(Input::Command(id.clone(), Command::Retry));
        assert_eq!(tab.take_copies(), [Output::AskForFile(id)]);
    }
}

#[test]
fn incomplete_copy_is_dropped_and_upload_is_interrupted() {
    let storage = Storage::default();
    let mut before = Tab::open(1, &storage, 0);
    before.input(Input::OldestTab);
    let id = before.start();
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    assert!(tab.is_interrupted(&id));
    let copies = tab.take_copies();
    assert!(copies.contains(&Output::DropKeptFile(id)), "{copies:?}");
}

#[test]
fn copy_that_does_not_open_interrupts_upload() {
    let (mut tab, id) = Tab::reloaded();
    tab.millis += 31_000;
    tab.input(Input::Timeout);
    assert!(tab.is_interrupted(&id));
    // It opens after all.
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert!(tab.is_interrupted(&id));
    tab.input(Input::Command(id.clone(), Command::Retry));
    assert!(tab.take_copies().contains(&Output::AskForFile(id)));
}

#[test]
fn paused_upload_is_still_paused_after_reload_and_resumes_with_copy() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    let capabilities = Capabilities {
        resumable_from: Some(0),
        ..Default::default()
    };
    before.input(Input::Capabilities(capabilities));
    before.input(Input::Command(id.clone(), Command::Pause));
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert!(tab.state(&id).is_paused());
    tab.input(Input::Command(id.clone(), Command::Resume));
    assert_eq!(tab.requests.len(), 1);
}

#[test]
fn upload_that_is_resumed_before_its_copy_is_open_waits_for_it() {
    let (mut tab, id) = Tab::reloaded();
    tab.input(Input::Capabilities(Capabilities {
        resumable_from: Some(0),
        ..Default::default()
    }));
    tab.input(Input::Command(id.clone(), Command::Pause));
    assert!(tab.state(&id).is_paused());
    tab.input(Input::Command(id.clone(), Command::Resume));
    assert!(tab.requests.is_empty());
    tab.input(Input::KeptFile(id, Some(DIGEST)));
    assert_eq!(tab.requests.len(), 1);
}

#[test]
fn time_asleep_does_not_count_while_copy_is_opened() {
    let (mut tab, id) = Tab::reloaded();
    tab.millis += HOUR;
    tab.input(Input::PageShow);
    tab.input(Input::Timeout);
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert_eq!(tab.state(&id).as_str(), "uploading");
}

#[test]
fn retry_of_cancelled_upload_asks_for_file_that_was_copy() {
    let (mut tab, id) = Tab::reloaded();
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    tab.input(Input::Command(id.clone(), Command::Cancel));
    tab.take_copies();
    tab.input(Input::Command(id.clone(), Command::Retry));
    assert_eq!(tab.take_copies(), [Output::AskForFile(id)]);
}

#[test]
fn retry_of_failed_upload_after_reload_uses_copy() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.respond(Err(RequestError::Status {
        status: 403,
        retry_after: None,
        message: None,
    }));
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.take_copies();
    tab.input(Input::Command(id.clone(), Command::Retry));
    assert_eq!(tab.take_copies(), [Output::OpenKeptFile(id.clone())]);
    tab.input(Input::KeptFile(id, Some(DIGEST)));
    assert_eq!(tab.requests.len(), 1);
}

#[test]
fn old_copy_is_not_used() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.millis = 23 * HOUR;
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 25 * HOUR);
    assert!(tab.is_interrupted(&id));
    assert!(
        tab.take_copies()
            .contains(&Output::SweepKeptFiles(Vec::new()))
    );
}
