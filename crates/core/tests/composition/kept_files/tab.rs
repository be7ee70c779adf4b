//! A tab of an app that keeps files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, Change, Config, Core, Environment, Failure, Input, Output, Request, RequestError,
    RequestId, Response, StoredRecords, TabId, TaskId, TaskState, UploadEvent, UploadPolicy,
    Uploaded,
};

use crate::fixture::{STORE, config, now, upload};

pub const HOUR: u64 = 60 * 60 * 1_000;

/// The digest of the samples of the file.
pub const DIGEST: u64 = 11;

pub type Storage = Rc<RefCell<BTreeMap<String, String>>>;

/// A tab of an app that keeps files of up to a megabyte.
pub struct Tab {
    pub core: Core,
    pub storage: Storage,
    pub millis: u64,
    pub requests: Vec<(RequestId, Request)>,
    pub aborted: Vec<RequestId>,
    /// What is to be done with copies.
    pub copies: Vec<Output>,
    pub messages: Vec<String>,
    /// Tabs whose end it waits for.
    pub watched: Vec<TabId>,
    pub warnings: usize,
    /// Whether the task was last shown as one that continues after a reload.
    pub is_kept: bool,
}

impl Tab {
    pub fn open(number: u64, storage: &Storage, millis: u64) -> Self {
        Self::with(policy(), number, storage, millis)
    }

    pub fn with(policy: UploadPolicy, number: u64, storage: &Storage, millis: u64) -> Self {
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
    pub fn uploading(storage: &Storage) -> (Self, TaskId) {
        let mut tab = Self::open(1, storage, 0);
        tab.input(Input::OldestTab);
        let id = tab.start();
        tab.input(Input::FileKept(id.clone(), Some(DIGEST)));
        (tab, id)
    }

    /// A tab that is opened after the tab `closed` has ended.
    pub fn after(closed: u64, number: u64, storage: &Storage, millis: u64) -> Self {
        let mut tab = Self::open(number, storage, millis);
        tab.input(Input::OldestTab);
        tab.input(Input::TabClosed(TabId(closed)));
        tab
    }

    /// A tab after a reload, which is opening the copy of the file.
    pub fn reloaded() -> (Self, TaskId) {
        let storage = Storage::default();
        let (mut before, id) = Self::uploading(&storage);
        before.input(Input::PageHide);
        (Self::after(1, 2, &storage, 1_000), id)
    }

    pub fn start(&mut self) -> TaskId {
        let id = TaskId::from("upload_1_1");
        self.input(Input::StartUpload(id.clone(), upload()));
        id
    }

    pub fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        self.drain();
    }

    pub fn drain(&mut self) {
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

    pub fn take_copies(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.copies)
    }

    pub fn report(&mut self, event: UploadEvent) {
        let (id, _) = self.requests.last().unwrap();
        self.input(Input::UploadProgress(*id, event));
    }

    pub fn respond(&mut self, result: Result<Uploaded, RequestError>) {
        let (id, _) = self.requests.last().unwrap();
        self.input(Input::Response(*id, Response::Upload(result)));
    }

    /// The key and the state of the partial upload in the last request.
    pub fn sent(&self) -> (String, Option<String>) {
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

    pub fn state(&self, id: &TaskId) -> &TaskState {
        &self.core.snapshot(id).unwrap().state
    }

    pub fn is_interrupted(&self, id: &TaskId) -> bool {
        *self.state(id) == TaskState::Failed(Failure::Interrupted)
    }

    /// Receives what another tab has sent since.
    pub fn hear(&mut self, other: &mut Self) {
        for text in std::mem::take(&mut other.messages) {
            self.input(Input::Message(text));
        }
    }
}

pub fn policy() -> UploadPolicy {
    UploadPolicy::new().with_kept_files(1_000_000)
}

pub fn uploaded() -> Uploaded {
    Uploaded {
        attachment: AttachmentId::from(7_u64),
        title: "talk".into(),
        video: Some(false),
    }
}

/// Two tabs that know each other. The first one leads and uploads; the file is kept.
pub fn two_tabs(storage: &Storage) -> (Tab, Tab, TaskId) {
    let (mut first, id) = Tab::uploading(storage);
    let mut second = Tab::open(2, storage, 0);
    for _ in 0..3 {
        second.hear(&mut first);
        first.hear(&mut second);
    }
    assert!(first.core.is_leader() && !second.core.is_leader());
    (first, second, id)
}
