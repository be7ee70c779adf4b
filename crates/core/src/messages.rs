//! What a person reads: of tasks, of failures, and on the page's own controls.
//!
//! English is the default, Simplified Chinese is built in, every field can be replaced.

mod amount;
mod chinese;
mod english;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::HashMap;

pub use self::amount::{Amount, Numbers, Scale, Unit};
pub use self::texts::{JobTexts, Labels, Reasons, Text, UploadTexts};
use crate::failure::{CallError, Failure, Restriction, UploadLeg};
use crate::kind::{JobKind, TaskKind};
use crate::{Percent, Rate, Task, TaskState, UploadStage};

/// All texts of one language.
///
/// ```
/// use background_tasks_core::Messages;
///
/// let mut messages = Messages::for_language("zh-Hans-SG");
/// assert_eq!(messages.language, "zh-CN");
/// messages.labels.retry = "再来一次".into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The BCP 47 tag, for `lang` attributes and for numbers.
    pub language: Text,
    /// What uploads say.
    pub upload: UploadTexts,
    /// What kinds of jobs say in this language, by [`JobKind::name`]. A kind
    /// that is missing says its own [`JobKind::texts`].
    pub jobs: HashMap<Text, JobTexts>,
    /// Follows a running title where progress is known: `{p}`.
    pub percent: Text,
    /// The line below while a connection problem passes: `{s}` seconds.
    pub recovering: Text,
    /// The line below while the browser is offline.
    pub offline: Text,
    /// The title of a cancelled task: `{title}`.
    pub cancelled: Text,
    /// Why tasks fail.
    pub reasons: Reasons,
    /// What controls are called.
    pub labels: Labels,
    /// How numbers are written; none for the browser's way in
    /// [`language`](Self::language) once these are the messages of tasks, and
    /// for the plain way until then.
    pub numbers: Option<Numbers>,
}

/// What a task's toast says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToastText {
    /// The first line.
    pub title: String,
    /// The second line, empty where there is none.
    pub description: String,
}

impl Default for Messages {
    fn default() -> Self {
        Self::english()
    }
}

