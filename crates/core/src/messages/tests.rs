use super::*;
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
    }
}

fn says(kind: TaskKind, state: TaskState) -> (String, String) {
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
fn every_row_of_the_contract_is_said_word_for_word() {
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
            uploading(at(99), UploadStage::AwaitingAnswer),
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
                error: CallError::Unreachable,
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
            says(kind, state),
            (title.to_owned(), description.to_owned())
        );
    }
}

#[test]
fn a_title_is_never_taken_for_a_template() {
    let mut odd = task(
        TaskKind::Job(JobKind::video()),
        TaskState::Running { progress: at(5) },
    );
    odd.title = "{p} {title} {".into();
    let text = Messages::english().toast(&odd);
    assert_eq!(text.title, "🎥 Processing: {p} {title} { (5%)");
}

#[test]
fn an_unknown_place_stays_as_it_is_written() {
    assert_eq!(fill("{a} {b} {a", &[("a", "1")]), "1 {b} {a");
    assert_eq!(fill("", &[]), "");
    assert_eq!(fill("é{a}é", &[("a", "ü")]), "éüé");
}

#[test]
fn every_failure_has_a_reason_in_every_language() {
    let statuses = [
        400, 401, 403, 404, 405, 410, 413, 415, 418, 422, 429, 500, 501, 503,
    ];
    let mut failures: Vec<Failure> = statuses
        .into_iter()
        .map(|status| {
            CallError::Status {
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
        CallError::Unreachable.into(),
        CallError::TimedOut {
            limit: std::time::Duration::from_secs(10),
        }
        .into(),
        CallError::NotUnderstood {
            detail: "a web page".into(),
        }
        .into(),
        CallError::UnknownWord {
            word: "paused".into(),
        }
        .into(),
        CallError::FileUnreadable.into(),
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
fn a_spent_budget_says_how_many_checks_it_was() {
    let reason = Messages::english().reason(&Failure::TimedOut { checks: 120 });
    assert!(reason.contains("120 checks"), "{reason}");
}

#[test]
fn the_servers_own_words_follow_the_reason() {
    let error = CallError::Status {
        status: 422,
        retry_after: None,
        message: Some("no audio track".into()),
    };
    let reason = Messages::english().call_reason(&error);
    assert!(reason.ends_with("It says: “no audio track”"), "{reason}");
}

#[test]
fn languages_are_chosen_by_their_primary_tag() {
    for tag in [
        "zh",
        "ZH-cn",
        "zh-Hans",
        "zh-Hans-SG",
        "zh-TW",
        "zh-Hant-HK",
        "ZH_tw",
    ] {
        assert_eq!(Messages::for_language(tag).language, "zh-CN", "{tag}");
    }
    for tag in [
        "en", "EN-us", "de-AT", "", "-", "-zh", "zhuang", "en-zh", "no tag",
    ] {
        assert_eq!(Messages::for_language(tag).language, "en", "{tag}");
    }
}

#[test]
fn a_kind_without_texts_in_a_language_says_its_own() {
    let texts = JobKind::video().texts().clone();
    let own = JobKind::new("transcript", "transcripts").with_texts(JobTexts {
        working: "✍️ {title}".into(),
        ..texts
    });
    let text = Messages::simplified_chinese().toast(&task(TaskKind::Job(own), TaskState::Queued));
    assert_eq!(text.title, "✍️ talk.mp4");
}

#[test]
fn every_number_is_written_in_the_way_of_the_language() {
    let mut messages = Messages::english();
    messages.language = "de".into();
    messages.numbers = Some(Numbers::new(|language, amount| {
        format!("<{amount} {language}>")
    }));
    let recovering = TaskState::Recovering {
        progress: at(30),
        retry_in: 4,
        attempt: 2,
        error: CallError::Unreachable,
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
    assert_eq!(messages.counted("{n} files", 1_200), "<1200 de> files");
}
