//! The toasts of a page: order, placement, timers and pauses. No browser and no clock:
//! [`Stacks::handle`] takes an event and the time, and returns the callbacks to call.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{HashMap, VecDeque};
use std::mem::{discriminant, take};
use std::rc::Rc;
use std::time::Duration;

use litemap::LiteMap;
use yew::{AttrValue, Callback};

pub use self::view::{ItemView, StackView};
use super::entry::{EXIT_TIME, Entry, Phase, Rank, Timer};
use super::{
    CloseReason, Placement, Toast, ToastId, ToastKind, ToastPatch, ToasterId, ToasterSettings,
};
use background_tasks_core::Timestamp;
use background_tasks_core::sorted::SortedSet;

/// How long a text remains in a live region.
const ANNOUNCEMENT_TIME: Duration = Duration::from_secs(1);

/// How many texts the live regions contain at once.
const MAX_ANNOUNCEMENTS: usize = 8;

/// How many closed toasts are kept (as in sonner).
const MAX_CLOSED: usize = 100;

/// An event that changes the stacks.
#[derive(Clone, Debug)]
pub enum StackEvent {
    /// Shows a toast, or replaces the one with the same id.
    Upsert(ToastId, Box<Toast>),
    /// Changes a toast in place. Ignored if it is exiting or closed.
    Patch(ToastId, ToastPatch),
    /// Closes a toast.
    Dismiss(ToastId, CloseReason),
    /// Closes all toasts.
    DismissAll(CloseReason),
    /// Replaces the settings of a toaster. Toasts without a position of their own move.
    Configure(ToasterId, Box<ToasterSettings>),
    /// A reason to pause the timers of a stack begins or ends.
    Pause(Placement, PauseReason, bool),
    /// The page becomes hidden (`true`) or visible.
    Hidden(bool),
    /// Time has passed.
    Tick,
}

/// Why the timers of a stack are paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PauseReason {
    /// The pointer is over it.
    Hover,
    /// It contains the focus.
    Focus,
    /// A button of the pointer is pressed on it.
    Press,
}

/// What the caller of [`Stacks::handle`] does once the stacks are no longer borrowed.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    /// `on_close` callbacks to call, in this order.
    pub callbacks: Vec<(Callback<CloseReason>, CloseReason)>,
    /// Replaced values. They contain values of the app, whose destructors may call the
    /// toaster, so they are dropped together with the effects.
    pub discarded: Vec<Discarded>,
}

/// A replaced value.
#[derive(Debug)]
#[allow(dead_code, reason = "kept only to be dropped later")]
pub enum Discarded {
    /// A previous state of a toast, or a toast that was removed.
    Entry(Rc<Entry>),
    /// Previous settings of a toaster.
    Settings(Box<ToasterSettings>),
}

/// All stacks of a page.
#[derive(Debug, Default)]
pub struct Stacks {
    settings: ToasterSettings,
    /// Settings of named toasters.
    named: LiteMap<ToasterId, ToasterSettings>,
    entries: LiteMap<u64, Rc<Entry>>,
    /// The next three are indexes of `entries`, written only by `index`.
    orders: HashMap<ToastId, u64>,
    stacks: LiteMap<Placement, ToastStack>,
    due: SortedSet<(Timestamp, u64)>,
    hidden: bool,
    announcements: Vec<Announcement>,
    closed: VecDeque<ClosedToast>,
    last_number: u64,
    effects: Effects,
}

/// The toasts of one placement, by order, and the reasons why their timers are paused.
#[derive(Debug, Default)]
struct ToastStack {
    /// Toasts that are not exiting, by their priority for a visible place.
    ranks: SortedSet<Rank>,
    exiting: SortedSet<u64>,
    /// Toasts whose timer is running.
    running: SortedSet<u64>,
    pauses: SortedSet<PauseReason>,
}

impl ToastStack {
    fn is_empty(&self) -> bool {
        self.ranks.is_empty() && self.exiting.is_empty()
    }

    fn index(&mut self, before: Option<&Entry>, after: Option<&Entry>) {
        let rank = |entry: &Entry| (!entry.is_exiting()).then(|| entry.rank());
        let exiting = |entry: &Entry| entry.is_exiting().then_some(entry.order);
        let running = |entry: &Entry| entry.is_timer_running().then_some(entry.order);
        change(&mut self.ranks, before.and_then(rank), after.and_then(rank));
        change(
            &mut self.exiting,
            before.and_then(exiting),
            after.and_then(exiting),
        );
        change(
            &mut self.running,
            before.and_then(running),
            after.and_then(running),
        );
    }

    /// The visible toasts, without those that are exiting.
    fn visible(&self, max_visible: usize) -> impl Iterator<Item = u64> {
        let ranks = self.ranks.iter().take(max_visible);
        ranks.map(|(_, std::cmp::Reverse(order))| *order)
    }
}

/// A toast that was closed, without its content and callbacks.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClosedToast {
    /// The id under which it was shown.
    pub id: ToastId,
    /// Its kind.
    pub kind: ToastKind,
    /// Its title.
    pub title: AttrValue,
    /// Its description, or an empty string.
    pub description: AttrValue,
    /// Why it was closed.
    pub reason: CloseReason,
    /// When it was closed.
    pub at: Timestamp,
}

/// A text in a live region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Identifies it among the announcements of the page.
    pub number: u64,
    /// The toaster whose live region contains it.
    pub toaster: ToasterId,
    /// Whether it interrupts other announcements.
    pub assertive: bool,
    /// The text.
    pub text: Rc<str>,
    until: Timestamp,
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
        let announced = self.announcements.first().map(|text| text.until);
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
        self.closed.iter().rev()
    }

    /// The number of toasts that are not exiting.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.stacks.values().map(|stack| stack.ranks.len()).sum()
    }

    /// The current texts of a toaster's live regions.
    pub fn announcements(&self, toaster: &ToasterId) -> Vec<Announcement> {
        let all = self.announcements.iter();
        all.filter(|text| text.toaster == *toaster)
            .cloned()
            .collect()
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
            self.announce(&entry, now);
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
            self.record_closed(&entry, reason, now);
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

    fn record_closed(&mut self, entry: &Entry, reason: CloseReason, now: Timestamp) {
        if self.closed.len() == MAX_CLOSED {
            self.closed.pop_front();
        }
        self.closed.push_back(ClosedToast {
            id: entry.id.clone(),
            kind: entry.toast.kind,
            title: entry.toast.title.clone(),
            description: entry.toast.description.clone(),
            reason,
            at: now,
        });
    }

    /// Adds a text to the live regions. If there are too many, the oldest polite one is
    /// removed, or the oldest error if all are errors.
    fn announce(&mut self, entry: &Entry, now: Timestamp) {
        if self.announcements.len() == MAX_ANNOUNCEMENTS {
            let polite = self.announcements.iter().position(|text| !text.assertive);
            self.announcements.remove(polite.unwrap_or_default());
        }
        self.announcements.push(Announcement {
            number: entry.version,
            toaster: entry.placement.toaster.clone(),
            assertive: entry.toast.kind == ToastKind::Error,
            text: entry.announcement().into(),
            until: now + ANNOUNCEMENT_TIME,
        });
    }

    fn tick(&mut self, now: Timestamp) {
        self.announcements.retain(|text| text.until > now);
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

/// Replaces a member of a set; no work if it is unchanged.
fn change<T: Ord>(set: &mut SortedSet<T>, before: Option<T>, after: Option<T>) {
    if before != after {
        if let Some(before) = before {
            set.remove(&before);
        }
        if let Some(after) = after {
            set.insert(after);
        }
    }
}
