//! Why tasks and requests fail, and what the user can do about it.

use super::Messages;
use crate::failure::{Failure, RequestError, Restriction, UploadPhase};
use crate::texts::{Label, Reason, TextKey};

impl Messages {
    /// Why a task failed, and what can be done about it.
    pub fn reason(&self, failure: &Failure) -> String {
        match failure {
            Failure::Job { reason } => {
                let unexplained = self.text(Reason::Unexplained);
                reason.as_deref().unwrap_or(unexplained).to_owned()
            }
            Failure::TimedOut { checks } => {
                self.filled(Reason::TimedOut, &[("n", &self.number(*checks))])
            }
            Failure::Interrupted => self.text(Reason::Interrupted).to_owned(),
            Failure::Refused { name, restriction } => self.restriction(name, restriction),
            Failure::Request(error) => self.request_reason(error),
        }
    }

    /// Why a file is not accepted.
    pub fn restriction(&self, name: &str, restriction: &Restriction) -> String {
        let filled = |sentence: TextKey, value: &str| {
            self.filled(sentence, &[("name", name), ("value", value)])
        };
        match restriction {
            Restriction::Types(types) => filled(Reason::NotThisType.into(), &types.join(", ")),
            Restriction::MaxSize(bytes) => filled(Reason::OverSize.into(), &self.file_size(*bytes)),
            Restriction::NotEmpty => filled(Label::FileEmpty.into(), ""),
        }
    }

    /// Why a request failed, and what can be done about it.
    pub fn request_reason(&self, error: &RequestError) -> String {
        match error {
            RequestError::Unreachable => self.text(Reason::Unreachable).to_owned(),
            RequestError::TimedOut { limit } => {
                self.filled(Reason::NoResponse, &[("s", &self.number(limit.as_secs()))])
            }
            RequestError::Stalled { at, limit } => {
                let sentence = match at {
                    UploadPhase::Connect => Reason::NoFirstByte,
                    UploadPhase::Transfer => Reason::NoFurtherByte,
                    UploadPhase::Response => Reason::NoResponseToUpload,
                };
                self.filled(sentence, &[("s", &self.number(limit.as_secs()))])
            }
            RequestError::Status {
                status, message, ..
            } => {
                let sentence = match status {
                    400 | 422 => Reason::NotAccepted,
                    401 => Reason::SignedOut,
                    403 => Reason::Forbidden,
                    404 => Reason::NotFound,
                    405 | 501 | 505 => Reason::NotSupported,
                    410 => Reason::Gone,
                    413 => Reason::TooLarge,
                    415 => Reason::WrongType,
                    429 => Reason::TooMany,
                    500.. => Reason::ServerTrouble,
                    _ => Reason::Refused,
                };
                let reason = self.filled(sentence, &[("status", &status.to_string())]);
                match message {
                    Some(words) => self.filled(
                        Reason::WithServerMessage,
                        &[("reason", &reason), ("words", words)],
                    ),
                    None => reason,
                }
            }
            RequestError::InvalidResponse { detail } => {
                self.filled(Reason::InvalidResponse, &[("detail", detail)])
            }
            RequestError::UnknownStatus { value } => {
                self.filled(Reason::UnknownStatus, &[("word", value)])
            }
            RequestError::NotSent { detail } => self.filled(Reason::NotSent, &[("detail", detail)]),
            RequestError::WebPage => self.text(Reason::WebPage).to_owned(),
            RequestError::Unconfirmed { detail } => {
                self.filled(Reason::Unconfirmed, &[("detail", detail)])
            }
            RequestError::ClosedEarly => self.text(Reason::ClosedEarly).to_owned(),
            RequestError::TooLarge { limit } => self.filled(
                Reason::OverServerLimit,
                &[("value", &self.file_size(*limit))],
            ),
            RequestError::Misconfigured { detail } => {
                self.filled(Reason::Misconfigured, &[("detail", detail)])
            }
            RequestError::FileUnreadable => self.text(Reason::FileUnreadable).to_owned(),
        }
    }
}
