//! What the tabs of one origin tell each other about tasks, and what follows.
//!
//! Every task is driven by one tab, which tells the others how it is. The others
//! have its record too, so that any of them can go on with it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Engine;
use super::inbox::Message;
use super::life::{Common, Life, Source, Work};
use crate::store::Change;
use crate::tabs::{Heard, Order, TabId, Tabs, TaskNote, Told};
use crate::task::monitor::Monitor;
use crate::task::upload;
use crate::task::{TaskId, TaskState};
use crate::time::Timestamp;

impl Engine {
    /// Joins the tabs that share `name`. Until it is known who leads, no job
    /// is asked after.
    pub(crate) fn join_tabs(&self, name: &str) {
        let weak = self.downgrade();
        let tell = move |heard| {
            if let Some(engine) = weak.upgrade() {
                engine.post(Message::Heard(heard));
            }
        };
        let tabs = Tabs::join(name, Rc::clone(&self.0.settings.clock), tell).map(Rc::new);
        let is_alone = tabs.is_none();
        self.0.state.borrow_mut().tabs = tabs;
        if is_alone {
            self.post(Message::Heard(Heard::Lead(true)));
        }
    }

    /// Whether another tab keeps the record of this task.
    pub(crate) fn leaves_to_others(&self, id: &TaskId) -> bool {
        let state = self.0.state.borrow();
        let life = state.lives.get(id);
        life.is_some_and(|life| !life.is_driven_here(state.leads))
    }

    /// Whether this tab is the one that says how a task ended.
    pub(crate) fn announces(&self) -> bool {
        self.0.state.borrow().leads
    }

    /// Whether what has just changed is another tab's doing.
    pub(crate) fn is_hearsay(&self, id: &TaskId) -> bool {
        self.0.state.borrow().heard.contains(id)
    }

    /// Does what the person wants, or has the tab do it that drives the task.
    pub(super) fn order(
        &self,
        order: Order,
        id: &TaskId,
        at: Timestamp,
        touched: &mut BTreeSet<TaskId>,
    ) {
        let tabs = {
            let state = self.0.state.borrow();
            let life = state.lives.get(id);
            let is_elsewhere = life.is_some_and(|life| !life.can_act_here(state.leads));
            state.tabs.clone().filter(|_| is_elsewhere)
        };
        if let Some(tabs) = tabs {
            tabs.post(TaskNote::Order(order, id.clone()));
            return;
        }
        self.step(id, touched, |life| match order {
            Order::Retry => life.retry(at),
            Order::Cancel => life.hear(Common::Cancel, at),
            Order::Pause => life.upload_step(upload::Event::Pause, at),
            Order::Resume => life.upload_step(upload::Event::Resume, at),
        });
    }

    pub(super) fn hear_tabs(&self, heard: Heard, at: Timestamp, touched: &mut BTreeSet<TaskId>) {
        match heard {
            Heard::Lead(leads) => self.lead(leads, at, touched),
            Heard::Gone(tab) => self.lose(&tab, touched),
            Heard::Note(_, TaskNote::Hello) | Heard::Leaving => self.tell_all(at),
            Heard::Note(from, TaskNote::Are(told)) => {
                for told in told {
                    self.take_over_news(&from, told, touched);
                }
            }
            Heard::Note(_, TaskNote::Cleared(ids)) => {
                for id in ids {
                    let life = self.0.state.borrow_mut().lives.remove(&id);
                    drop(life);
                    self.mark_heard(id, touched);
                }
            }
            Heard::Note(_, TaskNote::Order(order, id)) => {
                let state = self.0.state.borrow();
                let life = state.lives.get(&id);
                let is_meant = life.is_some_and(|life| life.is_driven_here(state.leads));
                drop(state);
                if is_meant {
                    self.order(order, &id, at, touched);
                }
            }
        }
    }

    /// This tab leads from now on, or leads no more.
    fn lead(&self, leads: bool, at: Timestamp, touched: &mut BTreeSet<TaskId>) {
        let (jobs, surroundings) = {
            let mut state = self.0.state.borrow_mut();
            state.leads = leads;
            let changing = |life: &&Life| life.is_driven_here(true) != life.is_driven_here(false);
            let jobs = state.lives.values().filter(changing);
            let jobs: Vec<_> = jobs.map(|life| life.id.clone()).collect();
            (jobs, state.surroundings)
        };
        for id in jobs {
            if leads {
                let news = Common::Surroundings(surroundings);
                self.step(&id, touched, |life| life.hear(news, at));
            } else {
                self.set_call(&id, None);
                self.stop_driving(&id, at);
                self.mark_heard(id, touched);
            }
        }
    }

    /// Leaves it as the others may tell it from now on.
    fn stop_driving(&self, id: &TaskId, at: Timestamp) {
        let surroundings = self.0.state.borrow().surroundings;
        if let Some(life) = self.0.state.borrow_mut().lives.get_mut(id) {
            life.told = Some(life.state(at));
            if let Work::Job(monitor) = &mut life.work {
                let (kind, saved) = (monitor.kind().clone(), monitor.saved());
                *monitor = Monitor::restored(kind, saved, surroundings, at);
            }
        }
    }

