//! Texts in the live regions.

use super::*;

#[test]
fn start_and_result_are_announced_but_not_progress() {
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
fn last_eight_announcements_are_kept_errors_first() {
    let mut toasts = Fixture::new();
    toasts.show("failed", Toast::error("Failed"));
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), Toast::info(format!("{number}")));
    }
    let announcements = toasts.announcements();
    assert_eq!(announcements.len(), 8);
    assert_eq!(announcements[0], (true, "Failed".to_owned()));
    assert_eq!(announcements[7], (false, "999".to_owned()));
}
