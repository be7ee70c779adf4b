//! The toasts of a page: order, placement, timers and pauses. No browser and no clock:
//! [`Stacks::handle`] takes an event and the time, and returns the callbacks to call.

mod announcement;
mod closed;
mod event;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
mod toast_stack;
mod view;

use std::collections::HashMap;
use std::mem::{discriminant, take};
use std::rc::Rc;

use background_tasks_core::Timestamp;
use background_tasks_core::sorted::SortedSet;
use litemap::LiteMap;

pub use self::announcement::Announcement;
use self::announcement::Announcements;
pub use self::closed::ClosedToast;
use self::closed::History;
pub use self::event::{Discarded, Effects, PauseReason, StackEvent};
use self::toast_stack::{ToastStack, change};
pub use self::view::{ItemView, StackView};
use super::entry::{EXIT_TIME, Entry, Phase, Timer};
use super::{
    CloseReason, Placement, Toast, ToastId, ToastKind, ToastPatch, ToasterId, ToasterSettings,
};

/// All stacks of a page.
#[derive(Debug, Default)]
pub struct Stacks {
    settings: ToasterSettings,
    /// Settings of named toasters.
    named: LiteMap<ToasterId, ToasterSettings>,
    entries: LiteMap<u64, Rc<Entry>>,
    /// An index of `entries`, like the next two fields. Only `index` writes them.
    orders: HashMap<ToastId, u64>,
    stacks: LiteMap<Placement, ToastStack>,
    due: SortedSet<(Timestamp, u64)>,
    hidden: bool,
    announcements: Announcements,
    closed: History,
    last_number: u64,
    effects: Effects,
}

impl Stacks {
    /// Stacks without toasts.
    pub fn new(settings: ToasterSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// The settings of a toaster: its own, or those of the default toaster.
    pub fn settings(&self, toaster: &ToasterId) -> &ToasterSettings {
        self.named.get(toaster).unwrap_or(&self.settings)
    }

    /// Applies an event.
    pub fn handle(&mut self, event: StackEvent, now: Timestamp) -> Effects {
        match event {
            StackEvent::Upsert(id, toast) => self.upsert(id, *toast, now),
            StackEvent::Configure(toaster, settings) => self.configure(toaster, *settings),
            StackEvent::Patch(id, patch) => self.patch(&id, patch),
            StackEvent::Dismiss(id, reason) => {
                let order = self.orders.get(&id).copied();
                self.dismiss(&Vec::from_iter(order), reason, now);
            }
            StackEvent::DismissAll(reason) => {
                let all: Vec<_> = self.entries.keys().copied().collect();
                self.dismiss(&all, reason, now);
            }
            StackEvent::Pause(placement, reason, begins) => {
                // A stack without toasts cannot be hovered, pressed or focused.
                if let Some(stack) = self.stacks.get_mut(&placement) {
                    if begins {
                        stack.pauses.insert(reason);
                    } else {
                        stack.pauses.remove(&reason);
                    }
                }
            }
            StackEvent::Hidden(hidden) => self.hidden = hidden,
            StackEvent::Tick => {}
        }
        self.tick(now);
        self.update_timers(now);
        take(&mut self.effects)
    }

    /// When the next [`StackEvent::Tick`] is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        let toasts = self.due.first().map(|(due, _)| *due);
        let announced = self.announcements.next_due();
        toasts.into_iter().chain(announced).min()
    }

    /// The toast with this id, unless it is exiting.
    pub fn get(&self, id: &ToastId) -> Option<&Rc<Entry>> {
        let entry = self.entries.get(self.orders.get(id)?)?;
        (!entry.is_exiting()).then_some(entry)
    }

    /// All toasts that are not exiting, newest first.
    pub fn toasts(&self) -> impl Iterator<Item = &Rc<Entry>> {
        let all = self.entries.values().rev();
        all.filter(|entry| !entry.is_exiting())
    }

    /// The version of the toast with this id, which each upsert changes; `None` if there
    /// is none or it is exiting.
    pub fn version(&self, id: &ToastId) -> Option<u64> {
        self.get(id).map(|entry| entry.version)
    }

    /// The last 100 closed toasts, most recent first.
    pub fn closed(&self) -> impl Iterator<Item = &ClosedToast> {
        self.closed.iter()
    }

