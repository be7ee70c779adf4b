//! When a copy is made, and when it is deleted.

use std::rc::Rc;

use background_tasks_core::{
    Command, Config, Core, Environment, Input, Output, RequestError, TabId, TaskId, TaskState,
    UploadEvent, UploadPolicy,
};

use super::tab::{DIGEST, HOUR, Storage, Tab, policy, uploaded};
use crate::fixture::{STORE, config, now, upload};

#[test]
fn file_is_copied_if_app_and_browser_allow_it() {
    let kept = |policy: UploadPolicy, watches_tabs: bool| {
        let storage = Storage::default();
        let config = Config {
            store: Some(STORE.into()),
            upload: Rc::new(policy),
            watches_tabs,
            ..config(1)
        };
        let mut tab = Tab::open(1, &storage, 0);
        tab.core = Core::new(config, Environment::default(), now(0));
        tab.take_copies();
        let id = tab.start();
        tab.take_copies().contains(&Output::KeepFile(id))
    };
    assert!(kept(policy(), true));
    assert!(!kept(UploadPolicy::new(), true));
    assert!(!kept(UploadPolicy::new().with_kept_files(999_999), true));
    assert!(!kept(policy().with_max_size(10), true));
    // A frozen tab cannot be told from a closed one.
    assert!(!kept(policy(), false));
}

#[test]
fn upload_does_not_wait_for_copy_and_is_shown_as_kept_once_it_is_complete() {
    let storage = Storage::default();
    let mut tab = Tab::open(1, &storage, 0);
    tab.input(Input::OldestTab);
    let id = tab.start();
    assert_eq!(tab.requests.len(), 1);
    assert!(!tab.is_kept);
    tab.input(Input::FileKept(id, Some(DIGEST)));
    assert!(tab.is_kept);
}

#[test]
fn copy_of_failed_upload_is_dropped_after_24_hours_in_tab_that_has_restored_it() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.respond(Err(RequestError::Status {
        status: 403,
        retry_after: None,
        message: None,
    }));
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, HOUR);
    tab.take_copies();
    tab.millis = 24 * HOUR - 1;
    tab.input(Input::Timeout);
    assert_eq!(tab.take_copies(), []);
    tab.millis = 24 * HOUR;
    tab.input(Input::Timeout);
    assert_eq!(tab.take_copies(), [Output::DropKeptFile(id)]);
}

#[test]
fn copy_that_no_record_names_is_dropped() {
    let storage = Storage::default();
    let (mut tab, id) = Tab::uploading(&storage);
    tab.take_copies();
    assert!(tab.is_kept);
    tab.input(Input::WriteFailed(id.clone()));
    assert!(!tab.is_kept, "the page would not ask before it is left");
    assert_eq!(tab.take_copies(), [Output::DropKeptFile(id)]);
}

#[test]
fn smaller_limit_drops_copies_that_earlier_version_has_kept() {
    for limit in [0, 999_999] {
        let storage = Storage::default();
        let (mut before, id) = Tab::uploading(&storage);
        before.input(Input::PageHide);
        let policy = UploadPolicy::new().with_kept_files(limit);
        let mut tab = Tab::with(policy, 2, &storage, 1_000);
        assert_eq!(tab.take_copies(), [Output::SweepKeptFiles(Vec::new())]);
        tab.input(Input::OldestTab);
        tab.input(Input::TabClosed(TabId(1)));
        assert!(tab.is_interrupted(&id));
    }
}

#[test]
fn copy_is_dropped_when_upload_ends_unless_retry_may_need_it() {
    let drops = |end: &dyn Fn(&mut Tab, &TaskId)| {
        let storage = Storage::default();
        let (mut tab, id) = Tab::uploading(&storage);
        tab.take_copies();
        end(&mut tab, &id);
        tab.take_copies().contains(&Output::DropKeptFile(id))
    };
    let command =
        |command| move |tab: &mut Tab, id: &TaskId| tab.input(Input::Command(id.clone(), command));
    let forbidden = RequestError::Status {
        status: 403,
        retry_after: None,
        message: None,
    };
    assert!(drops(&|tab, _| tab.respond(Ok(uploaded()))));
    assert!(drops(&command(Command::Cancel)));
    assert!(drops(
        &|tab, _| tab.respond(Err(RequestError::FileUnreadable))
    ));
    assert!(!drops(&|tab, _| tab.respond(Err(forbidden.clone()))));
    assert!(drops(&|tab, id| {
        tab.respond(Err(forbidden.clone()));
        tab.input(Input::Clear(vec![id.clone()]));
    }));
    assert!(drops(&|tab, _| tab.input(Input::Forget)));
}

#[test]
fn copy_is_dropped_after_24_hours() {
    let storage = Storage::default();
    let (mut tab, id) = Tab::uploading(&storage);
    tab.take_copies();
    for (hours, drops) in [(23, false), (24, true)] {
        tab.millis = hours * HOUR;
        // Its connection is still in use.
        let (bytes, total) = (500_000 + hours, 1_000_000);
        tab.report(UploadEvent::Sent { bytes, total });
        let copies = tab.take_copies();
        assert_eq!(copies.contains(&Output::DropKeptFile(id.clone())), drops);
    }
    assert!(!tab.is_kept);
}

#[test]
fn new_page_sweeps_all_copies_but_those_of_its_tasks() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.input(Input::PageHide);
    let mut tab = Tab::open(2, &storage, 1_000);
    assert!(
        tab.take_copies()
            .contains(&Output::SweepKeptFiles(vec![id]))
    );
    let mut other = Tab::with(UploadPolicy::new(), 3, &storage, 1_000);
    assert_eq!(other.take_copies(), []);
}

#[test]
fn copy_that_is_complete_too_late_is_dropped() {
    let storage = Storage::default();
    let mut tab = Tab::open(1, &storage, 0);
    tab.input(Input::OldestTab);
    let id = tab.start();
    tab.respond(Ok(uploaded()));
    tab.take_copies();
    tab.input(Input::FileKept(id.clone(), Some(DIGEST)));
    assert_eq!(tab.take_copies(), [Output::DropKeptFile(id)]);
}

#[test]
fn files_that_cannot_be_kept_get_one_warning_and_are_uploaded() {
    let storage = Storage::default();
    let mut tab = Tab::open(1, &storage, 0);
    tab.input(Input::OldestTab);
    let id = tab.start();
    tab.input(Input::FileKept(id.clone(), None));
    tab.input(Input::FileKept(id.clone(), None));
    assert_eq!(tab.warnings, 1);
    assert!(!tab.is_kept);
    tab.respond(Ok(uploaded()));
    assert_eq!(*tab.state(&id), TaskState::Succeeded);
}

#[test]
fn file_that_is_chosen_again_is_copied_again() {
    let storage = Storage::default();
    let mut before = Tab::open(1, &storage, 0);
    before.input(Input::OldestTab);
    let id = before.start();
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.take_copies();
    tab.input(Input::FileChosen(id.clone(), upload().file));
    let expected = [Output::DropKeptFile(id.clone()), Output::KeepFile(id)];
    assert_eq!(tab.take_copies(), expected);
}
