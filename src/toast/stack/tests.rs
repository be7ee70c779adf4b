use std::cell::RefCell;

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

#[test]
fn success_stays_5_seconds_and_an_error_10() {
    for (toast, millis) in [(Toast::success("s"), 5_000), (Toast::error("e"), 10_000)] {
        let mut toasts = Fixture::new();
        toasts.show("a", toast);
        toasts.advance(millis - 1);
        assert_eq!(toasts.visible(), ["a"]);
        toasts.advance(1);
        assert_eq!(toasts.visible(), ["(a)"]);
        assert_eq!(toasts.closed(), [timed_out("a")]);
        toasts.advance(200);
        assert!(toasts.visible().is_empty());
        assert_eq!(toasts.stacks.next_due(), None);
    }
}

#[test]
fn a_loading_toast_stays_and_the_kind_that_follows_has_its_own_time() {
    let mut toasts = Fixture::new();
    toasts.show(
        "a",
        loading().with_duration(ToastDuration::After(Duration::from_secs(1))),
    );
    toasts.advance(3_600_000);
    assert_eq!(toasts.visible(), ["a"]);
    toasts.show("a", Toast::success("done"));
    toasts.advance(4_999);
    assert_eq!(toasts.visible(), ["a"]);
    toasts.advance(1);
    assert_eq!(toasts.closed(), [timed_out("a")]);
}

#[test]
fn a_time_of_its_own_and_none_at_all_are_kept() {
    let mut toasts = Fixture::new();
    toasts.show(
        "short",
        Toast::error("e").with_duration(ToastDuration::After(Duration::from_secs(1))),
    );
    toasts.show(
        "ever",
        Toast::success("s").with_duration(ToastDuration::UntilDismissed),
    );
    toasts.advance(1_200);
    assert_eq!(toasts.visible(), ["ever"]);
    toasts.advance(3_600_000);
    assert_eq!(toasts.visible(), ["ever"]);
}

#[test]
fn an_upsert_replaces_everything_and_starts_the_time_anew() {
    let mut toasts = Fixture::new();
    let retry = ToastButton::new("Retry", |()| {});
    toasts.show(
        "a",
        Toast::error("failed")
            .with_description("why")
            .with_action(retry),
    );
    toasts.advance(9_000);
    toasts.show("a", Toast::success("done"));
    let entry = toasts.stacks.get(&"a".into()).expect("it is there");
    assert_eq!(entry.toast.action, None);
    assert_eq!(entry.toast.description, "");
    toasts.advance(4_999);
    assert_eq!(toasts.visible(), ["a"]);
}

#[test]
fn an_upsert_keeps_the_place_and_does_not_appear_again() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    toasts.show("b", loading());
    toasts.advance(400);
    toasts.show("a", loading());
    assert_eq!(toasts.visible(), ["b", "a"]);
    let entry = toasts.stacks.get(&"a".into()).expect("it is there");
    assert_eq!(entry.phase, Phase::Shown);
}

#[test]
fn a_patch_changes_text_and_progress_and_nothing_else() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading().with_description("below"));
    toasts.patch("a", 40);
    let entry = toasts.stacks.get(&"a".into()).expect("it is there");
    assert_eq!(entry.toast.title, "40%");
    assert_eq!(entry.toast.description, "below");
    let progress = Some(Percent::new(40));
    assert_eq!(entry.toast.kind, ToastKind::Loading { progress });
    toasts.show("b", Toast::success("s"));
    toasts.advance(4_000);
    toasts.patch("b", 50);
    toasts.advance(1_000);
    assert_eq!(toasts.closed(), [timed_out("b")], "the time is not touched");
}

#[test]
fn a_patch_of_a_toast_that_was_closed_does_not_bring_it_back() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    toasts.dismiss("a");
    toasts.patch("a", 40);
    assert_eq!(toasts.visible(), ["(a)"]);
    let view = toasts.view();
    assert_eq!(view.items[0].entry.toast.title, "Working");
    toasts.advance(200);
    toasts.patch("a", 50);
    assert!(toasts.visible().is_empty());
}

#[test]
fn an_upsert_while_it_goes_brings_it_back_for_good() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    toasts.dismiss("a");
    toasts.advance(100);
    toasts.show("a", Toast::success("done"));
    toasts.advance(1_000);
    assert_eq!(toasts.visible(), ["a"]);
    assert_eq!(toasts.title("a").as_deref(), Some("done"));
}

#[test]
fn a_toast_closes_once_whoever_closes_it() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.send(StackEvent::Dismiss("a".into(), CloseReason::Escape));
    toasts.dismiss("a");
    toasts.send(StackEvent::DismissAll(CloseReason::Api));
    toasts.advance(60_000);
    assert_eq!(toasts.closed(), [("a".to_owned(), CloseReason::Escape)]);
}

