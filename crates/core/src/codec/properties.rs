//! Whatever is written is read back equal, and no text makes reading panic.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::failure::{CallError, Failure, Restriction, UploadLeg};
use crate::id::AttachmentId;
use crate::input::Command;
use crate::kind::{JobKind, TaskKind};
use crate::message::{self, Message, Presence, Raw};
use crate::meta::Meta;
use crate::monitor::{SavedFollowUp, SavedMonitor};
use crate::percent::Percent;
use crate::policy::{Policy, RetryPolicy};
use crate::snapshot::{self, Saved, Snapshot};
use crate::tab::TabId;
use crate::task::TaskState;
use crate::time::Timestamp;
use crate::upload::{Rate, SavedUpload, UploadStage};

fn text() -> impl Strategy<Value = Rc<str>> {
    any::<String>().prop_map(Rc::from)
}

fn id<T: From<String> + Debug>() -> impl Strategy<Value = T> {
    any::<String>().prop_map(T::from)
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![0..100_000_u64, any::<u64>()].prop_map(Duration::from_millis)
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    any::<u64>().prop_map(Timestamp::from_millis)
}

fn percent() -> impl Strategy<Value = Percent> {
    (0..=100_u8).prop_map(Percent::new)
}

fn attachment() -> impl Strategy<Value = AttachmentId> {
    prop_oneof![
        any::<u64>().prop_map(AttachmentId::Number),
        any::<u64>().prop_map(|number| AttachmentId::from(number.to_string())),
        text().prop_map(AttachmentId::Text),
    ]
}

fn upload_leg() -> impl Strategy<Value = UploadLeg> {
    prop_oneof![
        Just(UploadLeg::Start),
        Just(UploadLeg::Bytes),
        Just(UploadLeg::Answer)
    ]
}

fn call_error() -> BoxedStrategy<CallError> {
    prop_oneof![
        Just(CallError::Unreachable),
        duration().prop_map(|limit| CallError::TimedOut { limit }),
        (upload_leg(), duration()).prop_map(|(at, limit)| CallError::Stalled { at, limit }),
        (any::<u16>(), option::of(duration()), option::of(text())).prop_map(
            |(status, retry_after, message)| CallError::Status {
                status,
                retry_after,
                message
            }
        ),
        text().prop_map(|detail| CallError::InvalidResponse { detail }),
        text().prop_map(|value| CallError::UnknownStatus { value }),
        Just(CallError::FileUnreadable),
    ]
    .boxed()
}

fn restriction() -> impl Strategy<Value = Restriction> {
    prop_oneof![
        vec(any::<String>(), 0..4).prop_map(Restriction::Types),
        any::<u64>().prop_map(Restriction::MaxSize),
        Just(Restriction::NotEmpty),
    ]
}

fn failure() -> BoxedStrategy<Failure> {
    prop_oneof![
        option::of(text()).prop_map(|reason| Failure::Job { reason }),
        any::<u32>().prop_map(|checks| Failure::TimedOut { checks }),
        Just(Failure::Interrupted),
        (text(), restriction())
            .prop_map(|(name, restriction)| Failure::Refused { name, restriction }),
        call_error().prop_map(Failure::Call),
    ]
    .boxed()
}

fn upload_stage() -> impl Strategy<Value = UploadStage> {
    let rate = (any::<u64>(), duration()).prop_map(|(bytes_per_second, left)| Rate {
        bytes_per_second,
        left,
    });
    prop_oneof![
        option::of(rate).prop_map(|rate| UploadStage::Sending { rate }),
        Just(UploadStage::AwaitingAnswer),
        Just(UploadStage::Paused),
    ]
}

fn state() -> BoxedStrategy<TaskState> {
    let progress = || option::of(percent());
    prop_oneof![
        (progress(), upload_stage())
            .prop_map(|(progress, stage)| TaskState::Uploading { progress, stage }),
        Just(TaskState::Queued),
        progress().prop_map(|progress| TaskState::Running { progress }),
        (progress(), any::<u64>(), any::<u32>(), call_error()).prop_map(
            |(progress, retry_in, attempt, error)| TaskState::Recovering {
                progress,
                retry_in,
                attempt,
                error
            }
        ),
        progress().prop_map(|progress| TaskState::Offline { progress }),
        Just(TaskState::Succeeded),
        failure().prop_map(TaskState::Failed),
        Just(TaskState::Cancelled),
    ]
    .boxed()
}

