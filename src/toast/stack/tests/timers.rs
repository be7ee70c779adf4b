//! Durations, timers and pauses.

use super::*;

#[test]
fn success_is_dismissed_after_5_s_and_error_after_10_s() {
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
fn loading_toast_has_no_timer_and_its_replacement_has_its_own() {
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
fn toast_can_set_its_duration_or_have_none() {
    let mut toasts = Fixture::new();
    toasts.show(
        "short",
        Toast::error("e").with_duration(ToastDuration::After(Duration::from_secs(1))),
    );
    toasts.show(
        "unlimited",
        Toast::success("s").with_duration(ToastDuration::UntilDismissed),
    );
    toasts.advance(1_200);
    assert_eq!(toasts.visible(), ["unlimited"]);
    toasts.advance(3_600_000);
    assert_eq!(toasts.visible(), ["unlimited"]);
}

#[test]
fn pause_keeps_remaining_time() {
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
fn timers_resume_only_without_any_pause_reason() {
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
fn pause_affects_only_its_stack() {
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
fn pause_ends_with_last_toast_of_stack() {
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
fn timer_starts_when_toast_becomes_visible() {
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
