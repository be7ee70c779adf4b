use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::task::UploadStage;
use crate::time::Timestamp;
use crate::{JobKind, Percent, RequestError};

fn task(id: &str, state: TaskState) -> Rc<Task> {
    Rc::new(Task {
        id: id.into(),
        kind: TaskKind::Job(JobKind::video()),
        title: "talk.mp4".into(),
        attachment: None,
        state,
        has_file: false,
        is_kept: false,
        started: Timestamp::default(),
        meta: None,
    })
}

fn at(percent: u8) -> TaskState {
    TaskState::Running {
        progress: Some(Percent::new(percent)),
    }
}

fn recovering(attempt: u32, retry_in: u64) -> TaskState {
    TaskState::Recovering {
        progress: None,
        retry_in,
        attempt,
        error: RequestError::Unreachable,
    }
}

const OFFLINE: TaskState = TaskState::Offline { progress: None };

fn event(from: Option<TaskState>, to: Option<TaskState>) -> Option<TaskEvent> {
    let from = from.map(|state| task("video_7_1", state));
    TaskEvent::of(&match to {
        Some(to) => Change::Put {
            before: from,
            after: task("video_7_1", to),
        },
        None => Change::Removed(from?),
    })
}

#[test]
fn each_transition_has_its_name() {
    let failed = || TaskState::Failed(Failure::Interrupted);
    for (from, to, name) in [
        (None, Some(TaskState::Queued), "started"),
        (None, Some(TaskState::Succeeded), "succeeded"),
        (Some(TaskState::Queued), Some(at(1)), "running"),
        (Some(at(1)), Some(recovering(1, 2)), "recovering"),
        (Some(recovering(1, 2)), Some(recovering(2, 4)), "recovering"),
        (Some(recovering(2, 4)), Some(at(1)), "resumed"),
        (Some(at(1)), Some(OFFLINE), "offline"),
        (Some(recovering(1, 2)), Some(OFFLINE), "offline"),
        (Some(OFFLINE), Some(TaskState::Queued), "resumed"),
        (Some(OFFLINE), Some(recovering(1, 2)), "recovering"),
        (
            Some(recovering(1, 2)),
            Some(TaskState::Succeeded),
            "succeeded",
        ),
        (Some(at(90)), Some(failed()), "failed"),
        (Some(failed()), Some(TaskState::Queued), "retried"),
        (Some(at(1)), Some(TaskState::Cancelled), "cancelled"),
        (Some(TaskState::Cancelled), Some(at(1)), "retried"),
        (Some(failed()), None, "cleared"),
    ] {
        let event = event(from.clone(), to.clone());
        let event = event.map(|event| (event.from.clone(), event.to.clone(), event.name()));
        assert_eq!(event, Some((from, to, name)));
    }
}

#[test]
fn progress_and_countdown_are_no_transitions() {
    for (from, to) in [
        (at(1), at(2)),
        (recovering(3, 8), recovering(3, 7)),
        (recovering(3, 8), recovering(3, 0)),
        // A failure after a valid response that the state did not show.
        (recovering(3, 0), recovering(1, 2)),
    ] {
        assert_eq!(event(Some(from), Some(to)), None);
    }
}

#[test]
fn event_has_attempt_delay_and_reason() {
    let event = event(Some(recovering(1, 0)), Some(recovering(2, 4)));
    let event = event.expect("a transition");
    assert_eq!(event.attempt, 2);
    assert_eq!(event.delay, Some(Duration::from_secs(4)));
    assert_eq!(
        event.reason,
        Some(Failure::Request(RequestError::Unreachable))
    );
    let reason = RequestError::Unreachable;
    assert_eq!(
        event.to_string(),
        format!("video_7_1 recovering, attempt 2 failed, again in 4 s: {reason}")
    );
}

/// Every kind of state, and some that differ only in what is no transition.
fn states() -> impl Strategy<Value = TaskState> {
    prop_oneof![
        (0..=99_u8).prop_map(|percent| TaskState::Uploading {
            progress: Some(Percent::new(percent)),
            stage: UploadStage::AwaitingResponse,
        }),
        Just(TaskState::Queued),
        (0..=99_u8).prop_map(at),
        (1..5_u32, 0..30_u64).prop_map(|(attempt, retry_in)| recovering(attempt, retry_in)),
        Just(OFFLINE),
        Just(TaskState::Succeeded),
        Just(TaskState::Failed(Failure::Interrupted)),
        Just(TaskState::Cancelled),
    ]
}

proptest! {
    /// The events alone are enough to know the state of every task.
    #[test]
    fn events_of_any_history_tell_last_state_of_every_task(
        history in prop::collection::vec((0..4_u8, prop::option::weighted(0.9, states())), 0..60),
    ) {
        let mut tasks: BTreeMap<TaskId, Rc<Task>> = BTreeMap::new();
        let mut known: BTreeMap<TaskId, &'static str> = BTreeMap::new();
        for (number, state) in history {
            let id = format!("video_{number}_1");
            let before = tasks.get(&TaskId::from(id.as_str())).cloned();
            let change = match (state, before) {
                (Some(state), before) => Change::Put { before, after: task(&id, state) },
                (None, Some(before)) => Change::Removed(before),
                (None, None) => continue,
            };
            match &change {
                Change::Put { after, .. } => tasks.insert(after.id.clone(), Rc::clone(after)),
                Change::Removed(task) => tasks.remove(&task.id),
            };
            let Some(event) = TaskEvent::of(&change) else { continue };
            let from = event.from.as_ref().map(TaskState::as_str);
            prop_assert_eq!(known.get(&event.id).copied(), from, "it begins where the last event ended");
            match &event.to {
                Some(to) => known.insert(event.id.clone(), to.as_str()),
                None => known.remove(&event.id),
            };
        }
        let truth: BTreeMap<_, _> = tasks
            .into_iter()
            .map(|(id, task)| (id, task.state.as_str()))
            .collect();
        prop_assert_eq!(known, truth);
    }
}
