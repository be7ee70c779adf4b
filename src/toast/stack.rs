//! The toasts of a page: order, places, deadlines, pauses. Pure: it is told the
//! time and what happens, and answers with what to do.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{HashMap, VecDeque};
use std::mem::discriminant;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{Timestamp, sorted::SortedSet};
use litemap::LiteMap;
use yew::{AttrValue, Callback};

pub use self::view::{ItemView, StackView};
use super::entry::{EXIT, Entry, Phase, Rank, Timer};
use super::{
    CloseReason, Place, Toast, ToastId, ToastKind, ToastPatch, ToasterId, ToasterSettings,
};

/// How long a text stands in a live region.
const SPOKEN: Duration = Duration::from_secs(1);

/// How many texts stand in the live regions at once.
const SPOKEN_AT_ONCE: usize = 8;

/// How many closed toasts are remembered (sonner's number).
const REMEMBERED: usize = 100;

/// What happens to the stacks.
#[derive(Clone, Debug)]
pub enum Event {
    /// A toast is shown, in place of one of the same name.
    Upsert(ToastId, Box<Toast>),
    /// A toast that is there changes in place. One that goes or has gone does not.
    Patch(ToastId, ToastPatch),
    /// A toast is closed.
    Dismiss(ToastId, CloseReason),
    /// All toasts are closed.
    DismissAll(CloseReason),
    /// A toaster is set anew. Toasts that name no place go where it has them now.
    Configure(ToasterId, Box<ToasterSettings>),
    /// A reason to stop the time of a stack begins or ends.
    Pause(Place, Pause, bool),
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
    /// Of the toasters with a name that were set.
    others: LiteMap<ToasterId, ToasterSettings>,
    entries: LiteMap<u64, Rc<Entry>>,
    /// The three indexes below say what `entries` says: `index` alone writes them.
    orders: HashMap<ToastId, u64>,
    piles: LiteMap<Place, Pile>,
    due: SortedSet<(Timestamp, u64)>,
    hidden: bool,
    spoken: Vec<Announcement>,
    closed: VecDeque<Closed>,
    last_number: u64,
}

/// The toasts of one place, by their orders, and why their time stands still.
#[derive(Debug, Default)]
struct Pile {
    /// Those that are not on their way out, first those that get a place first.
    ranks: SortedSet<Rank>,
    exiting: SortedSet<u64>,
    running: SortedSet<u64>,
    pauses: SortedSet<Pause>,
}

impl Pile {
    fn is_empty(&self) -> bool {
        self.ranks.is_empty() && self.exiting.is_empty()
    }

    fn index(&mut self, before: Option<&Entry>, after: Option<&Entry>) {
        let rank = |entry: &Entry| (!entry.is_exiting()).then(|| entry.rank());
        let exiting = |entry: &Entry| entry.is_exiting().then_some(entry.order);
        let running = |entry: &Entry| entry.is_running().then_some(entry.order);
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

    /// The live ones that are seen.
    fn seen(&self, places: usize) -> impl Iterator<Item = u64> {
        let ranks = self.ranks.iter().take(places);
        ranks.map(|(_, std::cmp::Reverse(order))| *order)
    }
}

/// A toast that was closed: what it said, without what it could do.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// Its name.
    pub id: ToastId,
    /// What sort it was.
    pub kind: ToastKind,
    /// The first line.
    pub title: AttrValue,
    /// The second line.
    pub description: AttrValue,
    /// Why it went.
    pub reason: CloseReason,
    /// When.
    pub at: Timestamp,
}

/// A text for a live region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Tells it from the others.
    pub number: u64,
    /// Whose live region says it.
    pub toaster: ToasterId,
    /// Whether it is said at once.
    pub assertive: bool,
    /// What is said.
    pub text: Rc<str>,
    until: Timestamp,
}

