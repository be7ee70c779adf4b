//! Uploads that continue with a copy of their file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, Change, Command, Config, Core, Environment, Failure, Input, Output, Request,
    RequestError, RequestId, Response, StoredRecords, TabId, TaskId, TaskState, UploadEvent,
    UploadPolicy, Uploaded,
};

use crate::fixture::{STORE, config, now, upload};

const HOUR: u64 = 60 * 60 * 1_000;

/// The digest of the samples of the file.
const DIGEST: u64 = 11;

type Storage = Rc<RefCell<BTreeMap<String, String>>>;

/// A tab of an app that keeps files of up to a megabyte.
struct Tab {
    core: Core,
    storage: Storage,
    millis: u64,
    requests: Vec<(RequestId, Request)>,
    aborted: Vec<RequestId>,
    /// What is to be done with copies.
    copies: Vec<Output>,
    messages: Vec<String>,
    /// Tabs whose end it waits for.
    watched: Vec<TabId>,
    warnings: usize,
    /// Whether the task was last shown as one that continues after a reload.
    is_kept: bool,
}

impl Tab {
    fn open(number: u64, storage: &Storage, millis: u64) -> Self {
        Self::with(policy(), number, storage, millis)
    }

    fn with(policy: UploadPolicy, number: u64, storage: &Storage, millis: u64) -> Self {
        let config = Config {
            store: Some(STORE.into()),
            upload: Rc::new(policy),
            embedding_start: None,
            ..config(number)
        };
        let mut tab = Self {
            core: Core::new(config, Environment::default(), now(millis)),
            storage: Rc::clone(storage),
            millis,
            requests: Vec::new(),
            aborted: Vec::new(),
            copies: Vec::new(),
            messages: Vec::new(),
            watched: Vec::new(),
            warnings: 0,
            is_kept: false,
        };
        tab.drain();
        tab
    }

    /// The only tab, which uploads a file of which there is a complete copy.
    fn uploading(storage: &Storage) -> (Self, TaskId) {
        let mut tab = Self::open(1, storage, 0);
        tab.input(Input::OldestTab);
        let id = tab.start();
        tab.input(Input::FileKept(id.clone(), Some(DIGEST)));
        (tab, id)
    }

    /// A tab that is opened after the tab `closed` has ended.
    fn after(closed: u64, number: u64, storage: &Storage, millis: u64) -> Self {
        let mut tab = Self::open(number, storage, millis);
        tab.input(Input::OldestTab);
        tab.input(Input::TabClosed(TabId(closed)));
        tab
    }

    fn start(&mut self) -> TaskId {
        let id = TaskId::from("upload_1_1");
        self.input(Input::StartUpload(id.clone(), upload()));
        id
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, request) => self.requests.push((id, request)),
                Output::Abort(id) => self.aborted.push(id),
                Output::Write { key, value, .. } => {
                    let mut storage = self.storage.borrow_mut();
                    match value {
                        Some(value) => storage.insert(key, value),
                        None => storage.remove(&key),
                    };
                }
                Output::ReadStorage => {
                    let stored = StoredRecords {
                        records: self.storage.borrow().clone().into_iter().collect(),
                        ..StoredRecords::default()
                    };
                    self.core.handle(Input::Stored(stored), now(self.millis));
                }
                Output::Broadcast(text) => self.messages.push(text),
                Output::Changed(Change::Put { after, .. }, _) => self.is_kept = after.is_kept,
                Output::WatchTab(tab) => self.watched.push(tab),
                Output::Warn(_) => self.warnings += 1,
                Output::KeepFile(_)
                | Output::OpenKeptFile(_)
                | Output::DropKeptFile(_)
                | Output::SweepKeptFiles(_)
                | Output::AskForFile(_) => self.copies.push(output),
                _ => {}
            }
        }
    }

    fn take_copies(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.copies)
    }

    fn report(&mut self, event: UploadEvent) {
        let (id, _) = self.requests.last().unwrap();
        self.input(Input::UploadProgress(*id, event));
    }

    fn respond(&mut self, result: Result<Uploaded, RequestError>) {
        let (id, _) = self.requests.last().unwrap();
        self.input(Input::Response(*id, Response::Upload(result)));
    }

    /// The key and the state of the partial upload in the last request.
    fn sent(&self) -> (String, Option<String>) {
        match self.requests.last() {
            Some((
                _,
                Request::Upload {
                    idempotency_key,
                    resume,
                    ..
                },
            )) => (
                idempotency_key.as_str().to_owned(),
                resume.as_ref().map(|it| it.as_str().to_owned()),
            ),
            other => panic!("{other:?}"),
        }
    }

    fn state(&self, id: &TaskId) -> &TaskState {
        &self.core.snapshot(id).unwrap().state
    }

    fn is_interrupted(&self, id: &TaskId) -> bool {
        *self.state(id) == TaskState::Failed(Failure::Interrupted)
    }

    /// Receives what another tab has sent since.
    fn hear(&mut self, other: &mut Self) {
        for text in std::mem::take(&mut other.messages) {
            self.input(Input::Message(text));
        }
    }
}

fn policy() -> UploadPolicy {
    UploadPolicy::new().with_kept_files(1_000_000)
}

fn uploaded() -> Uploaded {
    Uploaded {
        attachment: AttachmentId::from(7_u64),
        title: "talk".into(),
        video: Some(false),
    }
}

/// Two tabs that know each other. The first one leads and uploads; the file is kept.
fn two_tabs(storage: &Storage) -> (Tab, Tab, TaskId) {
    let (mut first, id) = Tab::uploading(storage);
    let mut second = Tab::open(2, storage, 0);
    for _ in 0..3 {
        second.hear(&mut first);
        first.hear(&mut second);
    }
    assert!(first.core.is_leader() && !second.core.is_leader());
    (first, second, id)
}

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
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
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

#[test]
fn paused_upload_is_still_paused_after_reload_and_resumes_with_copy() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    let capabilities = background_tasks_core::Capabilities {
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
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.input(Input::Capabilities(background_tasks_core::Capabilities {
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
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.millis += HOUR;
    tab.input(Input::PageShow);
    tab.input(Input::Timeout);
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    assert_eq!(tab.state(&id).as_str(), "uploading");
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
fn retry_of_cancelled_upload_asks_for_file_that_was_copy() {
    let storage = Storage::default();
    let (mut before, id) = Tab::uploading(&storage);
    before.input(Input::PageHide);
    let mut tab = Tab::after(1, 2, &storage, 1_000);
    tab.input(Input::KeptFile(id.clone(), Some(DIGEST)));
    tab.input(Input::Command(id.clone(), Command::Cancel));
    tab.take_copies();
    tab.input(Input::Command(id.clone(), Command::Retry));
    assert_eq!(tab.take_copies(), [Output::AskForFile(id)]);
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
