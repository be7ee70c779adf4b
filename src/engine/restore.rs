//! Tasks that outlive the page: what is kept of them, and how they go on.

use std::rc::Rc;

use super::Engine;
use super::inbox::Message;
use super::life::{Life, Sending, Source, Work};
use crate::persistence::record::{Record, SavedWork};
use crate::sorted::SortedSet;
use crate::tabs::TabId;
use crate::task::monitor::{self, Monitor};
use crate::task::upload::Upload;
use crate::task::{JobKind, TaskId};
use crate::time::Timestamp;

impl Engine {
    /// What is to be kept of the tasks that this tab drives: each task is
    /// written by one tab.
    pub(crate) fn records(&self) -> Vec<Record> {
        let state = self.0.state.borrow();
        let driven = state.lives.values();
        let driven = driven.filter(|life| life.is_driven_here(state.leads));
        let own = state.tabs.as_ref().map(|tabs| tabs.id());
        driven.map(|life| life.record(own.as_ref())).collect()
    }

    /// What this tab knows of all tasks, also of those that it was told of.
    pub(crate) fn all_records(&self) -> Vec<Record> {
        let state = self.0.state.borrow();
        let own = state.tabs.as_ref().map(|tabs| tabs.id());
        let lives = state.lives.values();
        lives.map(|life| life.record(own.as_ref())).collect()
    }

    /// Has saved tasks go on. One of a kind that this app does not know is left out.
    pub(crate) fn restore(&self, records: Vec<Record>) {
        let now = self.now();
        for record in records {
            let id = record.id.clone();
            if let Some(life) = self.life(record) {
                self.add(life);
                let tick = Message::Step(id, monitor::Event::Tick);
                self.0.state.borrow_mut().inbox.push(now, tick);
            }
        }
        self.pass();
    }

    /// Takes in what other pages saved while this one was not looking.
    pub(crate) fn catch_up(&self, records: Vec<Record>) {
        self.post(Message::CatchUp(records));
    }

    pub(super) fn take_in_saved(
        &self,
        records: Vec<Record>,
        at: Timestamp,
        touched: &mut SortedSet<TaskId>,
    ) {
        let saved: SortedSet<_> = records.iter().map(|record| record.id.clone()).collect();
        let known: Vec<_> = self.0.state.borrow().lives.keys().cloned().collect();
        for id in known {
            if !saved.contains(&id) {
                self.forget(id, at, touched);
            }
        }
        for record in records {
            let is_known = {
                let state = self.0.state.borrow();
                let life = state.lives.get(&record.id);
                life.is_some_and(|life| life.record(None).rank() >= record.rank())
            };
            let id = record.id.clone();
            if !is_known && let Some(life) = self.life(record) {
                let before = self.0.state.borrow_mut().lives.insert(id.clone(), life);
                drop(before);
                self.mark_heard(id, touched);
            }
        }
    }

    /// None for a kind that this app does not know.
    pub(super) fn life(&self, record: Record) -> Option<Life> {
        Some(Life {
            work: self.work(record.work)?,
            id: record.id,
            title: record.title,
            started: record.started,
            ended: record.ended,
            call: None,
            told: None,
        })
    }

    /// What a record says that the task does. None for a kind that this app does
    /// not know. The file of an upload is in the tab that it names, or nowhere.
    pub(super) fn work(&self, saved: SavedWork) -> Option<Work> {
        let surroundings = self.0.state.borrow().surroundings;
        Some(match saved {
            SavedWork::Job { kind, monitor } => {
                let kind = self.kind(&kind)?;
                Work::Job(Monitor::restored(kind, monitor, surroundings, self.now()))
            }
            SavedWork::Upload {
                video,
                attachment,
                name,
                size,
                tab,
                upload,
            } => {
                let policy = Rc::clone(&self.0.settings.upload);
                let mut upload = Upload::restored(upload, policy, surroundings);
                let source = match tab {
                    Some(tab) => Source::Elsewhere { tab, name, size },
                    None => {
                        upload.cut_off();
                        Source::Lost { name, size }
                    }
                };
                Work::Upload(Sending {
                    upload,
                    source,
                    video,
                    attachment,
                    picker: None,
                })
            }
        })
    }

    fn kind(&self, name: &str) -> Option<JobKind> {
        let settings = &self.0.settings;
        let built_in = [&settings.video, &settings.embedding];
        let mut all = built_in.into_iter().chain(&settings.kinds);
        all.find(|kind| kind.name() == name).cloned()
    }
}

impl Life {
    /// What is to be kept of it by the tab called `own`.
    pub(super) fn record(&self, own: Option<&TabId>) -> Record {
        Record {
            id: self.id.clone(),
            title: self.title.clone(),
            started: self.started,
            ended: self.ended,
            closed: false,
            work: match &self.work {
                Work::Job(monitor) => SavedWork::Job {
                    kind: monitor.kind().name().to_owned(),
                    monitor: monitor.saved(),
                },
                Work::Upload(sending) => {
                    let (name, size) = sending.source.name_and_size();
                    SavedWork::Upload {
                        video: sending.video,
                        attachment: sending.attachment.clone(),
                        name,
                        size,
                        tab: match &sending.source {
                            Source::There(_) => own.cloned(),
                            Source::Elsewhere { tab, .. } => Some(tab.clone()),
                            Source::Lost { .. } => None,
                        },
                        upload: sending.upload.saved(),
                    }
                }
            },
        }
    }
}
