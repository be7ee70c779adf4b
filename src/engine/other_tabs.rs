//! What the tabs of one origin tell each other about tasks, and what follows.
//!
//! Every task is driven by one tab, which tells the others how it is. The others
//! have its record too, so that any of them can go on with it.

use std::rc::Rc;

use super::Engine;
use super::inbox::Message;
use super::life::{Common, Life, Sending, Source, Work};
use crate::sorted::SortedSet;
use crate::tabs::{Heard, Order, TabId, Tabs, TaskNote, Told};
use crate::task::TaskId;
use crate::task::monitor::Monitor;
use crate::task::upload;
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
        self.0.state.borrow_mut().tabs.clone_from(&tabs);
        let owners = self.owners();
        match tabs {
            Some(tabs) => owners.iter().for_each(|tab| tabs.watch(tab)),
            // Alone: no other tab has anything.
            None => {
                self.0.state.borrow_mut().gone = owners;
                self.post(Message::Heard(Heard::Lead(true)));
            }
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
        touched: &mut SortedSet<TaskId>,
    ) {
        let tabs = {
            let state = self.0.state.borrow();
            let life = state.lives.get(id);
            let is_elsewhere = life.is_some_and(|life| !life.can_act_here(state.leads));
            state.tabs.clone().filter(|_| is_elsewhere)
        };
        if let Some(tabs) = tabs {
            tabs.post(TaskNote::Order(order, id.clone()));
            // Should nobody be there to hear it, it is this tab's once it leads.
            self.0.state.borrow_mut().orders.push((order, id.clone()));
            return;
        }
        self.step(id, touched, |life| match order {
            Order::Retry => life.retry(at),
            Order::Cancel => life.hear(Common::Cancel, at),
            Order::Pause => life.upload_step(upload::Event::Pause, at),
            Order::Resume => life.upload_step(upload::Event::Resume, at),
        });
    }

    pub(super) fn hear_tabs(&self, heard: Heard, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        match heard {
            Heard::Lead(leads) => self.lead(leads, at, touched),
            Heard::Gone(tab) => {
                let leads = {
                    let mut state = self.0.state.borrow_mut();
                    state.gone.insert(tab);
                    state.leads
                };
                if leads {
                    self.lose_files(touched);
                }
            }
            Heard::Note(_, TaskNote::Hello) | Heard::Leaving => self.tell_all(at),
            Heard::Note(from, TaskNote::Are(told)) => {
                // One that cannot be read is another version's.
                let told = told.iter().map(|raw| serde_json::from_str(raw.get()));
                for told in told.filter_map(Result::ok) {
                    self.take_over_news(&from, told, touched);
                }
            }
            Heard::Note(_, TaskNote::Cleared(ids)) => {
                for id in ids {
                    self.forget(id, at, touched);
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
    fn lead(&self, leads: bool, at: Timestamp, touched: &mut SortedSet<TaskId>) {
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
        if leads {
            self.lose_files(touched);
            let orders = std::mem::take(&mut self.0.state.borrow_mut().orders);
            for (order, id) in orders {
                self.order(order, &id, at, touched);
            }
        }
    }

    /// The tabs that have files of uploads which this one shows.
    fn owners(&self) -> SortedSet<TabId> {
        let state = self.0.state.borrow();
        let owners = state.lives.values().filter_map(Life::owner);
        owners.cloned().collect()
    }

    /// Takes a task away that another tab cleared, unless it goes on here.
    pub(super) fn forget(&self, id: TaskId, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        let mut state = self.0.state.borrow_mut();
        let life = state.lives.get(&id);
        if life.is_some_and(|life| life.has_file() && !life.state(at).is_ended()) {
            return;
        }
        let life = state.lives.remove(&id);
        drop(state);
        drop(life);
        self.mark_heard(id, touched);
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

    /// With tabs that are gone the files went that they sent. The leader says so,
    /// to the person and to the other tabs.
    fn lose_files(&self, touched: &mut SortedSet<TaskId>) {
        let mut state = self.0.state.borrow_mut();
        let gone = std::mem::take(&mut state.gone);
        for life in state.lives.values_mut() {
            if let Work::Upload(sending) = &mut life.work
                && let Source::Elsewhere { tab, name, size } = &sending.source
                && gone.contains(tab)
            {
                let (name, size) = (name.clone(), *size);
                sending.source = Source::Lost { name, size };
                sending.upload.cut_off();
                life.told = None;
                touched.insert(life.id.clone());
            }
        }
    }

    pub(super) fn mark_heard(&self, id: TaskId, touched: &mut SortedSet<TaskId>) {
        self.0.state.borrow_mut().heard.insert(id.clone());
        touched.insert(id);
    }

    /// Takes in how a task is that another tab drives.
    fn take_over_news(&self, from: &TabId, told: Told, touched: &mut SortedSet<TaskId>) {
        let id = told.record.id.clone();
        self.0.state.borrow_mut().orders.retain(|(_, of)| *of != id);
        if self.knows_better(from, &told) {
            self.correct(&told);
            return;
        }
        let Some(life) = self.told_life(told) else {
            return;
        };
        let tabs = self.0.state.borrow().tabs.clone();
        if let (Some(tabs), Some(owner)) = (tabs, life.owner()) {
            tabs.watch(owner);
        }
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

    /// Whether what is told is not news here. A later run always is. In one run
    /// nobody knows better than the tab that has the file.
    fn knows_better(&self, from: &TabId, told: &Told) -> bool {
        let state = self.0.state.borrow();
        let Some(life) = state.lives.get(&told.record.id) else {
            return false;
        };
        let (own, theirs) = (life.record(None).rank(), told.record.rank());
        if own.run != theirs.run {
            return own.run > theirs.run;
        }
        if life.has_file() {
            return true;
        }
        if told.record.tab() == Some(from) {
            return false;
        }
        if life.is_driven_here(state.leads) {
            own >= theirs
        } else {
            own > theirs
        }
    }

    /// Tells it back where this tab is further: another may have taken an upload
    /// for cut off whose answer this one had heard before it was reloaded.
    fn correct(&self, told: &Told) {
        let now = self.now();
        let state = self.0.state.borrow();
        let (Some(tabs), Some(life)) = (&state.tabs, state.lives.get(&told.record.id)) else {
            return;
        };
        let own = life.as_told(&tabs.id(), now);
        if own.record.rank() > told.record.rank() {
            let tabs = Rc::clone(tabs);
            drop(state);
            tabs.post(TaskNote::are(&[own]));
        }
    }

    /// None for a kind that this app does not know.
    fn told_life(&self, told: Told) -> Option<Life> {
        let mut life = self.life(told.record)?;
        life.told = Some(told.state);
        Some(life)
    }

    /// Tells the other tabs what has changed by this one's doing, also where it
    /// is nothing that a person sees: who takes the lead goes on from there.
    pub(super) fn tell_tabs(&self, touched: &SortedSet<TaskId>) {
        let heard = std::mem::take(&mut self.0.state.borrow_mut().heard);
        let tabs = self.0.state.borrow().tabs.clone();
        let Some(tabs) = tabs.filter(|tabs| tabs.has_company()) else {
            return;
        };
        let (now, own) = (self.now(), tabs.id());
        let (mut told, mut cleared) = (Vec::new(), Vec::new());
        let state = self.0.state.borrow();
        for id in touched.iter().filter(|id| !heard.contains(*id)) {
            match state.lives.get(id) {
                // What another tab drives is told only where this one started it.
                Some(life) if life.told.is_none() => told.push(life.as_told(&own, now)),
                Some(_) => {}
                None => cleared.push(id.clone()),
            }
        }
        drop(state);
        if !told.is_empty() {
            tabs.post(TaskNote::are(&told));
        }
        if !cleared.is_empty() {
            tabs.post(TaskNote::Cleared(cleared));
        }
    }

    /// Tells a tab that has just come what this one drives.
    fn tell_all(&self, at: Timestamp) {
        let state = self.0.state.borrow();
        let Some(tabs) = state.tabs.clone() else {
            return;
        };
        let own = tabs.id();
        let driven = state.lives.values();
        let driven = driven.filter(|life| life.is_driven_here(state.leads));
        let told: Vec<_> = driven.map(|life| life.as_told(&own, at)).collect();
        drop(state);
        // Also with nothing to tell: it says that somebody is there.
        tabs.post(TaskNote::are(&told));
    }
}

impl Life {
    /// Whether it is an upload whose file is in this tab.
    pub(super) fn has_file(&self) -> bool {
        match &self.work {
            Work::Job(_) => false,
            Work::Upload(sending) => matches!(sending.source, Source::There(_)),
        }
    }

    /// The other tab that has the file.
    fn owner(&self) -> Option<&TabId> {
        match &self.work {
            Work::Upload(Sending {
                source: Source::Elsewhere { tab, .. },
                ..
            }) => Some(tab),
            Work::Upload(_) | Work::Job(_) => None,
        }
    }

    /// Whether this tab can act on it by itself: also on an upload that needs a
    /// file first, since the person is asked where they are.
    pub(super) fn can_act_here(&self, leads: bool) -> bool {
        let wants_file = match &self.work {
            Work::Job(_) => false,
            Work::Upload(sending) => sending.wants_file(),
        };
        wants_file || self.is_driven_here(leads)
    }

    fn as_told(&self, own: &TabId, at: Timestamp) -> Told {
        Told {
            record: self.record(Some(own)),
            state: self.state(at),
        }
    }
}
