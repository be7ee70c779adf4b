//! Invariants over any sequence of events.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Position, ToastKind};
use super::*;

#[derive(Clone, Debug)]
enum Action {
    Show(u8, u8),
    Patch(u8),
    Dismiss(u8),
    DismissAll,
    Pause(bool, u8, bool),
    Hidden(bool),
    Advance(u64),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => (0_u8..12, any::<u8>()).prop_map(|(id, kind)| Action::Show(id, kind)),
        3 => (0_u8..12).prop_map(Action::Patch),
        2 => (0_u8..12).prop_map(Action::Dismiss),
        1 => Just(Action::DismissAll),
        3 => (any::<bool>(), 0_u8..3, any::<bool>())
            .prop_map(|(here, reason, on)| Action::Pause(here, reason, on)),
        1 => any::<bool>().prop_map(Action::Hidden),
        6 => (0_u64..4_000).prop_map(Action::Advance),
    ]
}

fn position(here: bool) -> Position {
    if here {
        Position::BottomRight
    } else {
        Position::TopLeft
    }
}

fn place(here: bool) -> Placement {
    Placement {
        toaster: ToasterId::default(),
        position: position(here),
    }
}

fn toast(kind: u8) -> Toast {
    let toast = match kind % 4 {
        0 => Toast::loading("l", None),
        1 => Toast::success("s"),
        2 => Toast::error("e"),
        _ => Toast::info("i"),
    };
    toast.with_position(position(kind < 200))
}

/// The stacks, and what the callbacks have reported.
#[derive(Default)]
struct Model {
    stacks: Stacks,
    now: Timestamp,
    /// The kinds of open toasts by id, according to the callbacks.
    open: BTreeMap<u8, ToastKind>,
    closed: Rc<RefCell<Vec<(u8, CloseReason)>>>,
}

impl Model {
    fn apply(&mut self, action: Action) {
        match action {
            Action::Show(id, kind) => {
                let closed = Rc::clone(&self.closed);
                let toast = toast(kind);
                self.open.insert(id, toast.kind);
                let record = move |reason| closed.borrow_mut().push((id, reason));
                self.send(StackEvent::Upsert(
                    name(id),
                    Box::new(toast.with_on_close(record)),
                ));
            }
            Action::Patch(id) => {
                let before = self.stacks.len();
                self.send(StackEvent::Patch(name(id), ToastPatch::default()));
                assert!(self.stacks.len() <= before, "a patch shows no toast");
            }
            Action::Dismiss(id) => self.send(StackEvent::Dismiss(name(id), CloseReason::Api)),
            Action::DismissAll => {
                self.send(StackEvent::DismissAll(CloseReason::Api));
                assert_eq!(self.stacks.len(), 0);
            }
            Action::Pause(here, reason, on) => {
                let reason = match reason {
                    0 => PauseReason::Hover,
                    1 => PauseReason::Focus,
                    _ => PauseReason::Press,
                };
                self.send(StackEvent::Pause(place(here), reason, on));
            }
            Action::Hidden(hidden) => self.send(StackEvent::Hidden(hidden)),
            Action::Advance(millis) => {
                let end = self.now + Duration::from_millis(millis);
                while let Some(due) = self.stacks.next_due().filter(|due| *due <= end) {
                    self.now = self.now.max(due);
                    self.send(StackEvent::Tick);
                }
                self.now = end;
                self.send(StackEvent::Tick);
            }
        }
    }

    fn send(&mut self, event: StackEvent) {
        for (on_close, reason) in self.stacks.handle(event, self.now).callbacks {
            on_close.emit(reason);
        }
        for (id, reason) in self.closed.borrow_mut().drain(..) {
            let kind = self.open.remove(&id);
            assert!(kind.is_some(), "a callback runs once");
            let loading = matches!(kind, Some(ToastKind::Loading { .. }));
            assert!(
                !(loading && reason == CloseReason::Timeout),
                "a loading toast does not time out"
            );
        }
        self.check();
    }

    fn check(&self) {
        let stacks = &self.stacks;
        assert_eq!(stacks.len(), self.open.len(), "an open toast was lost");
        assert_eq!(stacks.entries.len(), stacks.orders.len());
        let exiting: usize = stacks
            .stacks
            .values()
            .map(|stack| stack.exiting.len())
            .sum();
        assert_eq!(stacks.entries.len(), stacks.len() + exiting);
        for view in stacks.views(&ToasterId::default()) {
            let stack = stacks.stacks.get(&view.placement);
            let open = stack.map_or(0, |stack| stack.ranks.len());
            assert_eq!(
                view.more,
                open.saturating_sub(3),
                "an invisible toast is not counted"
            );
            let paused = stacks.hidden || stack.is_some_and(|stack| !stack.pauses.is_empty());
            let live = |visible| {
                let items = view.items.iter();
                items
                    .filter(|item| item.visible == visible && !item.entry.is_exiting())
                    .count()
            };
            assert!(live(true) <= 3 && live(false) <= 1);
            let visible: BTreeSet<_> = view.items.iter().filter(|item| item.visible).collect_ids();
            for entry in stacks
                .entries
                .values()
                .filter(|entry| entry.placement == view.placement)
            {
                let runs = matches!(entry.timer, Timer::Running { .. });
                let may_run = visible.contains(entry.id.as_str()) && !paused;
                assert!(
                    !runs || may_run,
                    "the timer of an invisible or paused toast runs"
                );
                let is_paused = matches!(entry.timer, Timer::Paused { .. });
                assert!(
                    !(is_paused && may_run),
                    "the timer of a visible toast is paused"
                );
            }
        }
        if let Some(due) = stacks.next_due() {
            assert!(due > self.now, "a due event was not handled");
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
    fn invariants_hold_after_every_event(history in vec(action(), 1..200)) {
        let mut model = Model::default();
        for action in history {
            model.apply(action);
        }
    }

    #[test]
    fn stack_without_pauses_keeps_only_loading_toasts(history in vec(action(), 1..60)) {
        let mut model = Model::default();
        for action in history {
            model.apply(action);
        }
        model.apply(Action::Hidden(false));
        for here in [true, false] {
            for reason in 0..3 {
                model.apply(Action::Pause(here, reason, false));
            }
        }
        model.apply(Action::Advance(1_000_000));
        let only_loading = model
            .open
            .values()
            .all(|kind| matches!(kind, ToastKind::Loading { .. }));
        prop_assert!(only_loading);
        prop_assert_eq!(model.stacks.next_due(), None);
    }
}