#[test]
fn a_pause_stops_the_time_and_neither_adds_nor_takes() {
    for reason in [PauseReason::Hover, PauseReason::Focus, PauseReason::Press] {
        let mut toasts = Fixture::new();
        toasts.show("a", Toast::success("s"));
        for _ in 0..4 {
            toasts.advance(1_000);
            toasts.send(StackEvent::Pause(place(HERE), reason, true));
            toasts.advance(60_000);
            toasts.send(StackEvent::Pause(place(HERE), reason, false));
        }
        toasts.advance(999);
        assert_eq!(toasts.visible(), ["a"], "{reason:?}");
        toasts.advance(1);
        assert_eq!(toasts.closed(), [timed_out("a")]);
    }
}

#[test]
fn time_goes_on_only_when_no_reason_is_left() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Hover, true));
    toasts.send(StackEvent::Hidden(true));
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Hover, false));
    toasts.advance(60_000);
    assert_eq!(toasts.visible(), ["a"]);
    toasts.send(StackEvent::Hidden(false));
    toasts.advance(5_000);
    assert_eq!(toasts.closed(), [timed_out("a")]);
}

#[test]
fn a_pause_holds_one_stack_and_not_the_others() {
    let mut toasts = Fixture::new();
    toasts.show("here", Toast::success("s"));
    toasts.show(
        "there",
        Toast::success("s").with_position(Position::TopLeft),
    );
    toasts.send(StackEvent::Pause(
        place(Position::TopLeft),
        PauseReason::Hover,
        true,
    ));
    toasts.advance(5_000);
    assert_eq!(toasts.closed(), [timed_out("here")]);
}

#[test]
fn a_pause_does_not_outlive_the_last_toast_of_its_stack() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Hover, true));
    toasts.dismiss("a");
    toasts.show("b", Toast::success("s"));
    toasts.advance(5_000);
    let reasons: Vec<_> = toasts.closed().into_iter().map(|(id, _)| id).collect();
    assert_eq!(reasons, ["a", "b"]);
}

#[test]
fn the_clock_of_a_toast_starts_when_it_is_seen() {
    let mut toasts = Fixture::new();
    for id in ["a", "b", "c", "d"] {
        toasts.show(id, Toast::success("s"));
    }
    assert_eq!(toasts.visible(), ["d", "c", "b"]);
    toasts.advance(5_000);
    let closed: Vec<_> = toasts.closed().into_iter().map(|(id, _)| id).collect();
    assert_eq!(closed, ["b", "c", "d"]);
    toasts.advance(4_999);
    assert_eq!(toasts.visible(), ["a"]);
    toasts.advance(1);
    assert_eq!(toasts.closed().len(), 4);
}

#[test]
fn what_has_ended_is_seen_before_what_goes_on_and_errors_before_all() {
    let mut toasts = Fixture::new();
    toasts.show("failed", Toast::error("e"));
    toasts.show("done", Toast::success("s"));
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), loading());
    }
    assert_eq!(toasts.visible(), ["task-999", "done", "failed"]);
    for number in 0..3 {
        toasts.show(&format!("error-{number}"), Toast::error("e"));
    }
    assert_eq!(toasts.visible(), ["error-2", "error-1", "error-0"]);
}

#[test]
fn a_thousand_toasts_put_five_in_the_document_at_most() {
    let mut toasts = Fixture::new();
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), loading());
    }
    assert_eq!(toasts.view().items.len(), 4);
    assert_eq!(toasts.stacks.len(), 1_000);
}

#[test]
fn a_stack_spreads_out_under_pointer_and_focus_when_it_has_two_toasts() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Hover, true));
    assert!(!toasts.view().expanded);
    toasts.show("b", loading());
    assert!(toasts.view().expanded);
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Hover, false));
    assert!(!toasts.view().expanded);
    toasts.send(StackEvent::Pause(place(HERE), PauseReason::Focus, true));
    assert!(toasts.view().expanded);
}

#[test]
fn start_end_and_failure_are_said_and_no_percent() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading().with_description("You can continue working"));
    let start = (false, "Working. You can continue working".to_owned());
    assert_eq!(toasts.announcements(), [start]);
    toasts.advance(1_000);
    assert!(toasts.announcements().is_empty());
    for percent in 0..100 {
        toasts.patch("a", percent);
    }
    toasts.show("a", loading());
    assert!(toasts.announcements().is_empty());
    toasts.show("a", Toast::error("Failed"));
    assert_eq!(toasts.announcements(), [(true, "Failed".to_owned())]);
}

#[test]
fn the_places_are_counted_from_the_front_without_those_that_go() {
    let mut toasts = Fixture::new();
    for id in ["a", "b", "c", "d"] {
        toasts.show(id, loading());
    }
    toasts.dismiss("d");
    let items = toasts.view().items;
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
        assert_eq!(position.as_str().parse(), Ok(position));
    }
    assert!("middle".parse::<Position>().is_err());
}

