use std::cell::RefCell;

use super::super::{Position, Stays, ToastButton};
use super::*;
use crate::percent::Percent;

const HERE: Position = Position::BottomRight;

fn place(position: Position) -> Place {
    Place {
        toaster: ToasterId::default(),
        position,
    }
}

/// A stack with a clock that goes only where a test takes it.
struct Watch {
    stack: Stack,
    now: Timestamp,
    closed: Rc<RefCell<Vec<(String, CloseReason)>>>,
}

impl Watch {
    fn new() -> Self {
        Self::with(ToasterSettings::default())
    }

    fn with(settings: ToasterSettings) -> Self {
        Self {
            stack: Stack::new(settings),
            now: Timestamp::from_millis(1_000),
            closed: Rc::default(),
        }
    }

    fn tell(&mut self, event: Event) {
        for (on_close, reason) in self.stack.step(event, self.now) {
            on_close.emit(reason);
        }
    }

    fn show(&mut self, id: &str, toast: Toast) {
        let (closed, name) = (Rc::clone(&self.closed), id.to_owned());
        let note = move |reason| closed.borrow_mut().push((name.clone(), reason));
        self.tell(Event::Upsert(
            id.into(),
            Box::new(toast.with_on_close(note)),
        ));
    }

    fn patch(&mut self, id: &str, percent: u8) {
        let patch = ToastPatch {
            title: Some(format!("{percent}%").into()),
            description: None,
            progress: Some(Some(Percent::new(percent))),
        };
        self.tell(Event::Patch(id.into(), patch));
    }

    fn dismiss(&mut self, id: &str) {
        self.tell(Event::Dismiss(id.into(), CloseReason::Api));
    }

    /// Lets time go by, ticking whenever something is due.
    fn pass(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while let Some(due) = self.stack.next_due().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.tell(Event::Tick);
        }
        self.now = end;
        self.tell(Event::Tick);
    }

    fn view(&self) -> StackView {
        self.view_of("", HERE)
    }

    fn view_of(&self, toaster: &str, position: Position) -> StackView {
        let views = self.stack.views(&toaster.into()).into_iter();
        let mut at = views.filter(|view| view.place.position == position);
        at.next().unwrap_or_default()
    }

    /// Ids of what is seen, newest first; one that goes in brackets.
    fn seen(&self) -> Vec<String> {
        let items = self.view().items;
        let seen = items.iter().filter(|item| item.visible);
        seen.map(|item| match item.entry.is_exiting() {
            true => format!("({})", item.entry.id),
            false => item.entry.id.to_string(),
        })
        .collect()
    }

    fn closed(&self) -> Vec<(String, CloseReason)> {
        self.closed.borrow().clone()
    }

    fn title(&self, id: &str) -> Option<String> {
        let entry = self.stack.get(&id.into())?;
        Some(entry.toast.title.to_string())
    }

    fn said(&self) -> Vec<(bool, String)> {
        let said = self.stack.announcements(&ToasterId::default()).into_iter();
        said.map(|said| (said.assertive, said.text.to_string()))
            .collect()
    }
}

fn loading() -> Toast {
    Toast::loading("Working", None)
}

fn timed_out(id: &str) -> (String, CloseReason) {
    (id.to_owned(), CloseReason::Timeout)
}

#[test]
fn success_stays_5_seconds_and_an_error_10() {
    for (toast, millis) in [(Toast::success("s"), 5_000), (Toast::error("e"), 10_000)] {
        let mut watch = Watch::new();
        watch.show("a", toast);
        watch.pass(millis - 1);
        assert_eq!(watch.seen(), ["a"]);
        watch.pass(1);
        assert_eq!(watch.seen(), ["(a)"]);
        assert_eq!(watch.closed(), [timed_out("a")]);
        watch.pass(200);
        assert!(watch.seen().is_empty());
        assert_eq!(watch.stack.next_due(), None);
    }
}

#[test]
fn a_loading_toast_stays_and_the_kind_that_follows_has_its_own_time() {
    let mut watch = Watch::new();
    watch.show(
        "a",
        loading().with_stays(Stays::For(Duration::from_secs(1))),
    );
    watch.pass(3_600_000);
    assert_eq!(watch.seen(), ["a"]);
    watch.show("a", Toast::success("done"));
    watch.pass(4_999);
    assert_eq!(watch.seen(), ["a"]);
    watch.pass(1);
    assert_eq!(watch.closed(), [timed_out("a")]);
}

#[test]
fn a_time_of_its_own_and_none_at_all_are_kept() {
    let mut watch = Watch::new();
    watch.show(
        "short",
        Toast::error("e").with_stays(Stays::For(Duration::from_secs(1))),
    );
    watch.show("ever", Toast::success("s").with_stays(Stays::UntilClosed));
    watch.pass(1_200);
    assert_eq!(watch.seen(), ["ever"]);
    watch.pass(3_600_000);
    assert_eq!(watch.seen(), ["ever"]);
}

