//! Languages, keys and numbers.

mod reasons;
mod toasts;

use super::*;
use crate::failure::{Failure, RequestError, Restriction};
use crate::task::Task;
use crate::time::Timestamp;
use crate::{JobKind, Percent, TaskId};

const UPLOAD: TaskKind = TaskKind::Upload { video: true };

fn task(kind: TaskKind, state: TaskState) -> Task {
    Task {
        id: TaskId::from("video_7_1"),
        kind,
        title: "talk.mp4".into(),
        attachment: Some(7_u32.into()),
        state,
        has_file: false,
        is_kept: false,
        started: Timestamp::default(),
        meta: None,
    }
}

fn toast_text(kind: TaskKind, state: TaskState) -> (String, String) {
    let text = Messages::english().toast(&task(kind, state));
    (text.title, text.description)
}

fn uploading(progress: Option<Percent>, stage: UploadStage) -> TaskState {
    TaskState::Uploading { progress, stage }
}

fn at(percent: u8) -> Option<Percent> {
    Some(Percent::new(percent))
}

fn job_failed(reason: &str) -> TaskState {
    TaskState::Failed(Failure::Job {
        reason: Some(reason.into()),
    })
}

#[test]
fn language_is_chosen_by_primary_subtag() {
    for tag in [
        "zh",
        "ZH-cn",
        "zh-Hans",
        "zh-Hans-SG",
        "zh-TW",
        "zh-Hant-HK",
        "ZH_tw",
    ] {
        assert_eq!(Messages::for_language(tag).language(), "zh-CN", "{tag}");
    }
    for tag in [
        "en", "EN-us", "de-AT", "", "-", "-zh", "zhuang", "en-zh", "no tag",
    ] {
        assert_eq!(Messages::for_language(tag).language(), "en", "{tag}");
    }
}

#[test]
fn text_of_job_is_the_most_specific_one_that_is_set() {
    let title = |messages: &Messages, kind: &JobKind| {
        let task = task(TaskKind::Job(kind.clone()), TaskState::Queued);
        messages.toast(&task).title
    };
    let (plain, own) = (
        JobKind::new("transcript", "transcripts"),
        JobKind::new("transcript", "transcripts").with_text(JobText::Working, "✍️ {title}"),
    );
    let chinese = Messages::simplified_chinese();
    assert_eq!(title(&chinese, &plain), "⏳ 正在处理：talk.mp4");
    assert_eq!(title(&chinese, &own), "✍️ talk.mp4");
    assert_eq!(title(&chinese, &JobKind::video()), "🎥 正在处理：talk.mp4");
    let video = JobKind::video().with_text(JobText::Working, "🎬 {title}");
    assert_eq!(title(&chinese, &video), "🎬 talk.mp4");
    let of_all = chinese.with_text(JobText::Working, "… {title}");
    assert_eq!(title(&of_all, &plain), "… talk.mp4");
    assert_eq!(title(&of_all, &own), "✍️ talk.mp4");
    assert_eq!(title(&of_all, &JobKind::video()), "🎥 正在处理：talk.mp4");
    let of_kind = of_all.with_job_text("transcript", JobText::Working, "转写 {title}");
    assert_eq!(title(&of_kind, &plain), "转写 talk.mp4");
    assert_eq!(title(&of_kind, &own), "转写 talk.mp4");
    assert_eq!(title(&of_kind, &JobKind::video()), "🎥 正在处理：talk.mp4");
}

#[test]
fn text_that_is_replaced_twice_is_the_later_one() {
    let messages = Messages::english()
        .with_text(Label::Retry, "Again")
        .with_text(Label::Cancel, "Stop")
        .with_text(Label::Retry, "Once more");
    assert_eq!(messages.text(Label::Retry), "Once more");
    assert_eq!(messages.text(Label::Cancel), "Stop");
    assert_eq!(messages.text(Label::Close), "Close");
    let kind = JobKind::new("a", "a")
        .with_text(JobText::Failed, "1")
        .with_text(JobText::Failed, "2");
    assert_eq!(kind.text(JobText::Failed), Some("2"));
    assert_eq!(kind.text(JobText::Working), None);
}

#[test]
fn every_key_has_its_own_text_in_every_language() {
    let keys: Vec<TextKey> = (TaskText::ALL.iter().copied().map(TextKey::from))
        .chain(UploadText::ALL.iter().copied().map(TextKey::from))
        .chain(JobText::ALL.iter().copied().map(TextKey::from))
        .chain(Reason::ALL.iter().copied().map(TextKey::from))
        .chain(Label::ALL.iter().copied().map(TextKey::from))
        .collect();
    for messages in [Messages::english(), Messages::simplified_chinese()] {
        let original = messages.clone();
        for key in &keys {
            if *key != JobText::SucceededDescription.into() {
                assert!(!messages.text(*key).is_empty(), "{key:?}");
            }
            let replaced = messages.clone().with_text(*key, "new");
            for other in &keys {
                let expected = if other == key {
                    "new"
                } else {
                    original.text(*other)
                };
                assert_eq!(replaced.text(*other), expected, "{other:?} after {key:?}");
            }
        }
    }
}

#[test]
fn names_of_keys_are_those_of_their_texts() {
    assert_eq!(Label::DeleteNamed.name(), "delete_named");
    assert_eq!(Reason::NoResponseToUpload.name(), "no_answer_to_upload");
    assert_eq!(JobText::Working.name(), "working");
    assert_eq!(TaskText::Percent.name(), "percent");
    assert_eq!(UploadText::VideoSucceeded.name(), "video_succeeded");
}

#[test]
fn every_number_is_formatted_for_language() {
    let numbers = Numbers::new(|language, amount| format!("<{amount} {language}>"));
    let messages = Messages::english()
        .with_language("de")
        .with_numbers(numbers);
    let recovering = TaskState::Recovering {
        progress: at(30),
        retry_in: 4,
        attempt: 2,
        error: RequestError::Unreachable,
    };
    let text = messages.toast(&task(UPLOAD, recovering));
    assert_eq!(text.title, "📤 Uploading: talk.mp4 (<30 de>%)");
    assert!(text.description.contains("<4 de>"), "{text:?}");
    let rate = Rate {
        bytes_per_second: 1_500_000,
        left: std::time::Duration::from_secs(30),
    };
    assert_eq!(messages.rate(&rate), "<1.5 MB/s de>, <30 s de> left");
    let over = messages.restriction("a.mp4", &Restriction::MaxSize(2_000_000));
    assert!(over.contains("<2.0 MB de>"), "{over}");
    let spent = messages.reason(&Failure::TimedOut { checks: 120 });
    assert!(spent.contains("<120 de>"), "{spent}");
    assert_eq!(messages.percentage(Percent::new(45)), "<45% de>");
    let chosen = messages.counted(Label::FilesChosen, 1_200);
    assert!(chosen.starts_with("<1200 de> files"), "{chosen}");
}
