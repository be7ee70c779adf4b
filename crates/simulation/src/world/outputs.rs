//! What the cores of the tabs ask for.

use background_tasks_core::{Change, Input, Output, ToastEffect};

use super::{Happening, World, actions};
use crate::tab::Shown;

impl World<'_> {
    pub(super) fn execute(&mut self, number: u64, output: Output) {
        match output {
            Output::Request(id, request) => self.send(number, id, request),
            Output::Abort(id) => self.abort(number, id),
            Output::Changed(change, effect) => self.changed(number, change, effect),
            Output::Announce(id) => self.announced(number, &id),
            Output::Broadcast(text) => self.broadcast(number, &text),
            Output::BroadcastToOrigin(text) => {
                let others = self.tabs.values().filter(|it| it.number != number);
                let reached = others.filter(|it| it.cached_until.is_none());
                let reached: Vec<_> = reached.map(|it| it.number).collect();
                for to in reached {
                    let message = Input::OriginMessage(text.clone());
                    let at = self.time + self.rng.u64(1..8);
                    let at = self.in_order(number, to, at);
                    self.schedule(at, Happening::Input(to, message));
                }
            }
            Output::Write { task, key, value } => self.write(number, task, key, value),
            Output::ReadStorage => {
                let (time, wall) = (self.time, self.wall);
                let store = self.tabs.get(&number).map_or("", |tab| tab.store);
                let stored = self.stored(store);
                if let Some(tab) = self.tabs.get_mut(&number) {
                    let now = tab.now(time, wall);
                    tab.core.handle(Input::Stored(stored), now);
                }
            }
            Output::Forget(mark) => {
                let store = self.tabs.get(&number).map_or("", |tab| tab.store);
                let prefix = format!("{store}/");
                self.storage.retain(|key, _| !key.starts_with(&prefix));
                self.storage.insert(format!("{store}!"), mark);
                self.copies.retain(|(of, _), _| *of != store);
            }
            Output::AskForFile(task) => {
                let at = self.time + 500;
                let chosen = Input::FileChosen(task.clone(), actions::file(&task));
                self.ledger.chosen.insert(task);
                self.schedule(at, Happening::Input(number, chosen));
            }
            Output::KeepFile(task) => self.keep_file(number, task),
            Output::OpenKeptFile(task) => self.open_copy(number, task),
            Output::DropKeptFile(task) => self.drop_copy(number, task),
            Output::SweepKeptFiles(kept) => self.sweep_copies(number, &kept),
            Output::WatchTab(tab) => {
                if self.tabs.contains_key(&tab.0) {
                    self.watchers.push((number, tab.0));
                } else {
                    let at = self.time + self.rng.u64(1..10);
                    self.schedule(at, Happening::Input(number, Input::TabClosed(tab)));
                }
            }
            Output::WatchOlderTabs => {
                self.next_lock += 1;
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.lock = self.next_lock;
                    tab.has_lock = false;
                    // The lock that it had, or had asked for, is let go.
                    tab.backlog.retain(|it| !matches!(it, Input::OldestTab));
                }
                self.grant_lock();
            }
            Output::Warn(text) => self.note(|| format!("tab {number} warns: {text}")),
        }
    }

    pub(super) fn changed(&mut self, number: u64, change: Change, effect: ToastEffect) {
        self.count("a task that was shown never disappears");
        match change {
            Change::Put { after, .. } => {
                let run = self
                    .tabs
                    .get(&number)
                    .and_then(|tab| tab.core.snapshot(&after.id))
                    .map_or(0, background_tasks_core::Snapshot::run);
                let shown = Shown {
                    state: after.state.clone(),
                    run,
                    progress: after.state.progress(),
                };
                self.note(|| {
                    format!(
                        "tab {number}: {} {:?} run {run} {effect:?}",
                        after.id, after.state
                    )
                });
                self.check_change(number, &after.id, &shown);
                if after.state.is_ended() && effect == ToastEffect::Show {
                    self.announced(number, &after.id);
                }
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.shown.insert(after.id.clone(), shown);
                }
            }
            Change::Removed(before) => {
                self.note(|| format!("tab {number}: {} is removed", before.id));
                self.check_removal(number, &before.id);
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.shown.remove(&before.id);
                    tab.files.remove(&before.id);
                }
            }
        }
    }
}