#[test]
fn an_upsert_replaces_everything_and_starts_the_time_anew() {
    let mut watch = Watch::new();
    let retry = ToastButton::new("Retry", |()| {});
    watch.show(
        "a",
        Toast::error("failed")
            .with_description("why")
            .with_action(retry),
    );
    watch.pass(9_000);
    watch.show("a", Toast::success("done"));
    let entry = watch.stack.get(&"a".into()).expect("it is there");
    assert_eq!(entry.toast.action, None);
    assert_eq!(entry.toast.description, "");
    watch.pass(4_999);
    assert_eq!(watch.seen(), ["a"]);
}

#[test]
fn an_upsert_keeps_the_place_and_does_not_appear_again() {
    let mut watch = Watch::new();
    watch.show("a", loading());
    watch.show("b", loading());
    watch.pass(400);
    watch.show("a", loading());
    assert_eq!(watch.seen(), ["b", "a"]);
    let entry = watch.stack.get(&"a".into()).expect("it is there");
    assert_eq!(entry.phase, Phase::Shown);
}

#[test]
fn a_patch_changes_text_and_progress_and_nothing_else() {
    let mut watch = Watch::new();
    watch.show("a", loading().with_description("below"));
    watch.patch("a", 40);
    let entry = watch.stack.get(&"a".into()).expect("it is there");
    assert_eq!(entry.toast.title, "40%");
    assert_eq!(entry.toast.description, "below");
    let progress = Some(Percent::new(40));
    assert_eq!(entry.toast.kind, ToastKind::Loading { progress });
    watch.show("b", Toast::success("s"));
    watch.pass(4_000);
    watch.patch("b", 50);
    watch.pass(1_000);
    assert_eq!(watch.closed(), [timed_out("b")], "the time is not touched");
}

#[test]
fn a_patch_of_a_toast_that_was_closed_does_not_bring_it_back() {
    let mut watch = Watch::new();
    watch.show("a", loading());
    watch.dismiss("a");
    watch.patch("a", 40);
    assert_eq!(watch.seen(), ["(a)"]);
    let view = watch.view();
    assert_eq!(view.items[0].entry.toast.title, "Working");
    watch.pass(200);
    watch.patch("a", 50);
    assert!(watch.seen().is_empty());
}

#[test]
fn an_upsert_while_it_goes_brings_it_back_for_good() {
    let mut watch = Watch::new();
    watch.show("a", loading());
    watch.dismiss("a");
    watch.pass(100);
    watch.show("a", Toast::success("done"));
    watch.pass(1_000);
    assert_eq!(watch.seen(), ["a"]);
    assert_eq!(watch.title("a").as_deref(), Some("done"));
}

#[test]
fn a_toast_closes_once_whoever_closes_it() {
    let mut watch = Watch::new();
    watch.show("a", Toast::success("s"));
    watch.tell(Event::Dismiss("a".into(), CloseReason::Escape));
    watch.dismiss("a");
    watch.tell(Event::DismissAll(CloseReason::Api));
    watch.pass(60_000);
    assert_eq!(watch.closed(), [("a".to_owned(), CloseReason::Escape)]);
}

#[test]
fn a_pause_stops_the_time_and_neither_adds_nor_takes() {
    for reason in [Pause::Hover, Pause::Focus, Pause::Press] {
        let mut watch = Watch::new();
        watch.show("a", Toast::success("s"));
        for _ in 0..4 {
            watch.pass(1_000);
            watch.tell(Event::Pause(place(HERE), reason, true));
            watch.pass(60_000);
            watch.tell(Event::Pause(place(HERE), reason, false));
        }
        watch.pass(999);
        assert_eq!(watch.seen(), ["a"], "{reason:?}");
        watch.pass(1);
        assert_eq!(watch.closed(), [timed_out("a")]);
    }
}

#[test]
fn time_goes_on_only_when_no_reason_is_left() {
    let mut watch = Watch::new();
    watch.show("a", Toast::success("s"));
    watch.tell(Event::Pause(place(HERE), Pause::Hover, true));
    watch.tell(Event::Hidden(true));
    watch.tell(Event::Pause(place(HERE), Pause::Hover, false));
    watch.pass(60_000);
    assert_eq!(watch.seen(), ["a"]);
    watch.tell(Event::Hidden(false));
    watch.pass(5_000);
    assert_eq!(watch.closed(), [timed_out("a")]);
}

