//! Upsert, patch and dismiss.

use super::*;

#[test]
fn upsert_replaces_toast_and_restarts_timer() {
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
    let entry = toasts.stacks.get(&"a".into()).expect("the toast exists");
    assert_eq!(entry.toast.action, None);
    assert_eq!(entry.toast.description, "");
    toasts.advance(4_999);
    assert_eq!(toasts.visible(), ["a"]);
}

#[test]
fn upsert_keeps_order_and_does_not_enter_again() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading());
    toasts.show("b", loading());
    toasts.advance(400);
    toasts.show("a", loading());
    assert_eq!(toasts.visible(), ["b", "a"]);
    let entry = toasts.stacks.get(&"a".into()).expect("the toast exists");
    assert_eq!(entry.phase, Phase::Shown);
}

#[test]
fn patch_changes_only_text_and_progress() {
    let mut toasts = Fixture::new();
    toasts.show("a", loading().with_description("below"));
    toasts.patch("a", 40);
    let entry = toasts.stacks.get(&"a".into()).expect("the toast exists");
    assert_eq!(entry.toast.title, "40%");
    assert_eq!(entry.toast.description, "below");
    let progress = Some(Percent::new(40));
    assert_eq!(entry.toast.kind, ToastKind::Loading { progress });
    toasts.show("b", Toast::success("s"));
    toasts.advance(4_000);
    toasts.patch("b", 50);
    toasts.advance(1_000);
    assert_eq!(
        toasts.closed(),
        [timed_out("b")],
        "the patch changed the timer"
    );
}

#[test]
fn patch_of_closed_toast_is_ignored() {
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
fn upsert_during_exit_shows_toast_again() {
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
fn close_callback_runs_once() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.send(StackEvent::Dismiss("a".into(), CloseReason::Escape));
    toasts.dismiss("a");
    toasts.send(StackEvent::DismissAll(CloseReason::Api));
    toasts.advance(60_000);
    assert_eq!(toasts.closed(), [("a".to_owned(), CloseReason::Escape)]);
}

#[test]
fn last_100_closed_toasts_are_kept_as_text() {
    let mut toasts = Fixture::new();
    for number in 0..120 {
        toasts.show(
            &format!("toast-{number}"),
            Toast::error("e").with_description("why"),
        );
        toasts.dismiss(&format!("toast-{number}"));
    }
    assert_eq!(toasts.stacks.closed().count(), 100);
    let last = toasts.stacks.closed().next().expect("a toast was closed");
    assert_eq!(last.id, "toast-119".into());
    assert_eq!((&*last.title, &*last.description), ("e", "why"));
    assert_eq!(last.reason, CloseReason::Api);
}

#[test]
fn version_changes_with_each_upsert() {
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
