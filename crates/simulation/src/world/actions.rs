//! What browsers and users do.

use background_tasks_core::{
    AttachmentId, Command, FileInfo, Input, JobKey, JobKind, NewJob, NewUpload, TaskId, TaskState,
};

use super::{Happening, STORES, World, custom_kind};
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
                world.ledger.crashed = true;
                world.end_tab(tab);
            }),
            Action::Reload(tab) => self.with_tab(tab, |world, tab| {
                world.input(tab, Input::PageHide);
                let store = world.tabs.get(&tab).map_or(STORES[0], |tab| tab.store);
                world.end_tab(tab);
                let opened = world.open_in(store);
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
                // The page is treated as left at first, starts again, and must hear of the others.
                let time = world.time;
                if let Some(tab) = world.tabs.get_mut(&tab) {
                    tab.awake_since = tab.awake_since.map(|_| time);
                    tab.runs_since = time;
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
                for key in std::mem::take(&mut self.storage).into_keys() {
                    self.ledger_lost_record(&key);
                }
                self.copies.clear();
                self.ledger.storage_cleared = true;
            }
            Action::CopiesFull(span) => {
                self.copies_full = true;
                let at = self.time + span;
                self.schedule(at, Happening::CopiesFree);
            }
            Action::DamageCopies(how) => self.damage_copies(how),
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
                    let at = world.time + wait;
                    let cancel = Input::Command(task, Command::Cancel);
                    world.schedule(at, Happening::Input(tab, cancel));
                }
            }),
            Action::CancelAndRetryOffline(tab, span) => self.with_tab(tab, |world, tab| {
                if let Some(task) = world.start(tab, Kind::VideoToStart) {
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

    pub(super) fn numbers(&self) -> Vec<u64> {
        self.tabs.keys().copied().collect()
    }

    /// Does something with one of the tabs, if there is any.
    fn with_tab(&mut self, choice: usize, act: impl FnOnce(&mut Self, u64)) {
        if let Some(tab) = pick(&self.numbers(), choice) {
            act(self, tab);
        }
    }

    pub(super) fn tasks(&self, tab: u64, is_one: impl Fn(&TaskState) -> bool) -> Vec<TaskId> {
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
}

/// The file of an upload.
pub fn file(task: &TaskId) -> FileInfo {
    FileInfo {
        name: format!("{task}.mp4").into(),
        media_type: "video/mp4".into(),
        size: 2_000_000,
    }
}

pub(super) fn pick<T: Clone>(all: &[T], choice: usize) -> Option<T> {
    all.get(choice.checked_rem(all.len())?).cloned()
}