    /// The number of toasts that are not exiting.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.stacks.values().map(|stack| stack.ranks.len()).sum()
    }

    /// The current texts of a toaster's live regions.
    pub fn announcements(&self, toaster: &ToasterId) -> Vec<Announcement> {
        self.announcements.of_toaster(toaster)
    }

    fn max_visible(&self, toaster: &ToasterId) -> usize {
        self.settings(toaster).visible.max(1)
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn upsert(&mut self, id: ToastId, toast: Toast, now: Timestamp) {
        let before = self.orders.get(&id);
        let before = before
            .and_then(|order| self.entries.get(order))
            .map(Rc::clone);
        let version = self.next_number();
        let order = before.as_ref().map_or(version, |before| before.order);
        let settings = self.settings(&toast.toaster);
        let mut entry = Entry::new(id, toast, (order, version), settings, now);
        let is_announced = match before.filter(|before| !before.is_exiting()) {
            Some(before) => {
                // A toast that is shown already does not enter again.
                entry.phase = before.phase;
                let same_kind = discriminant(&before.toast.kind) == discriminant(&entry.toast.kind);
                let is_loading = matches!(entry.toast.kind, ToastKind::Loading { .. });
                !same_kind || (!is_loading && before.announcement() != entry.announcement())
            }
            None => true,
        };
        if is_announced {
            self.announcements.add(&entry, now);
        }
        self.insert(entry);
    }

    fn configure(&mut self, toaster: ToasterId, settings: ToasterSettings) {
        let entries = self.entries.values();
        let moved: Vec<_> = entries
            .filter(|entry| entry.toast.toaster == toaster)
            .map(|entry| entry.with_settings(&settings))
            .collect();
        for entry in moved {
            self.insert(entry);
        }
        let before = if toaster.is_default() {
            Some(std::mem::replace(&mut self.settings, settings))
        } else {
            self.named.insert(toaster, settings)
        };
        let before = before.map(|settings| Discarded::Settings(Box::new(settings)));
        self.effects.discarded.extend(before);
    }

    fn patch(&mut self, id: &ToastId, patch: ToastPatch) {
        if let Some(entry) = self.get(id).map(|entry| entry.patched(patch)) {
            self.insert(entry);
        }
    }

    /// Closes toasts. One that was not visible is removed without an exit animation.
    fn dismiss(&mut self, orders: &[u64], reason: CloseReason, now: Timestamp) {
        let stacks = self.stacks.iter();
        let visible: SortedSet<_> = stacks
            .flat_map(|(placement, stack)| stack.visible(self.max_visible(&placement.toaster)))
            .collect();
        for order in orders {
            let live = self.entries.get(order).filter(|entry| !entry.is_exiting());
            let Some(entry) = live.map(Rc::clone) else {
                continue;
            };
            let callback = entry.toast.on_close.clone();
            self.effects.callbacks.push((callback, reason));
            self.closed.add(&entry, reason, now);
            if visible.contains(order) {
                self.insert(Entry {
                    phase: Phase::Exiting {
                        until: now + EXIT_TIME,
                    },
                    timer: Timer::None,
                    ..Entry::clone(&entry)
                });
            } else {
                self.remove(*order);
            }
        }
    }

    fn tick(&mut self, now: Timestamp) {
        self.announcements.remove_expired(now);
        while let Some((due, order)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            let Some(entry) = self.entries.get(&order).map(Rc::clone) else {
                self.due.remove(&(due, order));
                continue;
            };
            match entry.phase {
                Phase::Exiting { .. } => self.remove(order),
                Phase::Entering { until } if until <= now => {
                    self.insert(Entry {
                        phase: Phase::Shown,
                        ..Entry::clone(&entry)
                    });
                }
                Phase::Entering { .. } | Phase::Shown => {
                    self.dismiss(&[order], CloseReason::Timeout, now);
                }
            }
        }
    }

    /// Runs the timers of visible toasts in stacks that are not paused, and pauses all
    /// others.
    fn update_timers(&mut self, now: Timestamp) {
        self.stacks.retain(|_, stack| !stack.is_empty());
        let mut changed = Vec::new();
        for (placement, stack) in &mut self.stacks {
            if stack.ranks.is_empty() {
                stack.pauses.clear();
            }
            let settings = self.named.get(&placement.toaster);
            let max_visible = settings.unwrap_or(&self.settings).visible.max(1);
            let visible: Vec<_> = stack.visible(max_visible).collect();
            let runs = !self.hidden && stack.pauses.is_empty();
            let paused = stack
                .running
                .iter()
                .filter(|order| !(runs && visible.contains(order)));
            let started = visible.iter().filter(|_| runs);
            let timers = paused
                .map(|order| (order, false))
                .chain(started.map(|order| (order, true)));
            for (order, runs) in timers {
                let entry = self.entries.get(order);
                changed.extend(entry.and_then(|entry| entry.with_timer_running(runs, now)));
            }
        }
        for entry in changed {
            self.insert(entry);
        }
    }

    /// Inserts an entry, in place of the previous state of the same toast.
    fn insert(&mut self, entry: Entry) {
        let before = self.entries.get(&entry.order).map(Rc::clone);
        self.index(before.as_deref(), Some(&entry));
        let replaced = self.entries.insert(entry.order, Rc::new(entry));
        self.effects
            .discarded
            .extend(replaced.map(Discarded::Entry));
    }

    fn remove(&mut self, order: u64) {
        if let Some(entry) = self.entries.remove(&order) {
            self.index(Some(&entry), None);
            self.effects.discarded.push(Discarded::Entry(entry));
        }
    }

    /// Updates the indexes for the change of an entry. An empty stack is removed only by
    /// the next `update_timers`, so that a toast which returns to it finds its pauses.
    fn index(&mut self, before: Option<&Entry>, after: Option<&Entry>) {
        let due = |entry: &Entry| Some((entry.next_due()?, entry.order));
        change(&mut self.due, before.and_then(due), after.and_then(due));
        let is_same_stack = before
            .zip(after)
            .is_some_and(|(before, after)| before.placement == after.placement);
        let (before, removed) = if is_same_stack {
            (before, None)
        } else {
            (None, before)
        };
        if let Some(removed) = removed {
            self.orders.remove(&removed.id);
            if let Some(stack) = self.stacks.get_mut(&removed.placement) {
                stack.index(Some(removed), None);
            }
        }
        if let Some(after) = after {
            self.orders.insert(after.id.clone(), after.order);
            let stack = self.stacks.entry(after.placement.clone()).or_default();
            stack.index(before, Some(after));
        }
    }
}
