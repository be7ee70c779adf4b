//! Which toasts are visible, and in which order.

use super::*;

#[test]
fn errors_are_visible_first_then_results_then_loading() {
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
fn thousand_toasts_render_four_items() {
    let mut toasts = Fixture::new();
    for number in 0..1_000 {
        toasts.show(&format!("task-{number}"), loading());
    }
    assert_eq!(toasts.view().items.len(), 4);
    assert_eq!(toasts.stacks.len(), 1_000);
}

#[test]
fn stack_of_two_toasts_expands_on_hover_and_focus() {
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
fn exiting_toasts_do_not_count_for_the_index() {
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
fn invisible_toasts_are_counted() {
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
fn invisible_toasts_are_removed_without_exit_animation() {
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