impl Stack {
    /// Stacks with settings.
    pub fn new(settings: ToasterSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// The settings of a toaster: its own, or those of the default one.
    pub fn settings(&self, toaster: &ToasterId) -> &ToasterSettings {
        self.others.get(toaster).unwrap_or(&self.settings)
    }

    /// Takes in an event. What it answers is to be called in this order.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Upsert(id, toast) => self.upsert(id, *toast, now),
            Event::Configure(toaster, settings) => self.configure(toaster, *settings),
            Event::Patch(id, patch) => self.patch(&id, patch),
            Event::Dismiss(id, reason) => {
                let order = self.orders.get(&id).copied();
                self.dismiss(&Vec::from_iter(order), reason, now, &mut effects);
            }
            Event::DismissAll(reason) => {
                let all: Vec<_> = self.entries.keys().copied().collect();
                self.dismiss(&all, reason, now, &mut effects);
            }
            Event::Pause(place, reason, begins) => {
                // Nobody points at, holds or focuses what is not there.
                if let Some(pile) = self.piles.get_mut(&place) {
                    if begins {
                        pile.pauses.insert(reason);
                    } else {
                        pile.pauses.remove(&reason);
                    }
                }
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

    /// All toasts that are not on their way out, newest first.
    pub fn toasts(&self) -> impl Iterator<Item = &Rc<Entry>> {
        let all = self.entries.values().rev();
        all.filter(|entry| !entry.is_exiting())
    }

    /// Tells the content of the toast called `id` from any other under that
    /// name; none where it is on its way out or gone.
    pub fn version(&self, id: &ToastId) -> Option<u64> {
        self.get(id).map(|entry| entry.version)
    }

    /// The last toasts that were closed, latest first, at most 100.
    pub fn closed(&self) -> impl Iterator<Item = &Closed> {
        self.closed.iter().rev()
    }

    /// How many there are, those on their way out left aside.
    pub fn len(&self) -> usize {
        self.piles.values().map(|pile| pile.ranks.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the live regions of a toaster say now.
    pub fn announcements(&self, toaster: &ToasterId) -> Vec<Announcement> {
        let all = self.spoken.iter();
        all.filter(|said| said.toaster == *toaster)
            .cloned()
            .collect()
    }

    fn places(&self, toaster: &ToasterId) -> usize {
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
        let is_news = match before.filter(|before| !before.is_exiting()) {
            Some(before) => {
                // It is there already and need not appear again.
                entry.phase = before.phase;
                let same_kind = discriminant(&before.toast.kind) == discriminant(&entry.toast.kind);
                let goes_on = matches!(entry.toast.kind, ToastKind::Loading { .. });
                !same_kind || (!goes_on && before.spoken() != entry.spoken())
            }
            None => true,
        };
        if is_news {
            self.say(&entry, now);
        }
        self.put(entry);
    }

    fn configure(&mut self, toaster: ToasterId, settings: ToasterSettings) {
        let of_it = self.entries.values();
        let of_it = of_it.filter(|entry| entry.toast.toaster == toaster);
        for entry in of_it
            .map(|entry| entry.moved(&settings))
            .collect::<Vec<_>>()
        {
            self.put(entry);
        }
        if toaster.is_default() {
            self.settings = settings;
        } else {
            self.others.insert(toaster, settings);
        }
    }

    fn patch(&mut self, id: &ToastId, patch: ToastPatch) {
        if let Some(entry) = self.get(id).map(|entry| entry.patched(patch)) {
            self.put(entry);
        }
    }

    /// Closes live toasts. One that was not seen has no way out to be seen either.
    fn dismiss(
        &mut self,
        orders: &[u64],
        reason: CloseReason,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let piles = self.piles.iter();
        let seen: SortedSet<_> = piles
            .flat_map(|(place, pile)| pile.seen(self.places(&place.toaster)))
            .collect();
        for order in orders {
            let live = self.entries.get(order).filter(|entry| !entry.is_exiting());
            let Some(entry) = live.map(Rc::clone) else {
                continue;
            };
            effects.push((entry.toast.on_close.clone(), reason));
            self.remember(&entry, reason, now);
            if seen.contains(order) {
                self.put(Entry {
                    phase: Phase::Exiting { until: now + EXIT },
                    timer: Timer::None,
                    ..Rc::unwrap_or_clone(entry)
                });
            } else {
                self.take(*order);
            }
        }
    }

    fn remember(&mut self, entry: &Entry, reason: CloseReason, now: Timestamp) {
        if self.closed.len() == REMEMBERED {
            self.closed.pop_front();
        }
        self.closed.push_back(Closed {
            id: entry.id.clone(),
            kind: entry.toast.kind,
            title: entry.toast.title.clone(),
            description: entry.toast.description.clone(),
            reason,
            at: now,
        });
    }

    /// Has a toast said aloud. Of many at once the oldest are left out, errors
    /// last: nobody listens to a thousand.
    fn say(&mut self, entry: &Entry, now: Timestamp) {
        if self.spoken.len() == SPOKEN_AT_ONCE {
            let polite = self.spoken.iter().position(|said| !said.assertive);
            self.spoken.remove(polite.unwrap_or_default());
        }
        self.spoken.push(Announcement {
            number: entry.version,
            toaster: entry.place.toaster.clone(),
            assertive: entry.toast.kind == ToastKind::Error,
            text: entry.spoken().into(),
            until: now + SPOKEN,
        });
    }

    fn tick(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.spoken.retain(|said| said.until > now);
        while let Some((due, order)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            let Some(entry) = self.entries.get(&order).map(Rc::clone) else {
                self.due.remove(&(due, order));
                continue;
            };
            match entry.phase {
                Phase::Exiting { .. } => self.take(order),
                Phase::Entering { until } if until <= now => {
                    self.put(Entry {
                        phase: Phase::Shown,
                        ..Rc::unwrap_or_clone(entry)
                    });
                }
                Phase::Entering { .. } | Phase::Shown => {
                    self.dismiss(&[order], CloseReason::Timeout, now, effects);
                }
            }
        }
    }

    /// Has time pass for the toasts that are seen and not paused, and for no others.
    fn settle(&mut self, now: Timestamp) {
        self.piles.retain(|_, pile| !pile.is_empty());
        let mut changed = Vec::new();
        for (place, pile) in &mut self.piles {
            if pile.ranks.is_empty() {
                pile.pauses.clear();
            }
            let settings = self.others.get(&place.toaster).unwrap_or(&self.settings);
            let seen: Vec<_> = pile.seen(settings.visible.max(1)).collect();
            let passes = !self.hidden && pile.pauses.is_empty();
            let stops = pile
                .running
                .iter()
                .filter(|order| !(passes && seen.contains(order)));
            let starts = seen.iter().filter(|_| passes);
            let turns = stops
                .map(|order| (order, false))
                .chain(starts.map(|order| (order, true)));
            for (order, passes) in turns {
                let entry = self.entries.get(order);
                changed.extend(entry.and_then(|entry| entry.with_time_passing(passes, now)));
            }
        }
        for entry in changed {
            self.put(entry);
        }
    }

    /// Puts an entry in, in the place of the one that it is a new state of.
    fn put(&mut self, entry: Entry) {
        let before = self.entries.get(&entry.order).map(Rc::clone);
        self.index(before.as_deref(), Some(&entry));
        self.entries.insert(entry.order, Rc::new(entry));
    }

    fn take(&mut self, order: u64) {
        if let Some(entry) = self.entries.remove(&order) {
            self.index(Some(&entry), None);
        }
    }

    /// Has the indexes say of an entry what is so after. A pile that is left
    /// empty goes at the next `settle`, so that one which comes back finds its
    /// pauses.
    fn index(&mut self, before: Option<&Entry>, after: Option<&Entry>) {
        let due = |entry: &Entry| Some((entry.next_due()?, entry.order));
        change(&mut self.due, before.and_then(due), after.and_then(due));
        let stays = before
            .zip(after)
            .is_some_and(|(before, after)| before.place == after.place);
        let (before, gone) = if stays {
            (before, None)
        } else {
            (None, before)
        };
        if let Some(gone) = gone {
            self.orders.remove(&gone.id);
            if let Some(pile) = self.piles.get_mut(&gone.place) {
                pile.index(Some(gone), None);
            }
        }
        if let Some(after) = after {
            self.orders.insert(after.id.clone(), after.order);
            let pile = self.piles.entry(after.place.clone()).or_default();
            pile.index(before, Some(after));
        }
    }
}

/// What stays where it is costs nothing, however many others there are.
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
