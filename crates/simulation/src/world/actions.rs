//! What browsers and users do.

use background_tasks_core::internals::{from_record, record_key, to_record};
use background_tasks_core::{
    AttachmentId, Command, Environment, FileInfo, Input, JobKey, JobKind, NewJob, NewUpload,
    TaskId, TaskState,
};
use background_tasks_server_model::FaultShares;

use super::checks::GHOST;
use super::{Happening, STORE, World, custom_kind};
use crate::scenario::{Action, Kind};

impl World<'_> {
    pub(super) fn act(&mut self, action: &Action) {
        match *action {
            Action::Open => {
                if self.tabs.len() < 5 {
                    self.open();
                }
            }
            Action::Close(tab) => self.with_tab(tab, |world, tab| {
                world.input(tab, Input::PageHide);
                world.end_tab(tab);
            }),
            Action::Crash(tab) => self.with_tab(tab, |world, tab| {
                world.ledger_crash(tab);
                world.end_tab(tab);
            }),
            Action::Reload(tab) => self.with_tab(tab, |world, tab| {
                world.input(tab, Input::PageHide);
                world.end_tab(tab);
                let opened = world.open();
                world.show(opened);
            }),
            Action::Freeze(tab, span) => self.with_tab(tab, |world, tab| world.freeze(tab, span)),
            Action::FreezeAndShow(tab, other, span) => {
                self.with_tab(tab, |world, tab| world.freeze(tab, span));
                self.with_tab(other, |world, tab| world.show(tab));
            }
            Action::Sleep(span, clock_goes_on) => self.sleep(span, clock_goes_on),
            Action::Cache(tab, span) => self.with_tab(tab, |world, tab| world.cache(tab, span)),
            Action::HideOnly(tab) => self.with_tab(tab, |world, tab| {
                world.input(tab, Input::PageHide);
                world.release_lock(tab);
                // The page is treated as left at first, and then starts again.
                let time = world.time;
                if let Some(tab) = world.tabs.get_mut(&tab) {
                    tab.awake_since = tab.awake_since.map(|_| time);
                }
            }),
            Action::Show(tab) => self.with_tab(tab, |world, tab| world.show(tab)),
            Action::HideAll => {
                for tab in self.numbers() {
                    self.set_visible(tab, false);
                }
            }
            Action::Throttle(tab, period) => self.with_tab(tab, |world, tab| {
                if let Some(tab) = world.tabs.get_mut(&tab) {
                    tab.throttle = period;
                }
            }),
            Action::Offline(span) => self.go_offline(span),
            Action::Clock(seconds) => self.wall += seconds * 1_000,
            Action::StorageFull(span) => {
                self.storage_full = true;
                self.ledger.storage_failed = true;
                let at = self.time + span;
                self.schedule(at, Happening::StorageFree);
            }
            Action::StorageClear => {
                self.storage.clear();
                self.ledger.storage_cleared = true;
            }
            Action::StorageNonsense => self.write_nonsense(),
            Action::Nonsense(tab) => self.with_tab(tab, |world, tab| {
                let length = world.rng.usize(0..60);
                let text = (0..length).map(|_| char::from(world.rng.u8(..))).collect();
                world.input(tab, Input::Message(text));
            }),
            Action::Start(tab, kind) => self.with_tab(tab, |world, tab| {
                world.start(tab, kind);
            }),
            Action::StartAndCancel(tab, wait) => self.with_tab(tab, |world, tab| {
                if let Some(task) = world.start(tab, Kind::VideoToStart) {
                    world.ledger_command(&task, Command::Cancel);
                    let at = world.time + wait;
                    let cancel = Input::Command(task, Command::Cancel);
                    world.schedule(at, Happening::Input(tab, cancel));
                }
            }),
            Action::CancelAndRetryOffline(tab, span) => self.with_tab(tab, |world, tab| {
                if let Some(task) = world.start(tab, Kind::VideoToStart) {
                    world.ledger_command(&task, Command::Cancel);
                    world.ledger_command(&task, Command::Retry);
                    let at = world.time + 2_000;
                    world.schedule(at, Happening::Offline(span));
                    let commands = [(100, Command::Cancel), (600, Command::Retry)];
                    for (wait, command) in commands {
                        let input = Input::Command(task.clone(), command);
                        world.schedule(at + wait, Happening::Input(tab, input));
                    }
                }
            }),
            Action::FreezeLeaderAndCancel(tab, task, span) => {
                let mut tabs = self.tabs.values();
                let leader = tabs.find(|tab| tab.core.is_leader()).map(|tab| tab.number);
                if let Some(leader) = leader {
                    self.freeze(leader, span);
                    // Some users try it in the tab that does not respond.
                    let index = self.tabs.keys().position(|number| *number == leader);
                    if let Some(index) = index.filter(|_| span % 2 == 1) {
                        self.command(index, task, Command::Cancel);
                    }
                }
                self.with_tab(tab, |world, tab| world.show(tab));
                self.command(tab, task, Command::Cancel);
            }
            Action::Cancel(tab, task) => self.command(tab, task, Command::Cancel),
            Action::Retry(tab, task) => self.command(tab, task, Command::Retry),
            Action::Pause(tab, task) => self.command(tab, task, Command::Pause),
            Action::Resume(tab, task) => self.command(tab, task, Command::Resume),
            Action::RetryFailed(tab) => self.with_tab(tab, |world, tab| {
                for task in world.tasks(tab, |state| matches!(state, TaskState::Failed(_))) {
                    world.ledger_command(&task, Command::Retry);
                    world.input(tab, Input::Command(task, Command::Retry));
                }
            }),
            Action::Clear(tab, task) => self.with_tab(tab, |world, tab| {
                let finished = world.tasks(tab, TaskState::is_ended);
                if let Some(task) = pick(&finished, task) {
                    world.ledger.may_disappear.insert(task.clone());
                    world.input(tab, Input::Clear(vec![task]));
                }
            }),
            Action::CloseToast(tab, task) => self.with_tab(tab, |world, tab| {
                let all = world.tasks(tab, |state| !state.is_ended());
                if let Some(task) = pick(&all, task) {
                    world.input(tab, Input::ToastClosed(task));
                }
            }),
            Action::Forget(tab) => self.with_tab(tab, |world, tab| {
                world.ledger.forgotten = true;
                world.input(tab, Input::Forget);
            }),
        }
    }

    fn numbers(&self) -> Vec<u64> {
        self.tabs.keys().copied().collect()
    }

    /// Does something with one of the tabs, if there is any.
    fn with_tab(&mut self, choice: usize, act: impl FnOnce(&mut Self, u64)) {
        if let Some(tab) = pick(&self.numbers(), choice) {
            act(self, tab);
        }
    }

    fn tasks(&self, tab: u64, is_one: impl Fn(&TaskState) -> bool) -> Vec<TaskId> {
        let shown = self.tabs.get(&tab).into_iter().flat_map(|tab| &tab.shown);
        let chosen = shown.filter(|(_, shown)| is_one(&shown.state));
        chosen.map(|(id, _)| id.clone()).collect()
    }

    fn command(&mut self, tab: usize, task: usize, command: Command) {
        self.with_tab(tab, |world, tab| {
            let fits = |state: &TaskState| match command {
                Command::Cancel | Command::Pause | Command::Resume => !state.is_ended(),
                Command::Retry => state.can_retry(),
            };
            let all = world.tasks(tab, fits);
            if let Some(task) = pick(&all, task) {
                world.note(|| format!("tab {tab}: {command:?} {task}"));
                world.ledger_command(&task, command);
                if command == Command::Cancel {
                    world.ledger_cancel(tab, &task);
                }
                world.input(tab, Input::Command(task, command));
            }
        });
    }

    fn start(&mut self, tab: u64, kind: Kind) -> Option<TaskId> {
        self.next_task += 1;
        let number = 1_000 * tab + self.next_task;
        let (time, wall) = (self.time, self.wall);
        let state = self.tabs.get_mut(&tab).filter(|tab| tab.runs())?;
        let now = state.now(time, wall);
        let attachment = AttachmentId::from(number);
        let job = |kind: JobKind, key: Option<JobKey>| NewJob {
            kind,
            attachment: attachment.clone(),
            title: "talk.mp4".into(),
            key,
            follow_up: None,
            meta: None,
        };
        let key = Some(JobKey::from(format!("q-{number}")));
        let new = match kind {
            Kind::Video => job(JobKind::video(), key),
            Kind::VideoToStart => job(JobKind::video(), None),
            Kind::Embedding => job(JobKind::embedding(), Some(JobKey::from(&attachment))),
            Kind::Custom => job(custom_kind(), key),
            Kind::Upload => {
                let mut id = state.core.new_upload_id(now);
                // Two tabs do not start one in the same millisecond.
                while self.ledger.uploads.contains(&id) {
                    id = state.core.new_upload_id(now);
                }
                self.ledger.uploads.insert(id.clone());
                state.files.insert(id.clone());
                let upload = NewUpload {
                    file: file(&id),
                    title: "talk.mp4".into(),
                    meta: None,
                };
                self.ledger_start(tab, &id);
                self.input(tab, Input::StartUpload(id.clone(), upload));
                return Some(id);
            }
        };
        let name = attachment.to_string();
        let id = state.core.new_task_id(new.kind.name(), &name, now);
        self.ledger_start(tab, &id);
        self.input(tab, Input::StartJob(id.clone(), new));
        Some(id)
    }

    fn end_tab(&mut self, tab: u64) {
        self.note(|| format!("tab {tab} ends"));
        // A page that is frozen cannot write what it has not written yet.
        if self
            .tabs
            .get(&tab)
            .is_some_and(|it| it.frozen_until.is_some())
        {
            self.ledger_crash(tab);
        }
        self.ledger.closed.push(self.time);
        self.remove_tab(tab);
    }

    fn freeze(&mut self, number: u64, span: u64) {
        let until = self.time + span;
        if let Some(tab) = self.tabs.get_mut(&number).filter(|tab| tab.runs()) {
            tab.frozen_until = Some(until);
            tab.awake_since = None;
            self.ledger.stopped.insert((number, until - span));
            self.schedule(until, Happening::Thaw(number));
        }
    }

    fn sleep(&mut self, span: u64, clock_goes_on: bool) {
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

    fn cache(&mut self, number: u64, span: u64) {
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
        tab.awake_since = tab.visible.then_some(time);
        // The locks were released with the page.
        tab.backlog.retain(|it| !matches!(it, Input::OldestTab));
        self.note(|| format!("tab {number} is back from the cache"));
        self.input(number, Input::PageShow);
        self.work_off(number);
    }

    /// What happened while the tab did not run reaches it now.
    fn work_off(&mut self, number: u64) {
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

    fn set_visible(&mut self, number: u64, visible: bool) {
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

    /// A store whose name begins like this one's has a task as well.
    fn write_other_store(&mut self) {
        let values: Vec<_> = self.storage.values().cloned().collect();
        let chosen = pick(&values, self.rng.usize(..100));
        if let Some(mut snapshot) = chosen.and_then(|value| from_record(&value).ok()) {
            snapshot.id = TaskId::from(format!("{GHOST}-{}", snapshot.id));
            let key = record_key(&format!("{STORE}/other"), &snapshot.id);
            self.storage.insert(key, to_record(&snapshot));
        }
    }

    /// A record of nonsense, or one that is damaged by a missing character.
    fn write_nonsense(&mut self) {
        self.write_other_store();
        let key = format!("{STORE}/nonsense-{}", self.rng.u64(0..4));
        let length = self.rng.usize(0..40);
        let value = (0..length).map(|_| char::from(self.rng.u8(..))).collect();
        let keys: Vec<_> = self.storage.keys().cloned().collect();
        if self.rng.bool()
            && let Some(key) = pick(&keys, self.rng.usize(..100))
            && let Some(value) = self.storage.get_mut(&key)
        {
            *value = value.chars().skip(1).collect();
            self.ledger.storage_cleared = true;
        }
        self.storage.insert(key, value);
    }

    /// Everything that goes wrong ends.
    pub(super) fn calm_down(&mut self) {
        self.note(|| "calm".to_owned());
        self.calm = true;
        self.storage_full = false;
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
}

/// The file of an upload.
pub fn file(task: &TaskId) -> FileInfo {
    FileInfo {
        name: format!("{task}.mp4").into(),
        media_type: "video/mp4".into(),
        size: 2_000_000,
    }
}

fn pick<T: Clone>(all: &[T], choice: usize) -> Option<T> {
    all.get(choice.checked_rem(all.len())?).cloned()
}
