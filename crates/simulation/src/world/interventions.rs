//! What a person does to a run while it is stepped.

use background_tasks_core::Input;

use super::World;
use crate::intervention::Intervention;
use crate::scenario::Action;

/// The most tabs that can be open.
const TABS: usize = 5;

/// How long a tab stays frozen that nobody thaws: longer than any run.
const FOR_EVER: u64 = 1 << 40;

impl World<'_> {
    /// Does it, and returns whether it was possible.
    pub fn intervene(&mut self, what: Intervention) -> bool {
        let is_possible = self.try_to(what);
        if is_possible {
            self.note(|| format!("{what:?}"));
            self.check_step();
        }
        is_possible
    }

    fn try_to(&mut self, what: Intervention) -> bool {
        match what {
            Intervention::OpenTab => {
                let has_room = self.tabs.len() < TABS;
                if has_room {
                    let opened = self.open();
                    self.show(opened);
                }
                has_room
            }
            Intervention::ShowTab(tab) => {
                let is_hidden = self.tabs.get(&tab).is_some_and(|tab| !tab.visible);
                if is_hidden {
                    self.show(tab);
                }
                is_hidden
            }
            Intervention::FreezeTab(tab) => {
                let runs = self.tabs.get(&tab).is_some_and(|tab| tab.runs());
                self.freeze(tab, FOR_EVER);
                // Browsers freeze what the user does not look at.
                if self.tabs.get(&tab).is_some_and(|tab| tab.visible) {
                    self.show_another();
                }
                runs
            }
            Intervention::ThawTab(tab) => {
                let time = self.time;
                let frozen = self.tabs.get_mut(&tab);
                let until = frozen.and_then(|tab| tab.frozen_until.as_mut());
                let is_frozen = until.map(|until| *until = time).is_some();
                self.thaw(tab);
                is_frozen
            }
            Intervention::CloseTab(tab) => self.close(tab),
            Intervention::CloseLeader => {
                let leaders = || self.tabs.values().filter(|tab| tab.core.is_leader());
                // A frozen tab does not know yet that another has taken over.
                let leader = leaders()
                    .find(|tab| tab.runs())
                    .or_else(|| leaders().next());
                match leader.map(|tab| tab.number) {
                    Some(leader) => self.close(leader),
                    None => false,
                }
            }
            Intervention::DropResponses(on) => {
                std::mem::replace(&mut self.responses_dropped, on) != on
            }
            Intervention::FillStorage(on) => {
                self.ledger.storage_failed |= on;
                std::mem::replace(&mut self.storage_full, on) != on
            }
            Intervention::CancelTask => self.act_in_visible(|tab| Action::Cancel(tab, 0)),
            Intervention::RetryFailed => self.act_in_visible(Action::RetryFailed),
        }
    }

    /// Closes a tab. If it was visible, the browser shows another one.
    fn close(&mut self, number: u64) -> bool {
        if !self.tabs.contains_key(&number) {
            return false;
        }
        self.input(number, Input::PageHide);
        self.end_tab(number);
        if self.tabs.values().all(|tab| !tab.visible) {
            self.show_another();
        }
        true
    }

    /// The user looks at another tab that runs, if there is one.
    fn show_another(&mut self) {
        let tabs = || self.tabs.values().rev();
        let other = tabs().find(|tab| tab.runs()).or_else(|| tabs().next());
        if let Some(other) = other.map(|tab| tab.number) {
            self.show(other);
        }
    }

    fn act_in_visible(&mut self, action: impl FnOnce(usize) -> Action) -> bool {
        let visible = self.tabs.values().position(|tab| tab.visible);
        if let Some(visible) = visible {
            self.act(&action(visible));
        }
        visible.is_some()
    }
}
