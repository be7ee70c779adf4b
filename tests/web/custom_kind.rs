//! A third kind of task, defined outside the crate.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{Failure, JobKind, JobStatus, JobTexts, Percent, Policy, TaskState};

use crate::scripted::{Answer, Made, Stage, running, seconds};

fn transcript() -> JobKind {
    JobKind::new("transcript", "transcripts")
        .with_policy(
            Policy::new()
                .with_interval(seconds(2))
                .with_max_checks(3)
                .with_max_progress(Percent::new(50)),
        )
        .with_texts(JobTexts {
            working: "✍️ Transcribing: {title}".into(),
            working_description: "Subtitles in progress".into(),
            succeeded: "🎉 Subtitles ready: {title}".into(),
            succeeded_description: "Switch them on in the player".into(),
            failed: "❌ Transcription failed: {title}".into(),
        })
}

#[wasm_bindgen_test]
async fn it_has_its_own_texts_budget_pace_and_max_progress() {
    let stage = Stage::new([running(80)]);
    let id = stage
        .tasks
        .start_task(transcript(), 7_u32, "talk.mp4", Some("t-1".into()));
    assert!(id.as_str().starts_with("transcript_7_"));
    stage.pass(seconds(1)).await;
    let says = |id| {
        let task = stage.tasks.task(id).expect("the task is there");
        stage.tasks.messages().toast(&task).title
    };
    assert_eq!(says(&id), "✍️ Transcribing: talk.mp4 (50%)");
    stage.pass(seconds(60)).await;
    let checks: Vec<_> = stage
        .client
        .checks()
        .into_iter()
        .map(|at| stage.at(at))
        .collect();
    assert_eq!(checks, [0, 2000, 4000]);
    let spent = Failure::TimedOut { checks: 3 };
    assert_eq!(stage.state(&id), TaskState::Failed(spent));
    assert_eq!(says(&id), "❌ Transcription failed: talk.mp4");
}

#[wasm_bindgen_test]
async fn it_is_started_by_the_storage_client_where_no_job_is_named() {
    let stage = Stage::new([Answer::Says(JobStatus::Succeeded)]);
    stage.client.starts([Ok(Some("t-9".into()))]);
    let id = stage
        .tasks
        .start_task(transcript(), 7_u32, "talk.mp4", None);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    let calls: Vec<_> = stage
        .client
        .calls()
        .into_iter()
        .map(|(_, made)| made)
        .collect();
    let start = Made::Start("transcript".into(), 7_u32.into());
    assert_eq!(calls, [start, Made::Check("t-9".into())]);
}
