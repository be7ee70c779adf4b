use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::store::Tasks;
use crate::time::Timestamp;
use crate::upload::UploadStage;
use crate::{CallError, JobKind, Percent};

fn task(id: &str, state: TaskState) -> Rc<Task> {
    Rc::new(Task {
        id: id.into(),
        kind: TaskKind::Job(JobKind::video()),
        title: "talk.mp4".into(),
        attachment: None,
        state,
        has_file: false,
        started: Timestamp::default(),
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
        error: CallError::Unreachable,
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
fn each_turn_has_its_name() {
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
fn percents_and_seconds_are_no_turns() {
    for (from, to) in [
        (at(1), at(2)),
        (recovering(3, 8), recovering(3, 7)),
        (recovering(3, 8), recovering(3, 0)),
        // A failure after an answer in between: the word has been the same all along.
        (recovering(3, 0), recovering(1, 2)),
    ] {
        assert_eq!(event(Some(from), Some(to)), None);
    }
}

#[test]
fn it_says_how_often_how_long_and_why() {
    let event = event(Some(recovering(1, 0)), Some(recovering(2, 4)));
    let event = event.expect("a turn");
    assert_eq!(event.attempt, 2);
    assert_eq!(event.delay, Some(Duration::from_secs(4)));
    assert_eq!(event.reason, Some(Failure::Call(CallError::Unreachable)));
    let reason = CallError::Unreachable;
    assert_eq!(
        event.to_string(),
        format!("video_7_1 recovering, attempt 2 failed, again in 4 s: {reason}")
    );
}

/// Of every word, and some that differ only in what is no turn.
fn states() -> impl Strategy<Value = TaskState> {
    prop_oneof![
        (0..=99_u8).prop_map(|percent| TaskState::Uploading {
            progress: Some(Percent::new(percent)),
            stage: UploadStage::AwaitingAnswer,
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
    /// Whoever hears the events alone knows the word of every task.
    #[test]
    fn the_events_of_any_history_tell_the_last_word_of_every_task(
        history in prop::collection::vec((0..4_u8, prop::option::weighted(0.9, states())), 0..60),
    ) {
        let mut tasks = Tasks::default();
        let mut known: BTreeMap<TaskId, &'static str> = BTreeMap::new();
        for (number, state) in history {
            let id = format!("video_{number}_1");
            let before = tasks.get(&id.as_str().into());
            let change = match (state, before) {
                (Some(state), before) => Change::Put { before, after: task(&id, state) },
                (None, Some(before)) => Change::Removed(before),
                (None, None) => continue,
            };
            tasks.apply(std::slice::from_ref(&change));
            let Some(event) = TaskEvent::of(&change) else { continue };
            let from = event.from.as_ref().map(TaskState::word);
            prop_assert_eq!(known.get(&event.id).copied(), from, "it begins where the last one ended");
            match &event.to {
                Some(to) => known.insert(event.id.clone(), to.as_str()),
                None => known.remove(&event.id),
            };
        }
        let truth: BTreeMap<_, _> = tasks
            .newest_first()
            .iter()
            .map(|task| (task.id.clone(), task.state.as_str()))
            .collect();
        prop_assert_eq!(known, truth);
    }
}
