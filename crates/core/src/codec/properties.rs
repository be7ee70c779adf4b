//! Whatever is written is read back equal, and no text makes reading panic.

mod damage;
mod strategies;

use proptest::collection::vec;
use proptest::prelude::*;

use self::damage::{damage, damaged};
use self::strategies::{has_strategy, message, snapshot};
use super::*;
use crate::message::{self, Message, Raw};
use crate::snapshot::{self, Snapshot};
use crate::tab::TabId;

/// Reads a message and all that is in it.
fn read_message(text: &str) {
    match message::from_text(text).map(|envelope| envelope.message) {
        Some(Message::Snapshots(snapshots) | Message::Changes(snapshots)) => {
            for snapshot in snapshots {
                let _ = snapshot.snapshot();
            }
        }
        Some(Message::Announce { snapshot, .. }) => {
            let _ = snapshot.snapshot();
        }
        Some(_) | None => {}
    }
}

proptest! {
    #[test]
    fn record_is_read_back_equal(snapshot in snapshot()) {
        let record = snapshot::to_record(&snapshot);
        prop_assert!(record.chars().all(|character| u32::from(character) <= 0xff));
        let read = snapshot::from_record(&record);
        // Equal attachment ids may be written differently.
        prop_assert_eq!(format!("{read:?}"), format!("{:?}", Ok::<_, ()>(&snapshot)));
        prop_assert_eq!(read, Ok(snapshot));
    }

    #[test]
    fn message_is_read_back_equal(from: u64, message in message()) {
        prop_assert!(has_strategy(&message));
        let text = message::to_text(TabId(from), message.clone());
        let envelope = message::from_text(&text).expect("a message");
        prop_assert_eq!(envelope.from, TabId(from));
        prop_assert_eq!(envelope.message, message);
    }

    #[test]
    fn snapshot_in_message_is_read_back_equal(snapshot in snapshot()) {
        prop_assert_eq!(Raw::new(&snapshot).snapshot(), Some(snapshot));
    }

    #[test]
    fn damaged_record_is_an_error_or_a_snapshot(
        snapshot in snapshot(),
        damages in vec(damage(), 1..6),
    ) {
        let text = damaged(&snapshot::to_record(&snapshot), &damages);
        if let Ok(snapshot) = snapshot::from_record(&text) {
            // Whatever it is, it can be written again.
            prop_assert_eq!(snapshot::from_record(&snapshot::to_record(&snapshot)), Ok(snapshot));
        }
    }

    #[test]
    fn truncated_record_is_damaged(snapshot in snapshot(), at: prop::sample::Index) {
        let record: Vec<char> = snapshot::to_record(&snapshot).chars().collect();
        let text: String = record[..at.index(record.len())].iter().collect();
        prop_assert_eq!(snapshot::from_record(&text), Err(snapshot::Unreadable::Damaged));
    }

    #[test]
    fn damaged_message_is_none_or_a_message(
        from: u64,
        message in message(),
        damages in vec(damage(), 1..6),
    ) {
        read_message(&damaged(&message::to_text(TabId(from), message), &damages));
    }

    #[test]
    fn damaged_snapshot_leaves_other_snapshots_of_message_readable(
        snapshots in (snapshot(), snapshot()),
        at: prop::sample::Index,
        bit in 0..8_u8,
    ) {
        let mut first = Vec::new();
        snapshots.0.write(&mut first);
        let at = at.index(first.len());
        first[at] ^= 1 << bit;
        // A list with the damaged snapshot and the other one, each behind its length.
        let mut bytes = Vec::new();
        2_u64.write(&mut bytes);
        (first.len() as u64).write(&mut bytes);
        bytes.extend(first);
        Raw::new(&snapshots.1).write(&mut bytes);
        let list = Bytes::new(&bytes).read_all::<Vec<Raw>>().expect("two snapshots");
        let _ = list[0].snapshot();
        prop_assert_eq!(list[1].snapshot(), Some(snapshots.1));
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..200)) {
        let text: String = bytes.iter().copied().map(char::from).collect();
        let version = char::from(snapshot::VERSION as u8);
        let _ = snapshot::from_record(&text);
        let _ = snapshot::from_record(&format!("{version}{text}"));
        read_message(&text);
        read_message(&format!("{version}{text}"));
        let _ = decode::<Snapshot>(&text);
        let _ = Snapshot::read(&mut Bytes::new(&bytes));
    }

    #[test]
    fn arbitrary_text_does_not_panic(text: String) {
        let _ = snapshot::from_record(&text);
        let _ = decode::<Snapshot>(&text);
        read_message(&text);
    }
}

#[test]
fn record_of_another_version_is_not_guessed_at() {
    for version in [1, 2, 0x7f] {
        let record = format!("{}anything", char::from(version));
        let unreadable = Err(snapshot::Unreadable::Version(version.into()));
        assert_eq!(snapshot::from_record(&record), unreadable);
    }
    assert_eq!(
        snapshot::from_record(""),
        Err(snapshot::Unreadable::Damaged)
    );
}
