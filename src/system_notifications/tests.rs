use background_tasks_core::{Failure, JobKind, TaskKind, Timestamp};

use super::*;

fn task(state: TaskState) -> Rc<Task> {
    Rc::new(Task {
        id: "video_7_1".into(),
        kind: TaskKind::Job(JobKind::video()),
        title: "talk.mp4".into(),
        attachment: None,
        state,
        has_file: false,
        started: Timestamp::default(),
        meta: None,
    })
}

#[test]
fn on_only_if_enabled_and_permitted() {
    use NotificationsState::{Blocked, Off, On, Unsupported};
    for (permission, enabled, disabled) in [
        (Permission::Unsupported, Unsupported, Unsupported),
        (Permission::Undecided, Off, Off),
        (Permission::Granted, On, Off),
        (Permission::Denied, Blocked, Blocked),
    ] {
        let state = |enabled| {
            NotificationsStatus {
                enabled,
                permission,
            }
            .state()
        };
        assert_eq!(state(true), enabled, "{permission:?}, enabled");
        assert_eq!(state(false), disabled, "{permission:?}, disabled");
    }
}

#[test]
fn only_results_shown_by_this_tab_and_not_cancelled_are_announced() {
    let running = TaskState::Running { progress: None };
    let failed = TaskState::Failed(Failure::Interrupted);
    for (before, after, is_end) in [
        (Some(&running), &TaskState::Succeeded, true),
        (Some(&running), &failed, true),
        (Some(&TaskState::Queued), &failed, true),
        (Some(&running), &TaskState::Cancelled, false),
        (Some(&TaskState::Queued), &running, false),
        // A retry, and a task that had finished before this page was opened.
        (Some(&failed), &TaskState::Queued, false),
        (Some(&failed), &failed, false),
        (None, &TaskState::Succeeded, false),
    ] {
        let change = Change::Put {
            before: before.cloned().map(task),
            after: task(after.clone()),
        };
        for (effect, is_shown) in [
            (ToastEffect::Show, true),
            (ToastEffect::Update, false),
            (ToastEffect::Dismiss, false),
        ] {
            let notice = Notice::Changed(&change, effect);
            let expected = is_end && is_shown;
            assert_eq!(announced(notice).is_some(), expected, "{change:?}");
        }
    }
    let removed = Change::Removed(task(TaskState::Succeeded));
    let notice = Notice::Changed(&removed, ToastEffect::Show);
    assert_eq!(announced(notice), None, "clearing is not an end");
}

#[test]
fn announcement_for_another_tab_is_shown() {
    let ended = task(TaskState::Succeeded);
    assert_eq!(announced(Notice::Announced(&ended)), Some(&*ended));
    let cancelled = task(TaskState::Cancelled);
    assert_eq!(announced(Notice::Announced(&cancelled)), None);
}