#[test]
fn a_pause_holds_one_stack_and_not_the_others() {
    let mut watch = Watch::new();
    watch.show("here", Toast::success("s"));
    watch.show(
        "there",
        Toast::success("s").with_position(Position::TopLeft),
    );
    watch.tell(Event::Pause(place(Position::TopLeft), Pause::Hover, true));
    watch.pass(5_000);
    assert_eq!(watch.closed(), [timed_out("here")]);
}

#[test]
fn a_pause_does_not_outlive_the_last_toast_of_its_stack() {
    let mut watch = Watch::new();
    watch.show("a", Toast::success("s"));
    watch.tell(Event::Pause(place(HERE), Pause::Hover, true));
    watch.dismiss("a");
    watch.show("b", Toast::success("s"));
    watch.pass(5_000);
    let reasons: Vec<_> = watch.closed().into_iter().map(|(id, _)| id).collect();
    assert_eq!(reasons, ["a", "b"]);
}

#[test]
fn the_clock_of_a_toast_starts_when_it_is_seen() {
    let mut watch = Watch::new();
    for id in ["a", "b", "c", "d"] {
        watch.show(id, Toast::success("s"));
    }
    assert_eq!(watch.seen(), ["d", "c", "b"]);
    watch.pass(5_000);
    let closed: Vec<_> = watch.closed().into_iter().map(|(id, _)| id).collect();
    assert_eq!(closed, ["b", "c", "d"]);
    watch.pass(4_999);
    assert_eq!(watch.seen(), ["a"]);
    watch.pass(1);
    assert_eq!(watch.closed().len(), 4);
}

#[test]
fn what_has_ended_is_seen_before_what_goes_on_and_errors_before_all() {
    let mut watch = Watch::new();
    watch.show("failed", Toast::error("e"));
    watch.show("done", Toast::success("s"));
    for number in 0..1_000 {
        watch.show(&format!("task-{number}"), loading());
    }
    assert_eq!(watch.seen(), ["task-999", "done", "failed"]);
    for number in 0..3 {
        watch.show(&format!("error-{number}"), Toast::error("e"));
    }
    assert_eq!(watch.seen(), ["error-2", "error-1", "error-0"]);
}

#[test]
fn a_thousand_toasts_put_five_in_the_document_at_most() {
    let mut watch = Watch::new();
    for number in 0..1_000 {
        watch.show(&format!("task-{number}"), loading());
    }
    assert_eq!(watch.view().items.len(), 4);
    assert_eq!(watch.stack.len(), 1_000);
}

#[test]
fn a_stack_spreads_out_under_pointer_and_focus_when_it_has_two_toasts() {
    let mut watch = Watch::new();
    watch.show("a", loading());
    watch.tell(Event::Pause(place(HERE), Pause::Hover, true));
    assert!(!watch.view().expanded);
    watch.show("b", loading());
    assert!(watch.view().expanded);
    watch.tell(Event::Pause(place(HERE), Pause::Hover, false));
    assert!(!watch.view().expanded);
    watch.tell(Event::Pause(place(HERE), Pause::Focus, true));
    assert!(watch.view().expanded);
}

#[test]
fn start_end_and_failure_are_said_and_no_percent() {
    let mut watch = Watch::new();
    watch.show("a", loading().with_description("You can continue working"));
    let start = (false, "Working. You can continue working".to_owned());
    assert_eq!(watch.said(), [start]);
    watch.pass(1_000);
    assert!(watch.said().is_empty());
    for percent in 0..100 {
        watch.patch("a", percent);
    }
    watch.show("a", loading());
    assert!(watch.said().is_empty());
    watch.show("a", Toast::error("Failed"));
    assert_eq!(watch.said(), [(true, "Failed".to_owned())]);
}

#[test]
fn the_places_are_counted_from_the_front_without_those_that_go() {
    let mut watch = Watch::new();
    for id in ["a", "b", "c", "d"] {
        watch.show(id, loading());
    }
    watch.dismiss("d");
    let items = watch.view().items;
    let places: Vec<_> = items
        .iter()
        .map(|item| (item.entry.id.as_str(), item.index, item.visible))
        .collect();
    assert_eq!(
        places,
        [
            ("d", 0, true),
            ("c", 0, true),
            ("b", 1, true),
            ("a", 2, true)
        ]
    );
}

#[test]
fn positions_and_their_words_agree() {
    for position in Position::ALL {
        assert_eq!(position.words().parse(), Ok(position));
    }
    assert!("middle".parse::<Position>().is_err());
}

#[test]
fn what_has_no_place_is_counted() {
    let mut watch = Watch::new();
    for number in 0..12 {
        watch.show(&format!("task-{number}"), loading());
    }
    assert_eq!(watch.view().more, 9);
    watch.dismiss("task-11");
    assert_eq!(watch.view().more, 8);
    watch.tell(Event::DismissAll(CloseReason::Api));
    assert_eq!(watch.view().more, 0);
}

