//! Tasks that outlive the page: what is kept of them, and how they go on.

use std::rc::Rc;

use super::Engine;
use super::inbox::Message;
use super::life::{Life, Sending, Source, Work};
use crate::persistence::record::{Record, SavedWork};
use crate::tabs::TabId;
use crate::task::JobKind;
use crate::task::monitor::{self, Monitor};
use crate::task::upload::Upload;

impl Engine {
    /// What is to be kept of the tasks that this tab drives: each task is
    /// written by one tab.
    pub(crate) fn records(&self) -> Vec<Record> {
        let state = self.0.state.borrow();
        let driven = state.lives.values();
        let driven = driven.filter(|life| life.is_driven_here(state.leads));
        driven.map(Life::record).collect()
    }

    /// What this tab knows of all tasks, also of those that it was told of.
    pub(crate) fn all_records(&self) -> Vec<Record> {
        let state = self.0.state.borrow();
        state.lives.values().map(Life::record).collect()
    }

    /// Has saved tasks go on. One of a kind that this app does not know is left out.
    pub(crate) fn restore(&self, records: Vec<Record>) {
        let now = self.now();
        for record in records {
            let Some(work) = self.work(record.work, None) else {
                continue;
            };
            self.add(Life {
                id: record.id.clone(),
                title: record.title,
                started: record.started,
                work,
                call: None,
                told: None,
            });
            let tick = Message::Step(record.id, monitor::Event::Tick);
            self.0.state.borrow_mut().inbox.push(now, tick);
        }
        self.pass();
    }

    /// What a record says that the task does. None for a kind that this app does
    /// not know. The file of an upload is in the tab that says so, or nowhere.
    pub(super) fn work(&self, saved: SavedWork, has_file: Option<TabId>) -> Option<Work> {
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
                upload,
            } => {
                let policy = Rc::clone(&self.0.settings.upload);
                let mut upload = Upload::restored(upload, policy, surroundings);
                let source = match has_file {
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
    pub(super) fn record(&self) -> Record {
        Record {
            id: self.id.clone(),
            title: self.title.clone(),
            started: self.started,
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
                        upload: sending.upload.saved(),
                    }
                }
            },
        }
    }
}
