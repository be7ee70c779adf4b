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
fn toasts_have_exact_texts_of_specification() {
    let video = || TaskKind::Job(JobKind::video());
    let embedding = || TaskKind::Job(JobKind::embedding());
    let working = "You can continue working";
    let analysis = "AI analysis in progress - you can continue working";
    let search = "Preparing for AI search - you can continue working";
    for (kind, state, title, description) in [
        (
            UPLOAD,
            uploading(at(45), UploadStage::Sending { rate: None }),
            "📤 Uploading: talk.mp4 (45%)",
            working,
        ),
        (
            UPLOAD,
            uploading(None, UploadStage::Sending { rate: None }),
            "📤 Uploading: talk.mp4",
            working,
        ),
        (
            UPLOAD,
            uploading(at(99), UploadStage::AwaitingResponse),
            "📤 Uploading: talk.mp4 (99%)",
            "Waiting for the server",
        ),
        (
            UPLOAD,
            TaskState::Succeeded,
            "Video uploaded! Starting background AI processing...",
            "You can continue working while we process your video",
        ),
        (
            TaskKind::Upload { video: false },
            TaskState::Succeeded,
            "🎉 Upload completed: talk.mp4",
            "",
        ),
        (
            UPLOAD,
            job_failed("why"),
            "❌ Upload failed: talk.mp4",
            "why",
        ),
        (
            video(),
            TaskState::Queued,
            "🎥 Processing: talk.mp4",
            analysis,
        ),
        (
            video(),
            TaskState::Running { progress: None },
            "🎥 Processing: talk.mp4",
            analysis,
        ),
        (
            video(),
            TaskState::Running { progress: at(45) },
            "🎥 Processing: talk.mp4 (45%)",
            analysis,
        ),
        (
            video(),
            TaskState::Succeeded,
            "🎉 Video processing completed: talk.mp4",
            "AI features are now available",
        ),
        (
            video(),
            job_failed("why"),
            "❌ Video processing failed: talk.mp4",
            "why",
        ),
        (
            embedding(),
            TaskState::Queued,
            "🧠 Generating embeddings: talk.mp4",
            search,
        ),
        (
            embedding(),
            TaskState::Running { progress: at(75) },
            "🧠 Generating embeddings: talk.mp4 (75%)",
            search,
        ),
        (
            embedding(),
            TaskState::Succeeded,
            "🎉 AI embeddings ready: talk.mp4",
            "AI search is now available",
        ),
        (
            embedding(),
            job_failed("why"),
            "❌ Embedding generation failed: talk.mp4",
            "why",
        ),
        (
            video(),
            TaskState::Recovering {
                progress: at(30),
                retry_in: 4,
                attempt: 2,
                error: RequestError::Unreachable,
            },
            "🎥 Processing: talk.mp4 (30%)",
            "Connection problem - trying again in 4 s",
        ),
        (
            embedding(),
            TaskState::Offline { progress: None },
            "🧠 Generating embeddings: talk.mp4",
            "You are offline - this continues when you are back",
        ),
    ] {
        assert_eq!(
            toast_text(kind, state),
            (title.to_owned(), description.to_owned())
        );
    }
}

#[test]
fn title_is_not_a_template() {
    let mut odd = task(
        TaskKind::Job(JobKind::video()),
        TaskState::Running { progress: at(5) },
    );
    odd.title = "{p} {title} {".into();
    let text = Messages::english().toast(&odd);
    assert_eq!(text.title, "🎥 Processing: {p} {title} { (5%)");
}

#[test]
fn unknown_placeholder_is_left_as_it_is() {
    assert_eq!(fill("{a} {b} {a", &[("a", "1")]), "1 {b} {a");
    assert_eq!(fill("", &[]), "");
    assert_eq!(fill("é{a}é", &[("a", "ü")]), "éüé");
}

#[test]
fn every_failure_has_reason_in_every_language() {
    let statuses = [
        400, 401, 403, 404, 405, 410, 413, 415, 418, 422, 429, 500, 501, 503,
    ];
    let mut failures: Vec<Failure> = statuses
        .into_iter()
        .map(|status| {
            RequestError::Status {
                status,
                retry_after: None,
                message: None,
            }
            .into()
        })
        .collect();
    failures.extend([
        Failure::Job { reason: None },
        Failure::TimedOut { checks: 120 },
        RequestError::Unreachable.into(),
        RequestError::TimedOut {
            limit: std::time::Duration::from_secs(10),
        }
        .into(),
        RequestError::InvalidResponse {
            detail: "a web page".into(),
        }
        .into(),
        RequestError::UnknownStatus {
            value: "paused".into(),
        }
        .into(),
        RequestError::NotSent {
            detail: "no token".into(),
        }
        .into(),
        RequestError::WebPage.into(),
        RequestError::FileUnreadable.into(),
        RequestError::Unconfirmed { detail: "".into() }.into(),
        RequestError::ClosedEarly.into(),
        RequestError::TooLarge { limit: 1_000 }.into(),
        RequestError::Misconfigured { detail: "".into() }.into(),
    ]);
    for messages in [Messages::english(), Messages::simplified_chinese()] {
        for failure in &failures {
            let reason = messages.reason(failure);
            assert!(
                !reason.is_empty() && !reason.contains('{'),
                "{failure:?}: {reason}"
            );
        }
    }
}

#[test]
fn spent_budget_names_number_of_checks() {
    let reason = Messages::english().reason(&Failure::TimedOut { checks: 120 });
    assert!(reason.contains("120 checks"), "{reason}");
}

#[test]
fn message_of_server_follows_reason() {
    let error = RequestError::Status {
        status: 422,
        retry_after: None,
        message: Some("no audio track".into()),
    };
    let reason = Messages::english().request_reason(&error);
    assert!(
        reason.ends_with("The server says: “no audio track”"),
        "{reason}"
    );
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

#[test]
fn value_of_another_direction_is_isolated_from_the_text_around_it() {
    for (template, value, filled) in [
        ("{title} (45%)", "talk.mp4", "talk.mp4 (45%)"),
        (
            "{title} (45%)",
            "תקציר.mp4",
            "\u{2068}תקציר.mp4\u{2069} (45%)",
        ),
        // An override, and an end of the isolation followed by one.
        (
            "{title} (45%)",
            "a\u{202e}gpj.exe",
            "\u{2068}agpj.exe\u{2069} (45%)",
        ),
        (
            "{title} (45%)",
            "a\u{2069}\u{202e}b",
            "\u{2068}ab\u{2069} (45%)",
        ),
        (
            "“{title}” נכשל",
            "talk (1).mp4",
            "“\u{2068}talk (1).mp4\u{2069}” נכשל",
        ),
        // Numbers have no direction of their own.
        ("({title}%) נשלח", "45", "(45%) נשלח"),
        ("({title}%) أُرسل", "٤٥", "(٤٥%) أُرسل"),
    ] {
        assert_eq!(fill(template, &[("title", value)]), filled);
    }
    let mut hebrew = task(
        UPLOAD,
        uploading(at(45), UploadStage::Sending { rate: None }),
    );
    hebrew.title = "תקציר.mp4".into();
    let text = Messages::english().toast(&hebrew);
    assert_eq!(text.title, "📤 Uploading: \u{2068}תקציר.mp4\u{2069} (45%)");
}
