//! Arbitrary snapshots and messages.

mod kinds;
mod messages;

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::codec::*;
use crate::failure::{Failure, RequestError, Restriction, UploadPhase};
use crate::id::AttachmentId;
use crate::input::Command;
use crate::kind::{JobKind, TaskKind};
use crate::message::{CommandId, Message, PendingCommand, Presence, Raw};
use crate::meta::Meta;
use crate::monitor::{SavedCancellation, SavedFollowUp, SavedMonitor};
use crate::percent::Percent;
use crate::policy::{Policy, RetryPolicy};
use crate::snapshot::{EndNumber, KeptCopy, Saved, Snapshot};
use crate::tab::TabId;
use crate::task::{Rate, TaskState, UploadStage};
use crate::time::Timestamp;
use crate::upload::SavedUpload;

use self::kinds::kind;
pub use self::messages::message;

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

fn upload_phase() -> impl Strategy<Value = UploadPhase> {
    prop_oneof![
        Just(UploadPhase::Connect),
        Just(UploadPhase::Transfer),
        Just(UploadPhase::Response)
    ]
}

fn request_error() -> BoxedStrategy<RequestError> {
    prop_oneof![
        Just(RequestError::Unreachable),
        duration().prop_map(|limit| RequestError::TimedOut { limit }),
        (upload_phase(), duration()).prop_map(|(at, limit)| RequestError::Stalled { at, limit }),
        (any::<u16>(), option::of(duration()), option::of(text())).prop_map(
            |(status, retry_after, message)| RequestError::Status {
                status,
                retry_after,
                message
            }
        ),
        text().prop_map(|detail| RequestError::InvalidResponse { detail }),
        text().prop_map(|value| RequestError::UnknownStatus { value }),
        text().prop_map(|detail| RequestError::NotSent { detail }),
        Just(RequestError::WebPage),
        Just(RequestError::FileUnreadable),
        text().prop_map(|detail| RequestError::Unconfirmed { detail }),
        Just(RequestError::ClosedEarly),
        text().prop_map(|detail| RequestError::Misconfigured { detail }),
        any::<u64>().prop_map(|limit| RequestError::TooLarge { limit }),
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
        request_error().prop_map(Failure::Request),
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
        Just(UploadStage::AwaitingResponse),
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
        (progress(), any::<u64>(), any::<u32>(), request_error()).prop_map(
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

fn follow_up() -> impl Strategy<Value = SavedFollowUp> {
    prop_oneof![
        (timestamp(), duration()).prop_map(|(at, delay)| SavedFollowUp::At { at, delay }),
        Just(SavedFollowUp::OnSuccess),
    ]
}

fn saved_cancellation() -> impl Strategy<Value = SavedCancellation> {
    let failures = option::of((any::<u32>(), request_error()));
    (any::<u64>(), option::of(id()), failures).prop_map(|(starts, job, failures)| {
        SavedCancellation {
            starts,
            job,
            failures,
        }
    })
}

fn saved_monitor() -> BoxedStrategy<SavedMonitor> {
    let parts = (
        option::of(id()),
        option::of(percent()),
        any::<(bool, bool)>(),
        any::<u32>(),
        option::of(follow_up()),
        any::<(u64, u64, u64)>(),
        option::of(timestamp()),
        (
            option::of((any::<u32>(), request_error())),
            vec(saved_cancellation(), 0..3),
        ),
    );
    parts
        .prop_map(
            |(
                job,
                progress,
                flags,
                checks,
                follow_up,
                numbers,
                not_before,
                (failures, cancellations),
            )| {
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
                    cancellations,
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
        any::<Option<u64>>(),
    );
    parts
        .prop_map(
            |([keys, seed, run, attempts], may_have_arrived, progress, resume, fingerprint)| {
                SavedUpload {
                    keys,
                    seed,
                    may_have_arrived,
                    run,
                    attempts,
                    progress,
                    resume,
                    fingerprint,
                }
            },
        )
        .boxed()
}

fn kept() -> impl Strategy<Value = Option<KeptCopy>> {
    let parts = (any::<u64>(), timestamp());
    option::of(parts.prop_map(|(digest, since)| KeptCopy { digest, since }))
}

fn saved() -> BoxedStrategy<Saved> {
    let owner = option::of(any::<u64>().prop_map(TabId));
    prop_oneof![
        saved_monitor().prop_map(Saved::Job),
        (saved_upload(), text(), any::<[u64; 2]>(), owner, kept()).prop_map(
            |(upload, name, [size, claims], owner, kept)| Saved::Upload {
                upload,
                name,
                size,
                owner,
                kept,
                claims,
            }
        ),
    ]
    .boxed()
}

fn meta() -> impl Strategy<Value = Meta> {
    any::<Vec<u32>>().prop_map(|numbers| Meta::from_json(format!("{numbers:?}")).unwrap())
}

pub fn snapshot() -> BoxedStrategy<Snapshot> {
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

fn tab() -> impl Strategy<Value = TabId> {
    any::<u64>().prop_map(TabId)
}

fn end() -> impl Strategy<Value = EndNumber> {
    any::<u64>().prop_map(EndNumber)
}

/// A new variant does not compile here: extend the strategy above as well.
pub const fn has_strategy(message: &Message) -> bool {
    match message {
        Message::Hello(..)
        | Message::Present(..)
        | Message::Ping
        | Message::RequestLead
        | Message::HandOver { .. }
        | Message::Bye
        | Message::Snapshots(_)
        | Message::Changes(_)
        | Message::Cleared(_)
        | Message::Command(_)
        | Message::Executed(_)
        | Message::ToastClosed(_)
        | Message::Announce { .. }
        | Message::CanAnnounce(..)
        | Message::DoAnnounce { .. }
        | Message::Announced(..)
        | Message::Forget(_) => true,
    }
}