impl Messages {
    /// The built-in language nearest to a BCP 47 tag, in any case: Simplified
    /// Chinese for `zh` and all that begins with `zh-`, English for everything
    /// else, also for what is no tag.
    ///
    /// Readers of Traditional Chinese (`zh-TW`, `zh-Hant-HK`) get the simplified
    /// texts, the nearer to them of the two.
    pub fn for_language(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Self::simplified_chinese()
        } else {
            Self::english()
        }
    }

    /// What the task's toast says (CONTRACT §3).
    pub fn toast(&self, task: &Task) -> ToastText {
        let fill = |template: &str| fill(template, &[("title", &task.title)]);
        let (working, working_description) = self.working(&task.kind);
        let running = |description: &str| {
            let mut title = fill(working);
            if let Some(percent) = task.state.progress() {
                let percent = self.number(percent.get());
                title.push_str(&self::fill(&self.percent, &[("p", &percent)]));
            }
            ToastText {
                title,
                description: description.to_owned(),
            }
        };
        match &task.state {
            TaskState::Uploading { stage, .. } => running(match stage {
                UploadStage::Sending { .. } => working_description,
                UploadStage::AwaitingAnswer => &self.upload.awaiting_answer,
                UploadStage::Paused => &self.upload.paused,
            }),
            TaskState::Queued | TaskState::Running { .. } => running(working_description),
            TaskState::Recovering { retry_in, .. } => running(&self::fill(
                &self.recovering,
                &[("s", &self.number(*retry_in))],
            )),
            TaskState::Offline { .. } => running(&self.offline),
            TaskState::Succeeded => {
                let (title, description) = self.succeeded(task);
                ToastText {
                    title: fill(title),
                    description: fill(description),
                }
            }
            TaskState::Failed(failure) => ToastText {
                title: fill(match &task.kind {
                    TaskKind::Upload { .. } => &self.upload.failed,
                    TaskKind::Job(kind) => &self.job(kind).failed,
                }),
                description: self.reason(failure),
            },
            TaskState::Cancelled => ToastText {
                title: fill(&self.cancelled),
                description: String::new(),
            },
        }
    }

    /// Why a task failed, and what can be done about it.
    pub fn reason(&self, failure: &Failure) -> String {
        let reasons = &self.reasons;
        match failure {
            Failure::Job { reason } => reason.as_deref().unwrap_or(&reasons.unexplained).to_owned(),
            Failure::TimedOut { checks } => {
                fill(&reasons.out_of_checks, &[("n", &self.number(*checks))])
            }
            Failure::Interrupted => reasons.cut_off.clone().into_owned(),
            Failure::Refused { name, restriction } => self.restriction(name, restriction),
            Failure::Call(error) => self.call_reason(error),
        }
    }

    /// Why a file may not be sent.
    pub fn restriction(&self, name: &str, restriction: &Restriction) -> String {
        let reasons = &self.reasons;
        let said =
            |sentence: &str, value: &str| fill(sentence, &[("name", name), ("value", value)]);
        match restriction {
            Restriction::Types(types) => said(&reasons.not_this_type, &types.join(", ")),
            Restriction::MaxSize(bytes) => said(&reasons.over_size, &self.file_size(*bytes)),
            Restriction::NotEmpty => said(&self.labels.file_empty, ""),
        }
    }

    /// How fast an upload is, and how long the rest will take.
    pub fn rate(&self, rate: &Rate) -> String {
        let pace = self.amount(Amount::pace(rate.bytes_per_second));
        let left = self.amount(Amount::time(rate.left));
        fill(&self.labels.rate, &[("pace", &pace), ("left", &left)])
    }

    /// Why a call failed, and what can be done about it.
    pub fn call_reason(&self, error: &CallError) -> String {
        let reasons = &self.reasons;
        match error {
            CallError::Unreachable => reasons.unreachable.clone().into_owned(),
            CallError::TimedOut { limit } => {
                fill(&reasons.no_answer, &[("s", &self.number(limit.as_secs()))])
            }
            CallError::Stalled { at, limit } => {
                let sentence = match at {
                    UploadLeg::Start => &reasons.no_first_byte,
                    UploadLeg::Bytes => &reasons.no_further_byte,
                    UploadLeg::Answer => &reasons.no_answer_to_upload,
                };
                fill(sentence, &[("s", &self.number(limit.as_secs()))])
            }
            CallError::Status {
                status, message, ..
            } => {
                let sentence = match status {
                    400 | 422 => &reasons.not_accepted,
                    401 => &reasons.signed_out,
                    403 => &reasons.forbidden,
                    404 => &reasons.not_found,
                    405 | 501 | 505 => &reasons.not_offered,
                    410 => &reasons.gone,
                    413 => &reasons.too_large,
                    415 => &reasons.wrong_type,
                    429 => &reasons.too_many,
                    500.. => &reasons.server_trouble,
                    _ => &reasons.refused,
                };
                let reason = fill(sentence, &[("status", &status.to_string())]);
                match message {
                    Some(words) => fill(
                        &reasons.in_its_words,
                        &[("reason", &reason), ("words", words)],
                    ),
                    None => reason,
                }
            }
            CallError::NotUnderstood { detail } => {
                fill(&reasons.not_understood, &[("detail", detail)])
            }
            CallError::UnknownWord { word } => fill(&reasons.unknown_word, &[("word", word)]),
            CallError::FileUnreadable => reasons.file_unreadable.clone().into_owned(),
        }
    }

    /// The name of a state, as the list shows it.
    pub fn state_label(&self, state: &TaskState) -> &str {
        let labels = &self.labels;
        match state {
            TaskState::Uploading { stage, .. } => match stage {
                UploadStage::Sending { .. } => &labels.uploading,
                UploadStage::AwaitingAnswer => &labels.awaiting_answer,
                UploadStage::Paused => &labels.paused,
            },
            TaskState::Queued => &labels.queued,
            TaskState::Running { .. } => &labels.running,
            TaskState::Recovering { .. } => &labels.recovering,
            TaskState::Offline { .. } => &labels.offline,
            TaskState::Succeeded => &labels.succeeded,
            TaskState::Failed(_) => &labels.failed,
            TaskState::Cancelled => &labels.cancelled,
        }
    }

    /// The name of a kind, as the list shows it.
    pub fn kind_label<'a>(&'a self, kind: &'a TaskKind) -> &'a str {
        match kind {
            TaskKind::Upload { .. } => &self.labels.upload_kind,
            TaskKind::Job(job) => match job.name() {
                "video" => &self.labels.video_kind,
                "embedding" => &self.labels.embedding_kind,
                own => own,
            },
        }
    }

    /// A text with a number in its place `{n}`.
    pub fn counted(&self, text: &str, number: usize) -> String {
        fill(text, &[("n", &self.number(number))])
    }

    /// A number of bytes.
    pub fn file_size(&self, bytes: u64) -> String {
        self.amount(Amount::size(bytes))
    }

    /// A percentage that stands for itself.
    pub fn percentage(&self, percent: Percent) -> String {
        self.amount(Amount::percent(percent.get()))
    }

    /// A whole number.
    pub fn number(&self, number: impl TryInto<u64>) -> String {
        self.amount(Amount::count(number))
    }

    fn amount(&self, amount: Amount) -> String {
        match &self.numbers {
            Some(numbers) => numbers.write(&self.language, amount),
            None => amount.to_string(),
        }
    }

    fn job<'a>(&'a self, kind: &'a JobKind) -> &'a JobTexts {
        self.jobs.get(kind.name()).unwrap_or_else(|| kind.texts())
    }

    fn working<'a>(&'a self, kind: &'a TaskKind) -> (&'a str, &'a str) {
        match kind {
            TaskKind::Upload { .. } => (&self.upload.working, &self.upload.working_description),
            TaskKind::Job(kind) => {
                let texts = self.job(kind);
                (&texts.working, &texts.working_description)
            }
        }
    }

    fn succeeded<'a>(&'a self, task: &'a Task) -> (&'a str, &'a str) {
        match &task.kind {
            TaskKind::Upload { video: true } => (
                &self.upload.video_succeeded,
                &self.upload.video_succeeded_description,
            ),
            TaskKind::Upload { video: false } => (&self.upload.succeeded, ""),
            TaskKind::Job(kind) => {
                let texts = self.job(kind);
                (&texts.succeeded, &texts.succeeded_description)
            }
        }
    }
}

/// Puts `values` in the places of a template, in one pass, so that a title
/// that reads `{p}` stays what it is.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match place {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}