#[test]
fn toasters_with_names_have_stacks_of_their_own() {
    let mut watch = Watch::new();
    watch.show("page", Toast::info("i"));
    watch.show("side", Toast::info("i").with_toaster("sidebar"));
    assert_eq!(watch.seen(), ["page"]);
    let side = watch.view_of("sidebar", HERE);
    assert_eq!(side.items.len(), 1);
    assert!(watch.stack.announcements(&"other".into()).is_empty());
    assert_eq!(watch.stack.announcements(&"sidebar".into()).len(), 1);
    assert!(watch.view_of("other", HERE).items.is_empty());
}

#[test]
fn a_toaster_has_the_default_ones_settings_until_it_has_its_own() {
    let mut watch = Watch::new();
    let settings = ToasterSettings {
        position: Position::TopCenter,
        visible: 1,
        other: Duration::from_secs(1),
        ..ToasterSettings::default()
    };
    watch.tell(Event::Configure("sidebar".into(), Box::new(settings)));
    watch.show("a", Toast::info("i").with_toaster("sidebar"));
    watch.show("b", Toast::info("i").with_toaster("sidebar"));
    watch.show("c", Toast::info("i").with_toaster("other"));
    assert_eq!(watch.view_of("sidebar", Position::TopCenter).more, 1);
    watch.pass(1_000);
    assert_eq!(watch.closed(), [timed_out("b")]);
    assert_eq!(watch.view_of("other", HERE).items.len(), 1);
}

#[test]
fn a_new_place_of_the_toaster_moves_the_toasts_that_name_none() {
    let mut watch = Watch::new();
    watch.show("a", Toast::success("s"));
    watch.show("b", Toast::info("i").with_position(HERE));
    watch.pass(1_000);
    let settings = ToasterSettings {
        position: Position::TopLeft,
        ..ToasterSettings::default()
    };
    let configure = Event::Configure(ToasterId::default(), Box::new(settings));
    watch.tell(configure);
    assert_eq!(watch.seen(), ["b"]);
    assert_eq!(watch.view_of("", Position::TopLeft).items.len(), 1);
    watch.pass(4_000);
    assert!(
        watch.closed().contains(&timed_out("a")),
        "its time went on: {:?}",
        watch.closed()
    );
}

#[test]
fn what_was_closed_is_remembered_as_text_and_no_more_than_100_times() {
    let mut watch = Watch::new();
    for number in 0..120 {
        watch.show(
            &format!("toast-{number}"),
            Toast::error("e").with_description("why"),
        );
        watch.dismiss(&format!("toast-{number}"));
    }
    assert_eq!(watch.stack.closed().count(), 100);
    let last = watch.stack.closed().next().expect("there is one");
    assert_eq!(last.id, "toast-119".into());
    assert_eq!((&*last.title, &*last.description), ("e", "why"));
    assert_eq!(last.reason, CloseReason::Api);
}

#[test]
fn a_version_tells_a_toast_from_what_was_shown_under_its_name() {
    let mut watch = Watch::new();
    watch.show("a", loading());
    let first = watch.stack.version(&"a".into());
    assert!(first.is_some());
    watch.patch("a", 40);
    assert_eq!(watch.stack.version(&"a".into()), first);
    watch.show("a", loading());
    let second = watch.stack.version(&"a".into());
    assert_ne!(second, first);
    watch.dismiss("a");
    assert_eq!(watch.stack.version(&"a".into()), None);
    watch.show("a", loading());
    assert_ne!(watch.stack.version(&"a".into()), second);
}

#[test]
fn what_was_not_seen_goes_without_a_way_out() {
    let mut watch = Watch::new();
    for number in 0..1_000 {
        watch.show(&format!("task-{number}"), loading());
    }
    watch.dismiss("task-5");
    assert_eq!(watch.seen(), ["task-999", "task-998", "task-997"]);
    watch.tell(Event::DismissAll(CloseReason::Api));
    assert_eq!(watch.seen(), ["(task-999)", "(task-998)", "(task-997)"]);
    assert_eq!(watch.closed().len(), 1_000);
    watch.pass(200);
    assert!(watch.seen().is_empty());
}

#[test]
fn of_many_at_once_the_last_are_said_and_errors_before_others() {
    let mut watch = Watch::new();
    watch.show("failed", Toast::error("Failed"));
    for number in 0..1_000 {
        watch.show(&format!("task-{number}"), Toast::info(format!("{number}")));
    }
    let said = watch.said();
    assert_eq!(said.len(), 8);
    assert_eq!(said[0], (true, "Failed".to_owned()));
    assert_eq!(said[7], (false, "999".to_owned()));
}
