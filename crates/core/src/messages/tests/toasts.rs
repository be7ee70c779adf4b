//! The texts of toasts, and the values in them.

use super::*;

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
