//! What a person reads: of tasks, of failures, and on the page's own controls.
//!
//! English is the default, Simplified Chinese is built in, every field can be replaced.

mod chinese;
mod english;
mod file_size;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(crate) use self::file_size::file_size;
use super::failure::{CallError, Failure, Restriction, UploadLeg};
use super::kind::{JobKind, JobTexts, TaskKind};
use super::{Rate, Task, TaskState, UploadStage};

/// One text. `{title}`, `{p}` and the like stand for what is filled in.
pub type Text = Cow<'static, str>;

/// All texts of one language.
///
/// ```
/// use yew_background_tasks::Messages;
///
/// let mut messages = Messages::for_language("zh-Hans-SG");
/// assert_eq!(messages.language, "zh-CN");
/// messages.labels.retry = "再来一次".into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The BCP 47 tag for `lang` attributes.
    pub language: Text,
    /// What uploads say.
    pub upload: UploadTexts,
    /// What kinds of jobs say in this language, by [`JobKind::name`]. A kind
    /// that is missing says its own [`JobKind::texts`].
    pub jobs: BTreeMap<Text, JobTexts>,
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
}

/// What an upload's toasts say. `{title}` stands for the attachment's title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadTexts {
    /// The title while it runs.
    pub working: Text,
    /// The line below it.
    pub working_description: Text,
    /// The line below it once all bytes are sent.
    pub awaiting_answer: Text,
    /// The line below it while it stands still.
    pub paused: Text,
    /// The title once a video is up.
    pub video_succeeded: Text,
    /// The line below it.
    pub video_succeeded_description: Text,
    /// The title once another file is up.
    pub succeeded: Text,
    /// The title once it failed.
    pub failed: Text,
}

/// Sentences on why a task failed, each with what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named for the case that it stands for")]
pub struct Reasons {
    /// The server said that the job failed, but not why.
    pub unexplained: Text,
    /// The budget of `{n}` checks is spent.
    pub out_of_checks: Text,
    pub unreachable: Text,
    /// No answer within `{s}` seconds.
    pub no_answer: Text,
    /// An upload sent nothing for `{s}` seconds.
    pub no_first_byte: Text,
    /// An upload stood still for `{s}` seconds.
    pub no_further_byte: Text,
    /// All bytes are sent, and there was no answer within `{s}` seconds.
    pub no_answer_to_upload: Text,
    /// `{name}` is of none of the types in `{value}`.
    pub not_this_type: Text,
    /// `{name}` has more bytes than `{value}`.
    pub over_size: Text,
    /// `{detail}` says what is wrong.
    pub not_understood: Text,
    /// `{word}` is what the server said.
    pub unknown_word: Text,
    pub file_unreadable: Text,
    /// The page was left during an upload.
    pub cut_off: Text,
    /// 401
    pub signed_out: Text,
    /// 403
    pub forbidden: Text,
    /// 404
    pub not_found: Text,
    /// 410
    pub gone: Text,
    /// 413
    pub too_large: Text,
    /// 415
    pub wrong_type: Text,
    /// 400 and 422
    pub not_accepted: Text,
    /// 429
    pub too_many: Text,
    /// 501, 505 and 405: `{status}`
    pub not_offered: Text,
    /// 5xx: `{status}`
    pub server_trouble: Text,
    /// Anything else: `{status}`
    pub refused: Text,
    /// A reason and the server's own words: `{reason}`, `{words}`.
    pub in_its_words: Text,
}

/// What controls, headings and empty places are called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is named for the control that it stands on"
)]
pub struct Labels {
    pub retry: Text,
    pub cancel: Text,
    pub close: Text,
    pub notifications: Text,
    /// `{n}` toasts that are not shown.
    pub more: Text,
    pub tasks: Text,
    /// The indicator: `{n}` unfinished tasks.
    pub unfinished: Text,
    pub no_tasks: Text,
    pub clear: Text,
    pub clear_finished: Text,
    pub pause: Text,
    pub resume: Text,
    pub retry_failed: Text,
    pub uploading: Text,
    pub awaiting_answer: Text,
    pub paused: Text,
    /// How fast an upload is: `{pace}` in a second, `{left}` to go.
    pub rate: Text,
    /// `{n}` seconds.
    pub seconds: Text,
    /// `{n}` minutes.
    pub minutes: Text,
    pub queued: Text,
    pub running: Text,
    pub recovering: Text,
    pub offline: Text,
    pub succeeded: Text,
    pub failed: Text,
    pub cancelled: Text,
    pub upload_kind: Text,
    pub video_kind: Text,
    pub embedding_kind: Text,
    /// A title for tasks that were given none.
    pub untitled: Text,
    pub storage: Text,
    pub upload: Text,
    pub manage: Text,
    pub file: Text,
    pub choose_file: Text,
    pub drop_file: Text,
    pub title: Text,
    pub title_hint: Text,
    pub file_missing: Text,
    /// `{name}` has no bytes.
    pub file_empty: Text,
    /// `{name}` cannot be read.
    pub file_unreadable: Text,
    pub title_missing: Text,
    /// A title may have `{n}` characters.
    pub title_too_long: Text,
    /// `{n}` files are chosen.
    pub files_chosen: Text,
    /// At most `{n}` files go in one go.
    pub too_many_files: Text,
    pub loading: Text,
    pub list_failed: Text,
    pub nothing_stored: Text,
    pub delete: Text,
    pub delete_confirm: Text,
    /// `{title}` is deleted.
    pub delete_named: Text,
    /// `{title}` could not be deleted.
    pub delete_failed: Text,
    pub leave_warning: Text,
    /// The switch for the device's notifications.
    pub notify_me: Text,
    /// What to do where the browser refuses them.
    pub notify_blocked: Text,
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
    /// The built-in language nearest to a BCP 47 tag: Chinese for `zh` in any
    /// form, English for everything else.
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
                let percent = percent.to_string();
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
                &[("s", &retry_in.to_string())],
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
                fill(&reasons.out_of_checks, &[("n", &checks.to_string())])
            }
            Failure::CutOff => reasons.cut_off.clone().into_owned(),
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
            Restriction::MaxSize(bytes) => said(&reasons.over_size, &file_size(*bytes)),
            Restriction::NotEmpty => said(&self.labels.file_empty, ""),
        }
    }

    /// How fast an upload is, and how long the rest will take.
    pub fn rate(&self, rate: &Rate) -> String {
        let seconds = rate.left.as_secs();
        let left = if seconds < 60 {
            fill(&self.labels.seconds, &[("n", &seconds.to_string())])
        } else {
            let minutes = seconds.div_ceil(60);
            fill(&self.labels.minutes, &[("n", &minutes.to_string())])
        };
        let pace = file_size(rate.bytes_per_second);
        fill(&self.labels.rate, &[("pace", &pace), ("left", &left)])
    }

    /// Why a call failed, and what can be done about it.
    pub fn call_reason(&self, error: &CallError) -> String {
        let reasons = &self.reasons;
        match error {
            CallError::Unreachable => reasons.unreachable.clone().into_owned(),
            CallError::TimedOut { limit } => {
                fill(&reasons.no_answer, &[("s", &limit.as_secs().to_string())])
            }
            CallError::Stalled { at, limit } => {
                let sentence = match at {
                    UploadLeg::Start => &reasons.no_first_byte,
                    UploadLeg::Bytes => &reasons.no_further_byte,
                    UploadLeg::Answer => &reasons.no_answer_to_upload,
                };
                fill(sentence, &[("s", &limit.as_secs().to_string())])
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