    /// A tab is gone, and with it the files that it sent.
    fn lose(&self, gone: &TabId, touched: &mut BTreeSet<TaskId>) {
        let mut lost = Vec::new();
        for life in self.0.state.borrow_mut().lives.values_mut() {
            if let Work::Upload(sending) = &mut life.work
                && let Source::Elsewhere { tab, name, size } = &sending.source
                && tab == gone
            {
                let (name, size) = (name.clone(), *size);
                sending.source = Source::Lost { name, size };
                sending.upload.cut_off();
                life.told = None;
                lost.push(life.id.clone());
            }
        }
        for id in lost {
            self.mark_heard(id, touched);
        }
    }

    fn mark_heard(&self, id: TaskId, touched: &mut BTreeSet<TaskId>) {
        self.0.state.borrow_mut().heard.insert(id.clone());
        touched.insert(id);
    }

    /// Takes in how a task is that another tab drives.
    fn take_over_news(&self, from: &TabId, told: Told, touched: &mut BTreeSet<TaskId>) {
        let id = told.record.id.clone();
        let tabs = self.0.state.borrow().tabs.clone();
        if self.knows_better(&id, &told) {
            if let (Some(tabs), Some(own)) = (tabs, self.correction(&id, &told)) {
                tabs.post(TaskNote::Are(vec![own]));
            }
            return;
        }
        if let Some(tabs) = tabs.filter(|_| told.has_file) {
            tabs.watch(from);
        }
        let Some(life) = self.told_life(from, told) else {
            return;
        };
        let is_driven = life.is_driven_here(self.0.state.borrow().leads);
        let before = self.0.state.borrow_mut().lives.insert(id.clone(), life);
        drop(before);
        self.mark_heard(id.clone(), touched);
        if is_driven {
            // A job that was started elsewhere is this tab's to follow.
            let now = self.now();
            self.step(&id, touched, |life| life.hear(Common::Tick, now));
        }
    }

    /// Whether what is told is not news here.
    fn knows_better(&self, id: &TaskId, told: &Told) -> bool {
        let state = self.0.state.borrow();
        let Some(life) = state.lives.get(id) else {
            return false;
        };
        let (own, theirs) = (life.record().rank(), told.record.rank());
        if life.is_driven_here(state.leads) {
            own >= theirs
        } else {
            own > theirs
        }
    }

    /// What the tab that told it has yet to hear: it took an upload for cut off
    /// whose answer this one had heard before it was reloaded.
    fn correction(&self, id: &TaskId, told: &Told) -> Option<Told> {
        let now = self.now();
        let state = self.0.state.borrow();
        let life = state.lives.get(id)?;
        let is_further = life.record().rank() > told.record.rank();
        is_further.then(|| life.as_told(life.state(now)))
    }

    /// None for a kind that this app does not know.
    fn told_life(&self, from: &TabId, told: Told) -> Option<Life> {
        let has_file = told.has_file.then(|| from.clone());
        Some(Life {
            work: self.work(told.record.work, has_file)?,
            id: told.record.id,
            title: told.record.title,
            started: told.record.started,
            call: None,
            told: Some(told.state),
        })
    }

    /// Tells the other tabs what has changed by this one's doing.
    pub(super) fn tell_tabs(&self, changes: &[Change]) {
        let heard = std::mem::take(&mut self.0.state.borrow_mut().heard);
        let tabs = self.0.state.borrow().tabs.clone();
        let Some(tabs) = tabs.filter(|tabs| tabs.has_company()) else {
            return;
        };
        let (mut told, mut cleared) = (Vec::new(), Vec::new());
        let state = self.0.state.borrow();
        for change in changes {
            match change {
                Change::Put { after, .. } if !heard.contains(&after.id) => {
                    let life = state.lives.get(&after.id);
                    told.extend(life.map(|life| life.as_told(after.state.clone())));
                }
                Change::Removed(before) if !heard.contains(&before.id) => {
                    cleared.push(before.id.clone());
                }
                Change::Put { .. } | Change::Removed(_) => {}
            }
        }
        drop(state);
        if !told.is_empty() {
            tabs.post(TaskNote::Are(told));
        }
        if !cleared.is_empty() {
            tabs.post(TaskNote::Cleared(cleared));
        }
    }

    /// Tells a tab that has just come what this one drives.
    fn tell_all(&self, at: Timestamp) {
        let state = self.0.state.borrow();
        let driven = state.lives.values();
        let driven = driven.filter(|life| life.is_driven_here(state.leads));
        let told: Vec<_> = driven.map(|life| life.as_told(life.state(at))).collect();
        let tabs = state.tabs.clone();
        drop(state);
        // Also with nothing to tell: it says that somebody is there.
        if let Some(tabs) = tabs {
            tabs.post(TaskNote::Are(told));
        }
    }
}

impl Life {
    fn has_file(&self) -> bool {
        match &self.work {
            Work::Job(_) => false,
            Work::Upload(sending) => matches!(sending.source, Source::There(_)),
        }
    }

    /// Whether this tab can act on it by itself: also on an upload whose file
    /// nobody has any more, by asking the person for it.
    pub(super) fn can_act_here(&self, leads: bool) -> bool {
        let is_lost = match &self.work {
            Work::Job(_) => false,
            Work::Upload(sending) => matches!(sending.source, Source::Lost { .. }),
        };
        is_lost || self.is_driven_here(leads)
    }

    fn as_told(&self, state: TaskState) -> Told {
        Told {
            record: self.record(),
            state,
            has_file: self.has_file(),
        }
    }
}
