//! What holds over any history of toasts, clicks, pauses and time.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Position, ToastKind};
use super::*;

#[derive(Clone, Debug)]
enum Happening {
    Show(u8, u8),
    Patch(u8),
    Dismiss(u8),
    DismissAll,
    Pause(bool, u8, bool),
    Hidden(bool),
    Pass(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0_u8..12, any::<u8>()).prop_map(|(id, sort)| Happening::Show(id, sort)),
        3 => (0_u8..12).prop_map(Happening::Patch),
        2 => (0_u8..12).prop_map(Happening::Dismiss),
        1 => Just(Happening::DismissAll),
        3 => (any::<bool>(), 0_u8..3, any::<bool>())
            .prop_map(|(here, reason, on)| Happening::Pause(here, reason, on)),
        1 => any::<bool>().prop_map(Happening::Hidden),
        6 => (0_u64..4_000).prop_map(Happening::Pass),
    ]
}

fn position(here: bool) -> Position {
    if here {
        Position::BottomRight
    } else {
        Position::TopLeft
    }
}

fn place(here: bool) -> Place {
    Place {
        toaster: ToasterId::default(),
        position: position(here),
    }
}

fn toast(sort: u8) -> Toast {
    let toast = match sort % 4 {
        0 => Toast::loading("l", None),
        1 => Toast::success("s"),
        2 => Toast::error("e"),
        _ => Toast::info("i"),
    };
    toast.with_position(position(sort < 200))
}

/// What an onlooker knows.
#[derive(Default)]
struct Onlooker {
    stack: Stack,
    now: Timestamp,
    /// Toasts shown and not closed, as the callbacks tell: id to kind.
    open: BTreeMap<u8, ToastKind>,
    closed: Rc<RefCell<Vec<(u8, CloseReason)>>>,
}

impl Onlooker {
    fn live(&mut self, happening: Happening) {
        match happening {
            Happening::Show(id, sort) => {
                let closed = Rc::clone(&self.closed);
                let toast = toast(sort);
                self.open.insert(id, toast.kind);
                let note = move |reason| closed.borrow_mut().push((id, reason));
                self.tell(Event::Upsert(name(id), Box::new(toast.with_on_close(note))));
            }
            Happening::Patch(id) => {
                let before = self.stack.len();
                self.tell(Event::Patch(name(id), ToastPatch::default()));
                assert!(self.stack.len() <= before, "a patch shows nothing");
            }
            Happening::Dismiss(id) => self.tell(Event::Dismiss(name(id), CloseReason::Api)),
            Happening::DismissAll => {
                self.tell(Event::DismissAll(CloseReason::Api));
                assert!(self.stack.is_empty());
            }
            Happening::Pause(here, reason, on) => {
                let reason = match reason {
                    0 => Pause::Hover,
                    1 => Pause::Focus,
                    _ => Pause::Press,
                };
                self.tell(Event::Pause(place(here), reason, on));
            }
            Happening::Hidden(hidden) => self.tell(Event::Hidden(hidden)),
            Happening::Pass(millis) => {
                let end = self.now + Duration::from_millis(millis);
                while let Some(due) = self.stack.next_due().filter(|due| *due <= end) {
                    self.now = self.now.max(due);
                    self.tell(Event::Tick);
                }
                self.now = end;
                self.tell(Event::Tick);
            }
        }
    }

    fn tell(&mut self, event: Event) {
        for (on_close, reason) in self.stack.step(event, self.now) {
            on_close.emit(reason);
        }
        for (id, reason) in self.closed.borrow_mut().drain(..) {
            let kind = self.open.remove(&id);
            assert!(kind.is_some(), "a toast closes once");
            let loading = matches!(kind, Some(ToastKind::Loading { .. }));
            assert!(
                !(loading && reason == CloseReason::Timeout),
                "work is not over"
            );
        }
        self.look();
    }

    fn look(&self) {
        let stack = &self.stack;
        assert_eq!(stack.len(), self.open.len(), "what is not closed is there");
        assert_eq!(stack.entries.len(), stack.orders.len());
        let exiting: usize = stack.piles.values().map(|pile| pile.exiting.len()).sum();
        assert_eq!(stack.entries.len(), stack.len() + exiting);
        for view in stack.views(&ToasterId::default()) {
            let pile = stack.piles.get(&view.place);
            let live_ones = pile.map_or(0, |pile| pile.ranks.len());
            assert_eq!(
                view.more,
                live_ones.saturating_sub(3),
                "none goes uncounted"
            );
            let paused = stack.hidden || pile.is_some_and(|pile| !pile.pauses.is_empty());
            let live = |visible| {
                let items = view.items.iter();
                items
                    .filter(|item| item.visible == visible && !item.entry.is_exiting())
                    .count()
            };
            assert!(live(true) <= 3 && live(false) <= 1);
            let seen: BTreeSet<_> = view.items.iter().filter(|item| item.visible).collect_ids();
            for entry in stack
                .entries
                .values()
                .filter(|entry| entry.place == view.place)
            {
                let runs = matches!(entry.timer, Timer::Running { .. });
                let may_run = seen.contains(entry.id.as_str()) && !paused;
                assert!(!runs || may_run, "time passes only for what is seen");
                let waits = matches!(entry.timer, Timer::Stopped { .. });
                assert!(!(waits && may_run), "and it does for that");
            }
        }
        if let Some(due) = stack.next_due() {
            assert!(due > self.now, "what is due is done");
        }
    }
}

trait CollectIds<'a> {
    fn collect_ids(self) -> BTreeSet<&'a str>;
}

impl<'a, I: Iterator<Item = &'a ItemView>> CollectIds<'a> for I {
    fn collect_ids(self) -> BTreeSet<&'a str> {
        self.map(|item| item.entry.id.as_str()).collect()
    }
}

fn name(id: u8) -> ToastId {
    ToastId::from(format!("t{id}"))
}

proptest! {
    #[test]
    fn the_rules_hold_over_any_history(history in vec(happening(), 1..200)) {
        let mut onlooker = Onlooker::default();
        for happening in history {
            onlooker.live(happening);
        }
    }

    #[test]
    fn a_stack_left_alone_empties_but_for_what_goes_on(history in vec(happening(), 1..60)) {
        let mut onlooker = Onlooker::default();
        for happening in history {
            onlooker.live(happening);
        }
        onlooker.live(Happening::Hidden(false));
        for here in [true, false] {
            for reason in 0..3 {
                onlooker.live(Happening::Pause(here, reason, false));
            }
        }
        onlooker.live(Happening::Pass(1_000_000));
        let only_loading = onlooker
            .open
            .values()
            .all(|kind| matches!(kind, ToastKind::Loading { .. }));
        prop_assert!(only_loading);
        prop_assert_eq!(onlooker.stack.next_due(), None);
    }
}
