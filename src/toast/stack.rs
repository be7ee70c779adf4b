//! The toasts of a page: order, places, deadlines, pauses. Pure: it is told the
//! time and what happens, and answers with what to do.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem::discriminant;
use std::rc::Rc;
use std::time::Duration;

use yew::Callback;

use super::entry::{EXIT, Entry, Phase, Rank, Timer};
use super::{CloseReason, Position, Toast, ToastId, ToastPatch, ToasterSettings};
use crate::time::Timestamp;

/// How long a text stands in a live region.
const SPOKEN: Duration = Duration::from_secs(1);

/// What happens to the stacks.
#[derive(Clone, Debug)]
pub enum Event {
    /// A toast is shown, in place of one of the same name.
    Upsert(ToastId, Toast),
    /// A toast that is there changes in place. One that goes or has gone does not.
    Patch(ToastId, ToastPatch),
    /// A toast is closed.
    Dismiss(ToastId, CloseReason),
    /// All toasts are closed.
    DismissAll(CloseReason),
    /// A reason to stop the time of a stack begins or ends.
    Pause(Position, Pause, bool),
    /// The page is hidden, or seen again.
    Hidden(bool),
    /// Time has passed.
    Tick,
}

/// Why the time of a stack stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pause {
    /// The pointer is over it.
    Hover,
    /// The focus is in it.
    Focus,
    /// A button of the pointer is down on it.
    Press,
}

/// A callback to call, now that the stacks are as they should be.
pub type Effect = (Callback<CloseReason>, CloseReason);

/// All stacks of a page.
#[derive(Debug, Default)]
pub struct Stack {
    settings: ToasterSettings,
    entries: BTreeMap<u64, Rc<Entry>>,
    /// The four indexes below are kept by `put` and `take` alone.
    orders: HashMap<ToastId, u64>,
    ranks: BTreeSet<(Position, Rank)>,
    exiting: BTreeSet<(Position, u64)>,
    due: BTreeSet<(Timestamp, u64)>,
    running: BTreeSet<(Position, u64)>,
    pauses: BTreeSet<(Position, Pause)>,
    hidden: bool,
    spoken: Vec<Announcement>,
    last_order: u64,
}

/// A text for a live region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Tells it from the others.
    pub number: u64,
    /// Whether it is said at once.
    pub assertive: bool,
    /// What is said.
    pub text: Rc<str>,
    until: Timestamp,
}

/// One stack as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct StackView {
    /// Where it is.
    pub position: Position,
    /// Whether it is spread out.
    pub expanded: bool,
    /// Its toasts, newest first; those that are not seen are left out, but for
    /// the one that would be next.
    pub items: Vec<ItemView>,
}

/// One toast as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemView {
    /// The toast.
    pub entry: Rc<Entry>,
    /// How many of the seen ones are in front of it.
    pub index: usize,
    /// Whether it is seen.
    pub visible: bool,
}

