//! The life of a tab: opened, shown, frozen, cached, woken and closed.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    Capabilities, Command, Config, Core, Environment, FollowUp, Input, JobKind, TabId, TaskState,
    UploadPolicy,
};
use background_tasks_server_model::FaultShares;

use super::{Happening, STORES, World, custom_kind};
use crate::tab::{Tab, clocks};

impl World<'_> {
    /// Opens a tab. If there are two stores, every other tab has the second one.
    pub fn open(&mut self) -> u64 {
        let second = self.scenario.two_stores && self.next_tab % 2 == 1;
        self.open_in(STORES[usize::from(second)])
    }

    /// Opens a tab of this store.
    pub(super) fn open_in(&mut self, store: &'static str) -> u64 {
        self.next_tab += 1;
        let number = self.next_tab;
        let is_visible = self.tabs.values().all(|tab| !tab.visible);
        let environment = Environment {
            online: self.online,
            visible: is_visible,
        };
        let config = self.config(number, store);
        let opened = clocks(self.time, self.time, self.wall);
        let core = Core::new(config, environment, opened);
        let tab = Tab::new(number, store, core, is_visible, self.time);
        self.tabs.insert(number, tab);
        self.note(|| format!("tab {number} of {store} opens, visible: {is_visible}"));
        let capabilities = Capabilities {
            batch_limit: if self.scenario.batch { 100 } else { 1 },
            resumable_from: self.scenario.resumable.then_some(0),
        };
        self.input(number, Input::Capabilities(capabilities));
        number
    }

    pub(super) fn config(&self, number: u64, store: &str) -> Config {
        // Every other tab knows the app's own kind.
        let custom = custom_kind();
        Config {
            store: Some(store.into()),
            tab: TabId(number),
            seed: self
                .scenario
                .seed
                .wrapping_mul(31)
                .wrapping_add(number << 32),
            video: JobKind::video(),
            embedding: JobKind::embedding(),
            kinds: if number % 2 == 1 {
                vec![custom]
            } else {
                Vec::new()
            },
            upload: Rc::new(match self.scenario.keeps_files {
                true => UploadPolicy::new().with_kept_files(u64::MAX),
                false => UploadPolicy::new(),
            }),
            embedding_start: Some(FollowUp::After(Duration::from_secs(5))),
            max_status_requests: 4,
            watches_tabs: self.scenario.locks,
            untitled: "Untitled".into(),
        }
    }

    pub(super) fn end_tab(&mut self, tab: u64) {
        self.note(|| format!("tab {tab} ends"));
        // A page that is frozen cannot write what it has not written yet.
        if self
            .tabs
            .get(&tab)
            .is_some_and(|it| it.frozen_until.is_some())
        {
            self.ledger.crashed = true;
        }
        self.ledger.closed.push(self.time);
        self.remove_tab(tab);
    }

    pub(super) fn freeze(&mut self, number: u64, span: u64) {
        let until = self.time + span;
        if let Some(tab) = self.tabs.get_mut(&number).filter(|tab| tab.runs()) {
            tab.frozen_until = Some(until);
            tab.awake_since = None;
            self.ledger.stopped.insert((number, until - span));
            self.schedule(until, Happening::Thaw(number));
        }
    }

    pub(super) fn sleep(&mut self, span: u64, clock_goes_on: bool) {
        self.asleep_since = self.time;
        self.asleep_until = self.time + span;
        for number in self.numbers() {
            let runs = self.tabs.get(&number).is_some_and(|tab| tab.runs());
            self.freeze(number, span);
            if runs
                && !clock_goes_on
                && let Some(tab) = self.tabs.get_mut(&number)
            {
                tab.sleeping = span;
            }
        }
    }

    pub(super) fn cache(&mut self, number: u64, span: u64) {
        self.input(number, Input::PageHide);
        self.release_lock(number);
        let until = self.time + span;
        let Some(tab) = self.tabs.get_mut(&number).filter(|tab| tab.runs()) else {
            return;
        };
        tab.cached_until = Some(until);
        tab.awake_since = None;
        // What a cached page waits for fails when it comes back.
        let lost: Vec<_> = tab.in_flight.keys().copied().collect();
        for request in lost {
            self.lose(number, request);
        }
        self.schedule(until, Happening::Uncache(number));
    }

    pub(super) fn thaw(&mut self, number: u64) {
        let time = self.time;
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if tab.frozen_until.is_none_or(|until| until > time) {
            return;
        }
        tab.frozen_until = None;
        tab.woke_at = time;
        tab.runs_since = time;
        tab.slept += std::mem::take(&mut tab.sleeping);
        tab.awake_since = tab.visible.then_some(time);
        let backlog = &mut tab.backlog;
        // Responses may come before timers and messages, or after them.
        match self.rng.u64(0..3) {
            0 => {}
            1 => backlog.sort_by_key(|input| matches!(input, Input::Message(_) | Input::Timeout)),
            _ => backlog.sort_by_key(|input| !matches!(input, Input::Timeout)),
        }
        self.note(|| format!("tab {number} runs again"));
        self.work_off(number);
        self.drain(number);
    }

    pub(super) fn uncache(&mut self, number: u64) {
        let time = self.time;
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if tab.cached_until.is_none_or(|until| until > time) {
            return;
        }
        tab.cached_until = None;
        tab.runs_since = time;
        tab.awake_since = tab.visible.then_some(time);
        // The locks were released with the page.
        tab.backlog.retain(|it| !matches!(it, Input::OldestTab));
        self.note(|| format!("tab {number} is back from the cache"));
        self.input(number, Input::PageShow);
        self.work_off(number);
    }

    /// What happened while the tab did not run reaches it now.
    pub(super) fn work_off(&mut self, number: u64) {
        while let Some(tab) = self.tabs.get_mut(&number)
            && tab.runs()
            && !tab.backlog.is_empty()
        {
            let input = tab.backlog.remove(0);
            self.input(number, input);
        }
    }

    /// Only one tab is seen at a time.
    pub(super) fn show(&mut self, shown: u64) {
        for tab in self.numbers() {
            if tab != shown {
                self.set_visible(tab, false);
            }
        }
        self.set_visible(shown, true);
    }

    pub(super) fn set_visible(&mut self, number: u64, visible: bool) {
        let (time, online) = (self.time, self.online);
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if std::mem::replace(&mut tab.visible, visible) == visible {
            return;
        }
        tab.awake_since = (visible && tab.runs()).then_some(time);
        self.note(|| format!("tab {number} is visible: {visible}"));
        self.input(number, Input::Environment(Environment { online, visible }));
    }

    pub(super) fn go_offline(&mut self, span: u64) {
        if !self.calm {
            self.set_online(false);
            let at = self.time + span;
            self.schedule(at, Happening::Online);
        }
    }

    pub(super) fn set_online(&mut self, online: bool) {
        self.online = online;
        for number in self.numbers() {
            let visible = self.tabs.get(&number).is_some_and(|tab| tab.visible);
            self.input(number, Input::Environment(Environment { online, visible }));
        }
    }

    /// Everything that goes wrong ends.
    pub(super) fn calm_down(&mut self) {
        self.note(|| "calm".to_owned());
        self.calm = true;
        self.storage_full = false;
        self.copies_full = false;
        self.server
            .set_fault_shares(FaultShares::NONE, FaultShares::NONE);
        if self.tabs.is_empty() {
            self.open();
        }
        let slept = self.time - self.asleep_since;
        self.asleep_until = 0;
        for number in self.numbers() {
            if let Some(tab) = self.tabs.get_mut(&number) {
                tab.throttle = 0;
                tab.sleeping = tab.sleeping.min(slept);
                tab.frozen_until = tab.frozen_until.map(|_| 0);
                tab.cached_until = tab.cached_until.map(|_| 0);
            }
            self.thaw(number);
            self.uncache(number);
        }
        self.set_online(true);
        if let Some(first) = self.numbers().first() {
            self.show(*first);
        }
        for tab in self.numbers() {
            for task in self.tasks(tab, TaskState::is_paused) {
                self.input(tab, Input::Command(task, Command::Resume));
            }
        }
    }

    /// A tab is gone: who watches it learns so, and its requests end with it.
    pub fn remove_tab(&mut self, number: u64) {
        self.tabs.remove(&number);
        self.release_lock(number);
    }
}