#[test]
fn what_has_no_place_is_counted() {
    let mut toasts = Fixture::new();
    for number in 0..12 {
        toasts.show(&format!("task-{number}"), loading());
    }
    assert_eq!(toasts.view().more, 9);
    toasts.dismiss("task-11");
    assert_eq!(toasts.view().more, 8);
    toasts.send(StackEvent::DismissAll(CloseReason::Api));
    assert_eq!(toasts.view().more, 0);
}

#[test]
fn toasters_with_names_have_stacks_of_their_own() {
    let mut toasts = Fixture::new();
    toasts.show("page", Toast::info("i"));
    toasts.show("side", Toast::info("i").with_toaster("sidebar"));
    assert_eq!(toasts.visible(), ["page"]);
    let side = toasts.view_of("sidebar", HERE);
    assert_eq!(side.items.len(), 1);
    assert!(toasts.stacks.announcements(&"other".into()).is_empty());
    assert_eq!(toasts.stacks.announcements(&"sidebar".into()).len(), 1);
    assert!(toasts.view_of("other", HERE).items.is_empty());
}

#[test]
fn a_toaster_has_the_default_ones_settings_until_it_has_its_own() {
    let mut toasts = Fixture::new();
    let settings = ToasterSettings {
        position: Position::TopCenter,
        visible: 1,
        duration: Duration::from_secs(1),
        ..ToasterSettings::default()
    };
    toasts.send(StackEvent::Configure("sidebar".into(), Box::new(settings)));
    toasts.show("a", Toast::info("i").with_toaster("sidebar"));
    toasts.show("b", Toast::info("i").with_toaster("sidebar"));
    toasts.show("c", Toast::info("i").with_toaster("other"));
    assert_eq!(toasts.view_of("sidebar", Position::TopCenter).more, 1);
    toasts.advance(1_000);
    assert_eq!(toasts.closed(), [timed_out("b")]);
    assert_eq!(toasts.view_of("other", HERE).items.len(), 1);
}

#[test]
fn a_new_place_of_the_toaster_moves_the_toasts_that_name_none() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.show("b", Toast::info("i").with_position(HERE));
    toasts.advance(1_000);
    let settings = ToasterSettings {
        position: Position::TopLeft,
        ..ToasterSettings::default()
    };
    let configure = StackEvent::Configure(ToasterId::default(), Box::new(settings));
    toasts.send(configure);
    assert_eq!(toasts.visible(), ["b"]);
    assert_eq!(toasts.view_of("", Position::TopLeft).items.len(), 1);
    toasts.advance(4_000);
    assert!(
        toasts.closed().contains(&timed_out("a")),
        "its time went on: {:?}",
        toasts.closed()
    );
}

#[test]
fn what_was_closed_is_remembered_as_text_and_no_more_than_100_times() {
    let mut toasts = Fixture::new();
    for number in 0..120 {
        toasts.show(
            &format!("toast-{number}"),
            Toast::error("e").with_description("why"),
        );
        toasts.dismiss(&format!("toast-{number}"));
    }
    assert_eq!(toasts.stacks.closed().count(), 100);
    let last = toasts.stacks.closed().next().expect("there is one");
    assert_eq!(last.id, "toast-119".into());
    assert_eq!((&*last.title, &*last.description), ("e", "why"));
    assert_eq!(last.reason, CloseReason::Api);
}

#[test]
fn a_version_tells_a_toast_from_what_was_shown_under_its_name() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    let first = toasts.stacks.version(&"a".into());
    assert!(first.is_some());
    toasts.patch("a", 40);
    assert_eq!(toasts.stacks.version(&"a".into()), first);
    toasts.show("a", loading());
    let second = toasts.stacks.version(&"a".into());
    assert_ne!(second, first);
    toasts.dismiss("a");
    assert_eq!(toasts.stacks.version(&"a".into()), None);
    toasts.show("a", loading());
    assert_ne!(toasts.stacks.version(&"a".into()), second);
}

#[test]
fn what_was_not_seen_goes_without_a_way_out() {
    let mut toasts = Fixture::new();
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), loading());
    }
    toasts.dismiss("task-5");
    assert_eq!(toasts.visible(), ["task-999", "task-998", "task-997"]);
    toasts.send(StackEvent::DismissAll(CloseReason::Api));
    assert_eq!(toasts.visible(), ["(task-999)", "(task-998)", "(task-997)"]);
    assert_eq!(toasts.closed().len(), 1_000);
    toasts.advance(200);
    assert!(toasts.visible().is_empty());
}

#[test]
fn of_many_at_once_the_last_are_said_and_errors_before_others() {
    let mut toasts = Fixture::new();
    toasts.show("failed", Toast::error("Failed"));
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), Toast::info(format!("{number}")));
    }
    let said = toasts.announcements();
    assert_eq!(said.len(), 8);
    assert_eq!(said[0], (true, "Failed".to_owned()));
    assert_eq!(said[7], (false, "999".to_owned()));
}