impl Stack {
    /// Stacks with settings.
    pub fn new(settings: ToasterSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// The settings.
    pub fn settings(&self) -> &ToasterSettings {
        &self.settings
    }

    /// Takes in an event. What it answers is to be called in this order.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Upsert(id, toast) => self.upsert(id, toast, now),
            Event::Patch(id, patch) => self.patch(&id, patch),
            Event::Dismiss(id, reason) => {
                if let Some(order) = self.orders.get(&id).copied() {
                    self.dismiss(order, reason, now, &mut effects);
                }
            }
            Event::DismissAll(reason) => {
                for order in self.entries.keys().copied().collect::<Vec<_>>() {
                    self.dismiss(order, reason, now, &mut effects);
                }
            }
            Event::Pause(position, reason, true) => {
                self.pauses.insert((position, reason));
            }
            Event::Pause(position, reason, false) => {
                self.pauses.remove(&(position, reason));
            }
            Event::Hidden(hidden) => self.hidden = hidden,
            Event::Tick => {}
        }
        self.tick(now, &mut effects);
        self.settle(now);
        effects
    }

    /// When [`Event::Tick`] is to come, if nothing happens before.
    pub fn next_due(&self) -> Option<Timestamp> {
        let toasts = self.due.first().map(|(due, _)| *due);
        let spoken = self.spoken.first().map(|said| said.until);
        toasts.into_iter().chain(spoken).min()
    }

    /// The toast called `id`, unless it is on its way out.
    pub fn get(&self, id: &ToastId) -> Option<&Rc<Entry>> {
        let entry = self.entries.get(self.orders.get(id)?)?;
        (!entry.is_exiting()).then_some(entry)
    }

    /// How many there are, those on their way out left aside.
    pub fn len(&self) -> usize {
        self.ranks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the live regions say now.
    pub fn announcements(&self) -> &[Announcement] {
        &self.spoken
    }

    /// The stacks as they are seen: the toaster's own, and those that hold something.
    pub fn views(&self) -> Vec<StackView> {
        Position::ALL
            .into_iter()
            .map(|position| self.view(position))
            .filter(|view| view.position == self.settings.position || !view.items.is_empty())
            .collect()
    }

    fn view(&self, position: Position) -> StackView {
        let seen = self.visible();
        // One more is rendered unseen, so that it can fade where it loses its place.
        let live = self.ranked(position).take(seen + 1).enumerate();
        let exiting = self.exiting.range((position, 0)..=(position, u64::MAX));
        let mut orders: Vec<_> = live
            .map(|(place, order)| (order, place < seen))
            .chain(exiting.map(|(_, order)| (*order, true)))
            .collect();
        orders.sort_unstable_by(|one, other| other.cmp(one));
        let mut in_front = 0;
        let mut items = Vec::with_capacity(orders.len());
        for (order, visible) in orders {
            if let Some(entry) = self.entries.get(&order) {
                items.push(ItemView {
                    entry: Rc::clone(entry),
                    index: if visible { in_front } else { seen },
                    visible,
                });
                in_front += usize::from(visible && !entry.is_exiting());
            }
        }
        let touched = [Pause::Hover, Pause::Focus]
            .into_iter()
            .any(|reason| self.pauses.contains(&(position, reason)));
        StackView {
            position,
            expanded: (self.settings.expand || touched) && in_front > 1,
            items,
        }
    }

    fn visible(&self) -> usize {
        self.settings.visible.max(1)
    }

    /// The orders of a stack's live toasts, first those that get a place first.
    fn ranked(&self, position: Position) -> impl Iterator<Item = u64> {
        use std::cmp::Reverse;
        let first = (position, (0, Reverse(u64::MAX)));
        let last = (position, (u8::MAX, Reverse(0)));
        self.ranks
            .range(first..=last)
            .map(|(_, (_, Reverse(order)))| *order)
    }

    fn is_paused(&self, position: Position) -> bool {
        let reasons = (position, Pause::Hover)..=(position, Pause::Press);
        self.hidden || self.pauses.range(reasons).next().is_some()
    }

    fn upsert(&mut self, id: ToastId, toast: Toast, now: Timestamp) {
        let before = self.orders.get(&id).copied();
        let before = before.and_then(|order| self.take(order));
        let order = before.as_ref().map_or_else(
            || {
                self.last_order += 1;
                self.last_order
            },
            |before| before.order,
        );
        let mut entry = Entry::new(id, toast, order, &self.settings, now);
        let is_news = match before.filter(|before| !before.is_exiting()) {
            Some(before) => {
                // It is there already and need not appear again.
                entry.phase = before.phase;
                let same_kind = discriminant(&before.toast.kind) == discriminant(&entry.toast.kind);
                let goes_on = matches!(entry.toast.kind, super::ToastKind::Loading { .. });
                !same_kind || (!goes_on && before.spoken() != entry.spoken())
            }
            None => true,
        };
        if is_news {
            self.last_order += 1;
            self.spoken.push(Announcement {
                number: self.last_order,
                assertive: entry.toast.kind == super::ToastKind::Error,
                text: entry.spoken().into(),
                until: now + SPOKEN,
            });
        }
        self.put(entry);
    }

    fn patch(&mut self, id: &ToastId, patch: ToastPatch) {
        if let Some(entry) = self.get(id).map(|entry| entry.patched(patch)) {
            // Neither rank, phase nor time is touched: no index changes.
            self.entries.insert(entry.order, Rc::new(entry));
        }
    }

    fn dismiss(
        &mut self,
        order: u64,
        reason: CloseReason,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let live = self.entries.get(&order).filter(|entry| !entry.is_exiting());
        if live.is_none() {
            return;
        }
        if let Some(entry) = self.take(order) {
            effects.push((entry.toast.on_close.clone(), reason));
            self.put(Entry {
                phase: Phase::Exiting { until: now + EXIT },
                timer: Timer::None,
                ..Rc::unwrap_or_clone(entry)
            });
        }
    }

    fn tick(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.spoken.retain(|said| said.until > now);
        while let Some((due, order)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            let Some(entry) = self.entries.get(&order).map(Rc::clone) else {
                self.due.remove(&(due, order));
                continue;
            };
            match entry.phase {
                Phase::Exiting { .. } => {
                    self.take(order);
                }
                Phase::Entering { until } if until <= now => {
                    self.take(order);
                    self.put(Entry {
                        phase: Phase::Shown,
                        ..Rc::unwrap_or_clone(entry)
                    });
                }
                Phase::Entering { .. } | Phase::Shown => {
                    self.dismiss(order, CloseReason::Timeout, now, effects);
                }
            }
        }
    }

    /// Has time pass for the toasts that are seen and not paused, and for no others.
    fn settle(&mut self, now: Timestamp) {
        for position in Position::ALL {
            if self.ranked(position).next().is_none() {
                // Nobody points at, holds or focuses what is not there.
                self.pauses.retain(|(paused, _)| *paused != position);
                continue;
            }
            let seen: Vec<_> = self.ranked(position).take(self.visible()).collect();
            let running = self.running.range((position, 0)..=(position, u64::MAX));
            let running: Vec<_> = running.map(|(_, order)| *order).collect();
            let passes = !self.is_paused(position);
            for order in running.into_iter().chain(seen.iter().copied()) {
                let passes = passes && seen.contains(&order);
                let entry = self.entries.get(&order);
                if let Some(entry) = entry.and_then(|entry| entry.with_time_passing(passes, now)) {
                    self.take(order);
                    self.put(entry);
                }
            }
        }
    }

    fn put(&mut self, entry: Entry) {
        let (position, order) = (entry.position, entry.order);
        self.orders.insert(entry.id.clone(), order);
        if entry.is_exiting() {
            self.exiting.insert((position, order));
        } else {
            self.ranks.insert((position, entry.rank()));
        }
        if let Some(due) = entry.next_due() {
            self.due.insert((due, order));
        }
        if matches!(entry.timer, Timer::Running { .. }) {
            self.running.insert((position, order));
        }
        self.entries.insert(order, Rc::new(entry));
    }

    fn take(&mut self, order: u64) -> Option<Rc<Entry>> {
        let entry = self.entries.remove(&order)?;
        self.orders.remove(&entry.id);
        self.exiting.remove(&(entry.position, order));
        self.ranks.remove(&(entry.position, entry.rank()));
        if let Some(due) = entry.next_due() {
            self.due.remove(&(due, order));
        }
        self.running.remove(&(entry.position, order));
        Some(entry)
    }
}