fn retry_policy() -> impl Strategy<Value = RetryPolicy> {
    let durations = (
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        any::<u32>(),
    );
    durations.prop_map(
        |(min, max, retry_after, offline, hidden, failures)| RetryPolicy {
            min_backoff: min,
            max_backoff: max,
            max_failures: failures,
            max_retry_after: retry_after,
            offline_interval: offline,
            hidden_interval: hidden,
        },
    )
}

fn policy() -> BoxedStrategy<Policy> {
    let parts = (
        duration(),
        any::<u32>(),
        percent(),
        duration(),
        retry_policy(),
        duration(),
        any::<bool>(),
    );
    parts
        .prop_map(
            |(interval, checks, max_progress, timeout, retry, streamed, reset)| {
                Policy::new()
                    .with_interval(interval)
                    .with_max_checks(checks)
                    .with_max_progress(max_progress)
                    .with_request_timeout(timeout)
                    .with_retry(retry)
                    .with_streamed_interval(streamed)
                    .with_reset_on_progress(reset)
            },
        )
        .boxed()
}

/// Kinds without texts of their own, which are not written.
fn kind() -> BoxedStrategy<TaskKind> {
    prop_oneof![
        any::<bool>().prop_map(|video| TaskKind::Upload { video }),
        (any::<String>(), any::<String>(), policy()).prop_map(|(name, endpoint, policy)| {
            TaskKind::Job(JobKind::new(name, endpoint).with_policy(policy))
        }),
    ]
    .boxed()
}

fn follow_up() -> impl Strategy<Value = SavedFollowUp> {
    prop_oneof![
        (timestamp(), duration()).prop_map(|(at, delay)| SavedFollowUp::At { at, delay }),
        Just(SavedFollowUp::OnSuccess),
    ]
}

fn saved_monitor() -> BoxedStrategy<SavedMonitor> {
    let parts = (
        option::of(id()),
        option::of(percent()),
        any::<(bool, bool, bool)>(),
        any::<u32>(),
        option::of(follow_up()),
        any::<(u64, u64, u64)>(),
        option::of(timestamp()),
        option::of((any::<u32>(), call_error())),
    );
    parts
        .prop_map(
            |(job, progress, flags, checks, follow_up, numbers, not_before, failures)| {
                SavedMonitor {
                    job,
                    progress,
                    begun: flags.0,
                    checks,
                    follow_up,
                    starts: numbers.0,
                    may_have_started: flags.1,
                    run: numbers.1,
                    seed: numbers.2,
                    not_before,
                    failures,
                    cancelling: flags.2,
                }
            },
        )
        .boxed()
}

fn saved_upload() -> BoxedStrategy<SavedUpload> {
    let parts = (
        any::<[u64; 4]>(),
        any::<bool>(),
        option::of(percent()),
        option::of(id()),
    );
    parts
        .prop_map(
            |([keys, seed, run, calls], may_have_arrived, progress, resume)| SavedUpload {
                keys,
                seed,
                may_have_arrived,
                run,
                calls,
                progress,
                resume,
            },
        )
        .boxed()
}

fn saved() -> BoxedStrategy<Saved> {
    let owner = option::of(any::<u64>().prop_map(TabId));
    prop_oneof![
        saved_monitor().prop_map(Saved::Job),
        (saved_upload(), text(), any::<u64>(), owner).prop_map(|(upload, name, size, owner)| {
            Saved::Upload {
                upload,
                name,
                size,
                owner,
            }
        }),
    ]
    .boxed()
}

fn meta() -> impl Strategy<Value = Meta> {
    any::<Vec<u32>>().prop_map(|numbers| Meta::from_json(format!("{numbers:?}")).unwrap())
}

fn snapshot() -> BoxedStrategy<Snapshot> {
    let shown = (id(), kind(), text(), option::of(attachment()), state());
    let times = (timestamp(), timestamp(), any::<u64>());
    let rest = (any::<bool>(), option::of(meta()), saved());
    (shown, times, rest)
        .prop_map(|(shown, times, rest)| Snapshot {
            id: shown.0,
            kind: shown.1,
            title: shown.2,
            attachment: shown.3,
            state: shown.4,
            started: times.0,
            changed: times.1,
            revision: times.2,
            toast_closed: rest.0,
            meta: rest.1,
            saved: rest.2,
        })
        .boxed()
}

