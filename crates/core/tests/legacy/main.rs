//! Records that version 1 has written. `fixtures/version-1.json` was printed by its code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

mod expected;

use std::time::Duration;

use background_tasks_core::internals::{
    SavedFollowUp, SavedMonitor, SavedUpload, from_record, migrate, to_record,
};
use background_tasks_core::{
    AttachmentId, Failure, JobKind, Percent, RequestError, Restriction, TaskKind, TaskState,
    Timestamp, UploadPhase,
};
use background_tasks_core::{Saved, Snapshot};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use self::expected::{expected_jobs, expected_uploads};

const VERSION_1: &str = include_str!("../fixtures/version-1.json");

const START: u64 = 1_700_000_000_000;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn status(status: u16, retry_after: Option<u64>, message: Option<&str>) -> RequestError {
    RequestError::Status {
        status,
        retry_after: retry_after.map(seconds),
        message: message.map(Into::into),
    }
}

/// The snapshot of a job whose record has nothing unusual.
fn job(number: u64, id: &str, kind: JobKind, state: TaskState, saved: SavedMonitor) -> Snapshot {
    Snapshot {
        id: id.into(),
        kind: TaskKind::Job(kind),
        title: format!("talk {number}.mp4").into(),
        attachment: Some(7_u32.into()),
        changed: if state.is_ended() { at(0) } else { at(number) },
        state,
        started: at(number),
        revision: 0,
        toast_closed: number % 2 == 1,
        meta: None,
        saved: Saved::Job(SavedMonitor {
            seed: if number == 1 { u64::MAX } else { number },
            ..saved
        }),
    }
}

fn upload(number: u64, title: &str, state: TaskState, upload: SavedUpload) -> Snapshot {
    Snapshot {
        id: format!("upload_{number}_{}", START + number)
            .as_str()
            .into(),
        kind: TaskKind::Upload {
            video: number.is_multiple_of(2),
        },
        title: title.into(),
        attachment: None,
        state,
        started: at(number),
        changed: at(20_000),
        revision: 0,
        toast_closed: false,
        meta: None,
        saved: Saved::Upload {
            upload: SavedUpload {
                seed: number,
                ..upload
            },
            name: "talk \"1\".mp4".into(),
            size: 1_048_576,
            owner: None,
            kept: None,
            claims: 0,
        },
    }
}

fn keyed(key: &str) -> SavedMonitor {
    SavedMonitor {
        job: Some(key.into()),
        ..SavedMonitor::default()
    }
}

fn recovering(attempt: u32, error: RequestError) -> TaskState {
    TaskState::Recovering {
        progress: None,
        retry_in: 0,
        attempt,
        error,
    }
}

#[test]
fn records_of_version_1_are_migrated_field_by_field() {
    let snapshots = migrate(VERSION_1);
    let expected = [expected_jobs(), expected_uploads()].concat();
    assert_eq!(snapshots.len(), expected.len());
    for (snapshot, expected) in snapshots.iter().zip(&expected) {
        // The form of an attachment's id is kept, too.
        assert_eq!(format!("{snapshot:?}"), format!("{expected:?}"));
        assert_eq!(snapshot, expected);
    }
}

#[test]
fn migrated_snapshots_can_be_written_as_records() {
    for snapshot in migrate(VERSION_1) {
        assert_eq!(from_record(&to_record(&snapshot)), Ok(snapshot));
    }
}

#[test]
fn fields_that_first_releases_did_not_write_have_defaults() {
    let text = r#"{"tasks":[{"id":"video_7_1","title":"a","started":5,"closed":false,"work":
        {"job":{"kind":"video","monitor":{"attachment":"7","job":null,"progress":null,
        "begun":false,"checks":0,"follow_up":null,"starts":0,"seed":9,"end":null}}}}],
        "version":1}"#;
    let snapshots = migrate(text);
    let Saved::Job(saved) = &snapshots[0].saved else {
        panic!("a job");
    };
    let expected = SavedMonitor {
        seed: 9,
        ..SavedMonitor::default()
    };
    assert_eq!(*saved, expected);
    assert_eq!(snapshots[0].changed, Timestamp::from_millis(5));
}

#[test]
fn damaged_record_is_dropped_on_its_own() {
    for (field, damaged) in [
        ("\"checks\":0", "\"checks\":\"none\""),
        (
            "\"seed\":18446744073709551615",
            "\"seed\":18446744073709551616",
        ),
        ("\"closed\":true", "\"closed\":1"),
        ("\"work\":{\"job\"", "\"work\":{\"other\""),
        ("{\"At\":1700000005000}", "{\"At\":-1}"),
        ("{\"At\":1700000005000}", "\"Never\""),
        ("\"id\":\"video_7_1700000000001\"", "\"id\":null"),
        ("\"end\":null", "\"end\":{\"Failed\":{\"Call\":\"Tired\"}}"),
        ("\"progress\":null", "\"progress\":256"),
        ("\"failures\":null", "\"failures\":[1]"),
    ] {
        let text = VERSION_1.replacen(field, damaged, 1);
        assert_ne!(text, VERSION_1, "{field}");
        let ids: Vec<_> = migrate(&text).into_iter().map(|it| it.id).collect();
        let others: Vec<_> = migrate(VERSION_1).into_iter().map(|it| it.id).collect();
        assert_eq!(ids, others[1..], "{damaged}");
    }
}

#[test]
fn another_version_has_no_tasks() {
    for version in ["2", "0", "null", "\"1\"", "1.0", "[1]"] {
        let text = VERSION_1.replacen("\"version\":1", &format!("\"version\":{version}"), 1);
        assert_eq!(migrate(&text), [], "{version}");
    }
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":1}",
        "{\"version\":1,\"tasks\":{}}",
    ] {
        assert_eq!(migrate(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_has_no_tasks(text in "\\PC{0,400}") {
        prop_assert_eq!(migrate(&text), []);
    }

    #[test]
    fn damaged_text_does_not_panic(
        damages in vec(
            (any::<Index>(), any::<Index>(), "[\\PC]{0,3}|[\\[\\]{}:,\"\\\\u0-9e-]{0,3}"),
            1..6,
        ),
    ) {
        let mut text = VERSION_1.to_owned();
        for (one, other, new) in damages {
            let places: Vec<_> = text.char_indices().map(|(place, _)| place).collect();
            let one = one.index(places.len());
            // Up to eight characters give way.
            let other = (one + other.index(9)).min(places.len() - 1);
            text.replace_range(places[one]..places[other], &new);
        }
        for snapshot in migrate(&text) {
            let _ = from_record(&to_record(&snapshot));
        }
    }

    #[test]
    fn any_value_in_any_place_does_not_panic(
        changes in vec(
            (any::<Index>(), prop::sample::select(vec![
                "null", "true", "0", "-1", "1e999", "4294967296", "18446744073709551615",
                "\"\"", "[]", "{}", "{\"At\":0}", "{\"secs\":18446744073709551615,\"nanos\":4294967295}",
            ])),
            1..6,
        ),
    ) {
        let mut text = VERSION_1.to_owned();
        for (at, value) in changes {
            // A value follows each colon; the next comma or brace ends most of them.
            let colons: Vec<_> = text.match_indices("\":").map(|(place, _)| place + 2).collect();
            let start = colons[at.index(colons.len())];
            let end = text[start..].find([',', '}']).map_or(text.len(), |end| start + end);
            text.replace_range(start..end, value);
        }
        for snapshot in migrate(&text) {
            let _ = from_record(&to_record(&snapshot));
        }
    }
}
