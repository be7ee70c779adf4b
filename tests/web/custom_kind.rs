//! A third kind of task, defined outside the crate.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::toast::ToastId;
use yew_background_tasks::{Failure, JobKind, JobStatus, JobText, Percent, Policy, TaskState};

use crate::scripted::{Answer, RecordedCall, running};
use crate::several::{empty_store, tab, until};
use crate::stage::{Stage, seconds};

fn transcript() -> JobKind {
    JobKind::new("transcript", "transcripts")
        .with_policy(
            Policy::new()
                .with_interval(seconds(2))
                .with_max_checks(3)
                .with_max_progress(Percent::new(50)),
        )
        .with_text(JobText::Working, "✍️ Transcribing: {title}")
        .with_text(JobText::Failed, "❌ Transcription failed: {title}")
}

#[wasm_bindgen_test]
async fn custom_kind_has_its_own_texts_and_policy() {
    let stage = Stage::new([running(80)]);
    let id = stage
        .tasks
        .register(transcript())
        .follow_job(7_u32, "talk.mp4", "t-1");
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
async fn start_job_asks_the_storage_client() {
    let stage = Stage::new([Answer::Status(JobStatus::Succeeded)]);
    stage.client.starts([Ok(Some("t-9".into()))]);
    let id = stage
        .tasks
        .register(transcript())
        .start_job(7_u32, "talk.mp4");
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    let calls = stage.client.new_calls();
    let start = RecordedCall::Start("transcript".into(), 7_u32.into());
    assert_eq!(calls, [start, RecordedCall::Check("t-9".into())]);
}

#[wasm_bindgen_test]
async fn it_continues_after_a_reload_and_has_its_texts_once_it_is_registered() {
    let store = empty_store("custom-kind");
    let before = tab(&store, [running(40)]);
    let id = before
        .tasks
        .register(transcript())
        .follow_job(7_u32, "talk.mp4", "t-1");
    until(&[&before], "polled", || !before.client.checks().is_empty()).await;
    before.tasks.shut_down();

    let after = tab(&store, [running(45)]);
    let title = || {
        let toast = after.tasks.toaster().get(&ToastId::from(id.as_str()));
        toast.map(|toast| toast.toast.title.to_string())
    };
    until(&[&after], "polled", || !after.client.checks().is_empty()).await;
    assert_eq!(title().as_deref(), Some("⏳ Working: talk.mp4 (45%)"));
    let kind = after.tasks.register(transcript());
    assert_eq!(title().as_deref(), Some("✍️ Transcribing: talk.mp4 (45%)"));
    assert!(kind == after.tasks.register(transcript()));
    after.tasks.shut_down();
}
