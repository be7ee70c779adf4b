//! The snapshots that the records of version 1 give.

use super::*;

pub fn expected_jobs() -> Vec<Snapshot> {
    let (video, embedding) = (JobKind::video, JobKind::embedding);
    let failed_once = |key, error: &RequestError| SavedMonitor {
        not_before: Some(at(0)),
        failures: Some((1, error.clone())),
        ..keyed(key)
    };
    let busy = status(429, Some(20), Some("slow down"));
    let unavailable = status(503, None, None);
    let unknown = RequestError::UnknownStatus {
        value: "pondering".into(),
    };
    let invalid = RequestError::InvalidResponse {
        detail: "a web page instead of JSON".into(),
    };
    let timed_out = RequestError::TimedOut {
        limit: Duration::from_millis(10_500),
    };
    vec![
        job(
            1,
            "video_7_1700000000001",
            video(),
            TaskState::Queued,
            SavedMonitor {
                follow_up: Some(SavedFollowUp::At {
                    at: at(5_000),
                    delay: Duration::from_millis(4_999),
                }),
                ..keyed("q-81f3")
            },
        ),
        Snapshot {
            attachment: Some(AttachmentId::Number(9_007_199_254_740_993)),
            ..job(
                2,
                "video_9007199254740993_1700000000002",
                video(),
                TaskState::Running {
                    progress: Some(Percent::new(90)),
                },
                SavedMonitor {
                    progress: Some(Percent::new(95)),
                    begun: true,
                    checks: 2,
                    follow_up: Some(SavedFollowUp::OnSuccess),
                    not_before: Some(at(1_000)),
                    ..keyed("q/🎥")
                },
            )
        },
        Snapshot {
            attachment: Some(AttachmentId::Text("a7".into())),
            ..job(
                3,
                "embedding_a7_1700000000003",
                embedding(),
                recovering(2, busy.clone()),
                SavedMonitor {
                    checks: 1,
                    not_before: Some(at(22_173)),
                    failures: Some((2, busy)),
                    ..keyed("a7")
                },
            )
        },
        Snapshot {
            attachment: Some(8_u32.into()),
            ..job(
                4,
                "transcript_8_1700000000004",
                JobKind::new("transcript", "transcript"),
                recovering(1, unavailable.clone()),
                SavedMonitor {
                    may_have_started: true,
                    not_before: Some(at(0)),
                    failures: Some((1, unavailable)),
                    ..SavedMonitor::default()
                },
            )
        },
        job(
            5,
            "video_7_1700000000005",
            video(),
            TaskState::Succeeded,
            keyed("q-5"),
        ),
        job(
            6,
            "video_7_1700000000006",
            video(),
            TaskState::Failed(Failure::Job {
                reason: Some("the codec \u{2028}\n is “odd”".into()),
            }),
            keyed("q-6"),
        ),
        job(
            7,
            "embedding_7_1700000000007",
            embedding(),
            TaskState::Cancelled,
            keyed("7"),
        ),
        Snapshot {
            changed: at(34_328),
            ..job(
                8,
                "video_7_1700000000008",
                video(),
                TaskState::Failed(status(403, None, None).into()),
                SavedMonitor {
                    starts: 1,
                    may_have_started: true,
                    run: 2,
                    failures: Some((1, RequestError::TimedOut { limit: seconds(10) })),
                    ..keyed("q-8b")
                },
            )
        },
        job(
            9,
            "video_7_1700000000009",
            video(),
            TaskState::Failed(Failure::TimedOut { checks: 1 }),
            SavedMonitor {
                begun: true,
                checks: 1,
                ..keyed("q-9")
            },
        ),
        job(
            10,
            "video_7_1700000000010",
            video(),
            recovering(1, unknown.clone()),
            failed_once("q-10", &unknown),
        ),
        job(
            11,
            "video_7_1700000000011",
            video(),
            recovering(1, invalid.clone()),
            failed_once("q-11", &invalid),
        ),
        job(
            12,
            "video_7_1700000000012",
            video(),
            recovering(1, timed_out.clone()),
            failed_once("q-12", &timed_out),
        ),
    ]
}

pub fn expected_uploads() -> Vec<Snapshot> {
    let refused = |name: &str, restriction| {
        TaskState::Failed(Failure::Refused {
            name: name.into(),
            restriction,
        })
    };
    let types = vec!["video/*".to_owned(), ".srt".to_owned()];
    let interrupted = || TaskState::Failed(Failure::Interrupted);
    let stalled = RequestError::Stalled {
        at: UploadPhase::Transfer,
        limit: seconds(30),
    };
    let unused = SavedUpload::default;
    let called = || SavedUpload {
        attempts: 1,
        ..SavedUpload::default()
    };
    vec![
        // It was queued, and nobody has its file any more.
        Snapshot {
            changed: at(20),
            ..upload(
                20,
                "<b>\"odd\"\u{2028}\\ 🎥\u{7}",
                interrupted(),
                SavedUpload {
                    may_have_arrived: true,
                    ..unused()
                },
            )
        },
        // It was under way, and can be continued.
        Snapshot {
            changed: at(21),
            ..upload(
                21,
                "resumable",
                interrupted(),
                SavedUpload {
                    may_have_arrived: true,
                    progress: Some(Percent::new(45)),
                    resume: Some("https://files.example/u/1".into()),
                    ..called()
                },
            )
        },
        Snapshot {
            attachment: Some(12_u32.into()),
            ..upload(22, "done", TaskState::Succeeded, called())
        },
        upload(
            23,
            "interrupted",
            interrupted(),
            SavedUpload {
                may_have_arrived: true,
                ..called()
            },
        ),
        upload(
            24,
            "refused type",
            refused("a.pdf", Restriction::Types(types)),
            unused(),
        ),
        upload(
            25,
            "refused size",
            refused("a.mp4", Restriction::MaxSize(u64::MAX)),
            unused(),
        ),
        upload(
            26,
            "refused empty",
            refused("a.mp4", Restriction::NotEmpty),
            unused(),
        ),
        upload(27, "stalled", TaskState::Failed(stalled.into()), unused()),
        upload(
            28,
            "unreadable",
            TaskState::Failed(RequestError::FileUnreadable.into()),
            unused(),
        ),
        upload(29, "cancelled", TaskState::Cancelled, unused()),
        upload(
            30,
            "refused by the server",
            TaskState::Failed(status(413, Some(7), Some("too large")).into()),
            called(),
        ),
    ]
}
