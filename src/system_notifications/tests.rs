use super::*;
use crate::task::{Failure, JobKind, TaskKind};
use crate::time::Timestamp;

fn task(state: TaskState) -> Rc<Task> {
    Rc::new(Task {
        id: "video_7_1".into(),
        kind: TaskKind::Job(JobKind::video()),
        title: "talk.mp4".into(),
        attachment: None,
        state,
        has_file: false,
        started: Timestamp::default(),
    })
}

#[test]
fn it_is_on_where_the_person_wants_it_and_the_browser_lets_it() {
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
fn only_an_end_that_the_person_did_not_make_is_told() {
    let running = TaskState::Running { progress: None };
    let failed = TaskState::Failed(Failure::CutOff);
    for (before, after, is_told) in [
        (Some(&running), &TaskState::Succeeded, true),
        (Some(&running), &failed, true),
        (Some(&TaskState::Queued), &failed, true),
        (Some(&running), &TaskState::Cancelled, false),
        (Some(&TaskState::Queued), &running, false),
        // A retry, and what was over before this page.
        (Some(&failed), &TaskState::Queued, false),
        (Some(&failed), &failed, false),
        (None, &TaskState::Succeeded, false),
    ] {
        let change = Change::Put {
            before: before.cloned().map(task),
            after: task(after.clone()),
        };
        assert_eq!(told_end(&change).is_some(), is_told, "{change:?}");
    }
    assert_eq!(
        told_end(&Change::Removed(task(TaskState::Succeeded))),
        None,
        "clearing is no end"
    );
}
