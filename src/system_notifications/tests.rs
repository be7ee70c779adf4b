use background_tasks_core::{Failure, JobKind, TaskKind};

use super::*;

fn task(state: TaskState) -> Rc<Task> {
    let kind = TaskKind::Job(JobKind::video());
    Rc::new(Task::new("video_7_1", kind, "talk.mp4", state))
}

#[test]
fn on_if_the_user_wants_it_and_the_browser_permits_it() {
    use NotificationsState::{Blocked, Off, On, Unsupported};
    for (permission, wanted, unwanted) in [
        (Permission::Unsupported, Unsupported, Unsupported),
        (Permission::NotAsked, Off, Off),
        (Permission::Granted, On, Off),
        (Permission::Denied, Blocked, Blocked),
    ] {
        let state = |wanted| Wish { wanted, permission }.state();
        assert_eq!(state(true), wanted, "{permission:?}, wanted");
        assert_eq!(state(false), unwanted, "{permission:?}, not wanted");
    }
}

#[test]
fn only_an_end_that_this_tab_shows_and_the_user_did_not_cause_is_announced() {
    let running = TaskState::Running { progress: None };
    let failed = TaskState::Failed(Failure::Interrupted);
    for (before, after, is_end) in [
        (Some(&running), &TaskState::Succeeded, true),
        (Some(&running), &failed, true),
        (Some(&TaskState::Queued), &failed, true),
        (Some(&running), &TaskState::Cancelled, false),
        (Some(&TaskState::Queued), &running, false),
        // A retry, and a task that was finished before this page was opened.
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
fn an_end_that_no_other_tab_has_announced_is_announced() {
    let ended = task(TaskState::Succeeded);
    assert_eq!(announced(Notice::Announced(&ended)), Some(&*ended));
    let cancelled = task(TaskState::Cancelled);
    assert_eq!(announced(Notice::Announced(&cancelled)), None);
}
