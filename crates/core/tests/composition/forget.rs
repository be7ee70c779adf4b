//! Everything under a store's name is forgotten, also by a tab that learns of it late.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use background_tasks_core::{Core, Environment, Input, Now, Output, StoredRecords};

use crate::fixture::{job, now, storing};

const MARK: &str = "store!";

type Storage = Rc<RefCell<BTreeMap<String, String>>>;

/// A tab whose messages are delivered by the test.
struct Tab {
    core: Core,
    storage: Storage,
    sent: Vec<String>,
}

impl Tab {
    fn open(number: u64, storage: &Storage) -> Self {
        let config = storing(number);
        let mut tab = Self {
            core: Core::new(config, Environment::default(), now(0)),
            storage: Rc::clone(storage),
            sent: Vec::new(),
        };
        tab.input(Input::Timeout, now(0));
        tab
    }

    fn input(&mut self, input: Input, now: Now) {
        self.core.handle(input, now);
        while let Some(output) = self.core.poll(now) {
            self.execute(output, now);
        }
    }

    fn execute(&mut self, output: Output, now: Now) {
        match output {
            Output::ReadStorage => {
                let storage = self.storage.borrow();
                let records = storage.iter().filter(|(key, _)| *key != MARK);
                let stored = StoredRecords {
                    records: records.map(|(a, b)| (a.clone(), b.clone())).collect(),
                    forgotten: storage.get(MARK).cloned(),
                    migrated: Vec::new(),
                };
                drop(storage);
                self.core.handle(Input::Stored(stored), now);
            }
            Output::Write { key, value, .. } => {
                let mut storage = self.storage.borrow_mut();
                match value {
                    Some(value) => storage.insert(key, value),
                    None => storage.remove(&key),
                };
            }
            Output::Forget(mark) => {
                let mut storage = self.storage.borrow_mut();
                storage.clear();
                storage.insert(MARK.to_owned(), mark);
            }
            Output::Broadcast(text) => self.sent.push(text),
            _ => {}
        }
    }

    fn start_job(&mut self, number: u32, now: Now) {
        let id = format!("video_{number}_1").as_str().into();
        self.input(Input::StartJob(id, job(number)), now);
    }

    fn tasks(&self) -> usize {
        self.core.snapshots().count()
    }
}

fn records(storage: &Storage) -> Vec<String> {
    let storage = storage.borrow();
    let keys = storage.keys().filter(|key| *key != MARK);
    keys.cloned().collect()
}

#[test]
fn record_written_before_tab_learns_that_its_task_is_forgotten_is_removed() {
    let storage = Storage::default();
    let mut late = Tab::open(1, &storage);
    late.start_job(7, now(1));
    let mut other = Tab::open(2, &storage);
    other.input(Input::Forget, now(2));
    // The first thing that the late tab does is to write what is due.
    late.input(Input::Timeout, now(1_000));
    assert_eq!(records(&storage), ["store/video_7_1"]);
    for message in std::mem::take(&mut other.sent) {
        late.input(Input::Message(message), now(1_001));
    }
    assert_eq!(late.tasks(), 0);
    assert_eq!(records(&storage), Vec::<String>::new());
}

#[test]
fn late_tab_leaves_records_of_tasks_that_were_started_since() {
    let storage = Storage::default();
    let mut late = Tab::open(1, &storage);
    late.start_job(7, now(1));
    let mut other = Tab::open(2, &storage);
    other.input(Input::Forget, now(2));
    let forgotten = std::mem::take(&mut other.sent);
    other.start_job(8, now(3));
    other.input(Input::Timeout, now(600));
    late.input(Input::Timeout, now(1_000));
    for message in forgotten {
        late.input(Input::Message(message), now(1_001));
    }
    assert_eq!(late.tasks(), 0);
    assert_eq!(records(&storage), ["store/video_8_1"]);
}
