//! Unit tests of the stacks, and their fixture.

mod announcements;
mod timers;
mod toasters;
mod updates;
mod visibility;

use std::cell::RefCell;
use std::time::Duration;

use super::super::{Position, ToastButton, ToastDuration};
use super::*;
use background_tasks_core::Percent;

const HERE: Position = Position::BottomRight;

fn place(position: Position) -> Placement {
    Placement {
        toaster: ToasterId::default(),
        position,
    }
}

/// The stacks with a time that only the test advances.
struct Fixture {
    stacks: Stacks,
    now: Timestamp,
    closed: Rc<RefCell<Vec<(String, CloseReason)>>>,
}

impl Fixture {
    fn new() -> Self {
        Self::with(ToasterSettings::default())
    }

    fn with(settings: ToasterSettings) -> Self {
        Self {
            stacks: Stacks::new(settings),
            now: Timestamp::from_millis(1_000),
            closed: Rc::default(),
        }
    }

    fn send(&mut self, event: StackEvent) {
        for (on_close, reason) in self.stacks.handle(event, self.now).callbacks {
            on_close.emit(reason);
        }
    }

    fn show(&mut self, id: &str, toast: Toast) {
        let (closed, name) = (Rc::clone(&self.closed), id.to_owned());
        let record = move |reason| closed.borrow_mut().push((name.clone(), reason));
        self.send(StackEvent::Upsert(
            id.into(),
            Box::new(toast.with_on_close(record)),
        ));
    }

    fn patch(&mut self, id: &str, percent: u8) {
        let patch = ToastPatch {
            title: Some(format!("{percent}%").into()),
            description: None,
            progress: Some(Some(Percent::new(percent))),
        };
        self.send(StackEvent::Patch(id.into(), patch));
    }

    fn dismiss(&mut self, id: &str) {
        self.send(StackEvent::Dismiss(id.into(), CloseReason::Api));
    }

    /// Advances the time, with a tick whenever one is due.
    fn advance(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while let Some(due) = self.stacks.next_due().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.send(StackEvent::Tick);
        }
        self.now = end;
        self.send(StackEvent::Tick);
    }

    fn view(&self) -> StackView {
        self.view_of("", HERE)
    }

    fn view_of(&self, toaster: &str, position: Position) -> StackView {
        let views = self.stacks.views(&toaster.into()).into_iter();
        let mut at = views.filter(|view| view.placement.position == position);
        at.next().unwrap_or_default()
    }

    /// Ids of visible toasts, newest first; exiting ones in parentheses.
    fn visible(&self) -> Vec<String> {
        let items = self.view().items;
        let visible = items.iter().filter(|item| item.visible);
        visible
            .map(|item| match item.entry.is_exiting() {
                true => format!("({})", item.entry.id),
                false => item.entry.id.to_string(),
            })
            .collect()
    }

    fn closed(&self) -> Vec<(String, CloseReason)> {
        self.closed.borrow().clone()
    }

    fn title(&self, id: &str) -> Option<String> {
        let entry = self.stacks.get(&id.into())?;
        Some(entry.toast.title.to_string())
    }

    fn announcements(&self) -> Vec<(bool, String)> {
        let all = self.stacks.announcements(&ToasterId::default()).into_iter();
        all.map(|text| (text.assertive, text.text.to_string()))
            .collect()
    }
}

fn loading() -> Toast {
    Toast::loading("Working", None)
}

fn timed_out(id: &str) -> (String, CloseReason) {
    (id.to_owned(), CloseReason::Timeout)
}
