//! The types of records and messages in this format.
//!
//! The order of fields and the numbers of variants are the format: whoever changes them
//! changes [`snapshot::VERSION`](crate::snapshot::VERSION) as well.

use super::{Bytes, Codec, codec_enum, codec_struct, write_text};
use crate::failure::{Failure, RequestError, Restriction, UploadPhase};
use crate::id::{AttachmentId, JobKey, ResumeKey, TaskId};
use crate::kind::{JobKind, TaskKind};
use crate::meta::Meta;
use crate::monitor::{SavedCancellation, SavedFollowUp, SavedMonitor};
use crate::percent::Percent;
use crate::policy::{Policy, RetryPolicy};
use crate::tab::TabId;
use crate::task::{Rate, TaskState, UploadStage};
use crate::time::Timestamp;
use crate::upload::SavedUpload;

/// Types that are written as another type.
macro_rules! codec_as {
    ($($type:ty as $other:ty: $to:expr, $from:expr;)*) => {
        $(impl Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let to: fn(&Self) -> $other = $to;
                to(self).write(out);
            }

            fn read(bytes: &mut Bytes<'_>) -> Self {
                let from: fn($other) -> Self = $from;
                from(<$other>::read(bytes))
            }
        })*
    };
}

codec_as! {
    Timestamp as u64: |it| it.as_millis(), Self::from_millis;
    TabId as u64: |it| it.0, Self;
    Percent as u16: |it| it.get().into(), |it| Self::new(u8::try_from(it).unwrap_or(100));
}

macro_rules! codec_text {
    ($($type:ty)*) => {
        $(impl Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                write_text(self.as_str(), out);
            }

            fn read(bytes: &mut Bytes<'_>) -> Self {
                Self::from(bytes.text())
            }
        })*
    };
}

codec_text!(TaskId JobKey ResumeKey);

/// A text from outside that is no metadata makes the snapshot unreadable.
impl Codec for Meta {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self.as_json(), out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        Self::from_json(bytes.text()).unwrap_or_else(|_| {
            bytes.damage();
            Self::null()
        })
    }
}

codec_enum!(AttachmentId { 0 => Number(number), 1 => Text(text) });
codec_enum!(UploadPhase { 0 => Connect, 1 => Transfer, 2 => Response });
codec_enum!(Restriction { 0 => Types(types), 1 => MaxSize(bytes), 2 => NotEmpty });
codec_enum!(RequestError {
    0 => Unreachable,
    1 => TimedOut { limit },
    2 => Stalled { at, limit },
    3 => Status { status, retry_after, message },
    4 => InvalidResponse { detail },
    5 => UnknownStatus { value },
    6 => FileUnreadable,
    7 => NotSent { detail },
    8 => WebPage,
    9 => Unconfirmed { detail },
    10 => ClosedEarly,
    11 => Misconfigured { detail },
    12 => TooLarge { limit },
});
codec_enum!(Failure {
    0 => Job { reason },
    1 => TimedOut { checks },
    2 => Interrupted,
    3 => Refused { name, restriction },
    4 => Request(error),
});
codec_struct!(Rate {
    bytes_per_second,
    left
});
codec_enum!(UploadStage { 0 => Sending { rate }, 1 => AwaitingResponse, 2 => Paused });
codec_enum!(TaskState {
    0 => Uploading { progress, stage },
    1 => Queued,
    2 => Running { progress },
    3 => Recovering { progress, retry_in, attempt, error },
    4 => Offline { progress },
    5 => Succeeded,
    6 => Failed(failure),
    7 => Cancelled,
});
codec_enum!(SavedFollowUp { 0 => At { at, delay }, 1 => OnSuccess });
codec_struct!(SavedMonitor {
    job,
    progress,
    begun,
    checks,
    follow_up,
    starts,
    may_have_started,
    run,
    seed,
    not_before,
    failures,
    cancellations,
});
codec_struct!(SavedCancellation {
    starts,
    job,
    failures
});
codec_struct!(SavedUpload {
    keys,
    seed,
    may_have_arrived,
    run,
    attempts,
    progress,
    resume,
    fingerprint,
});
codec_enum!(TaskKind { 0 => Upload { video }, 1 => Job(kind) });
codec_struct!(RetryPolicy {
    min_backoff,
    max_backoff,
    max_failures,
    max_retry_after,
    offline_interval,
    hidden_interval,
});

codec_struct!(Policy {
    interval,
    max_checks,
    max_progress,
    request_timeout,
    retry,
    streamed_interval,
    reset_on_progress,
});

/// Everything but the texts travels, so that any tab can poll it.
impl Codec for JobKind {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self.name(), out);
        write_text(self.endpoint(), out);
        self.policy().write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        let (name, endpoint) = (String::read(bytes), String::read(bytes));
        Self::new(name, endpoint).with_policy(Policy::read(bytes))
    }
}