fn presence() -> impl Strategy<Value = Presence> {
    (any::<(bool, bool)>(), timestamp(), any::<(u64, u64)>()).prop_map(
        |(flags, opened, (term, digest))| Presence {
            visible: flags.0,
            opened,
            term,
            leads: flags.1,
            digest,
        },
    )
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Retry),
        Just(Command::Cancel),
        Just(Command::Pause),
        Just(Command::Resume)
    ]
}

fn message() -> BoxedStrategy<Message> {
    let tab = || any::<u64>().prop_map(TabId);
    prop_oneof![
        presence().prop_map(Message::Hello),
        presence().prop_map(Message::Present),
        Just(Message::Ping),
        Just(Message::RequestLead),
        (tab(), any::<u64>()).prop_map(|(to, term)| Message::HandOver { to, term }),
        Just(Message::Bye),
        vec(snapshot().prop_map(|it| Raw::new(&it)), 0..4).prop_map(Message::Snapshots),
        vec((id(), any::<u64>()), 0..4).prop_map(Message::Cleared),
        (id(), command()).prop_map(|(task, command)| Message::Command(task, command)),
        id().prop_map(Message::ToastClosed),
        (tab(), snapshot()).prop_map(|(to, snapshot)| {
            let snapshot = Raw::new(&snapshot);
            Message::Announce { to, snapshot }
        }),
        (id(), any::<u64>()).prop_map(|(task, run)| Message::CanAnnounce(task, run)),
        (tab(), id(), any::<u64>()).prop_map(|(to, task, run)| Message::DoAnnounce {
            to,
            task,
            run
        }),
        (id(), any::<u64>()).prop_map(|(task, run)| Message::Announced(task, run)),
        any::<String>().prop_map(Message::Forget),
    ]
    .boxed()
}

/// A new variant does not compile here: extend the strategy above as well.
const fn has_strategy(message: &Message) -> bool {
    match message {
        Message::Hello(_)
        | Message::Present(_)
        | Message::Ping
        | Message::RequestLead
        | Message::HandOver { .. }
        | Message::Bye
        | Message::Snapshots(_)
        | Message::Cleared(_)
        | Message::Command(..)
        | Message::ToastClosed(_)
        | Message::Announce { .. }
        | Message::CanAnnounce(..)
        | Message::DoAnnounce { .. }
        | Message::Announced(..)
        | Message::Forget(_) => true,
    }
}

/// Damage to a text.
#[derive(Clone, Debug)]
enum Damage {
    Truncate(prop::sample::Index),
    FlipBit(prop::sample::Index, u8),
    Replace(prop::sample::Index, char),
    Insert(prop::sample::Index, char),
    Remove(prop::sample::Index),
    Repeat,
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Truncate),
        (place(), 0..8_u8).prop_map(|(at, bit)| Damage::FlipBit(at, bit)),
        (place(), any::<char>()).prop_map(|(at, to)| Damage::Replace(at, to)),
        (place(), any::<char>()).prop_map(|(at, new)| Damage::Insert(at, new)),
        place().prop_map(Damage::Remove),
        Just(Damage::Repeat),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for damage in damages {
        let length = characters.len();
        if length == 0 {
            break;
        }
        match damage {
            Damage::Truncate(at) => characters.truncate(at.index(length)),
            Damage::FlipBit(at, bit) => {
                let at = &mut characters[at.index(length)];
                *at = char::from_u32(u32::from(*at) ^ (1 << bit)).unwrap_or(*at);
            }
            Damage::Replace(at, to) => characters[at.index(length)] = *to,
            Damage::Insert(at, new) => characters.insert(at.index(length), *new),
            Damage::Remove(at) => {
                characters.remove(at.index(length));
            }
            Damage::Repeat => characters.extend_from_within(..),
        }
    }
    characters.into_iter().collect()
}

/// Reads a message and all that is in it.
fn read_message(text: &str) {
    match message::from_text(text).map(|envelope| envelope.message) {
        Some(Message::Snapshots(snapshots)) => {
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
        let list = Vec::<Raw>::read(&mut Bytes::new(&bytes)).expect("two snapshots");
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
    for version in [1, 3, 0x7f] {
        let record = format!("{}anything", char::from(version));
        let unreadable = Err(snapshot::Unreadable::Version(version.into()));
        assert_eq!(snapshot::from_record(&record), unreadable);
    }
    assert_eq!(
        snapshot::from_record(""),
        Err(snapshot::Unreadable::Damaged)
    );
}
