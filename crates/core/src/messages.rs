//! Texts that the user reads: about tasks, about failures, and on controls.
//!
//! English is the default, Simplified Chinese is built in, every text can be replaced.

mod amount;
mod chinese;
mod english;
mod language;
#[cfg(test)]
mod tests;

pub use self::amount::{Amount, Numbers, Scale, Unit};
use self::chinese::SIMPLIFIED_CHINESE;
use self::english::ENGLISH;
use self::language::Language;
use crate::failure::{Failure, RequestError, Restriction, UploadPhase};
use crate::kind::{JobKind, TaskKind};
use crate::percent::Percent;
use crate::task::{Rate, Task, TaskState, UploadStage};
pub use crate::texts::{JobText, Label, Reason, TaskText, Text, TextKey, UploadText};

/// All texts of one language, each of which can be replaced by its key.
///
/// ```
/// use background_tasks_core::messages::{Label, Messages};
///
/// let messages = Messages::for_language("zh-Hans-SG").with_text(Label::Retry, "再来一次");
/// assert_eq!(messages.language(), "zh-CN");
/// assert_eq!(messages.text(Label::Retry), "再来一次");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    built_in: &'static Language,
    language: Option<Text>,
    /// Few, so they are not sorted.
    replaced: Vec<Replacement>,
    numbers: Option<Numbers>,
}

/// A text in place of the language's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Replacement {
    /// [`JobKind::name`], if it is only for the jobs of one kind.
    kind: Option<Text>,
    key: TextKey,
    text: Text,
}

/// The text of a task's toast.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToastText {
    /// The title.
    pub title: String,
    /// The description, possibly empty.
    pub description: String,
}

impl Default for Messages {
    fn default() -> Self {
        Self::english()
    }
}

impl Messages {
    /// The texts in English.
    pub const fn english() -> Self {
        Self::of(&ENGLISH)
    }

    /// The texts in Simplified Chinese.
    pub const fn simplified_chinese() -> Self {
        Self::of(&SIMPLIFIED_CHINESE)
    }

    const fn of(built_in: &'static Language) -> Self {
        Self {
            built_in,
            language: None,
            replaced: Vec::new(),
            numbers: None,
        }
    }

    /// The built-in language for a BCP 47 tag, case-insensitive: Simplified Chinese for `zh`
    /// and whatever begins with `zh-`, English for everything else, including invalid tags.
    ///
    /// Traditional Chinese (`zh-TW`, `zh-Hant-HK`) gets the simplified texts, the closer of
    /// the two.
    pub fn for_language(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Self::simplified_chinese()
        } else {
            Self::english()
        }
    }

    /// The BCP 47 tag, for `lang` attributes and for numbers.
    pub fn language(&self) -> &str {
        self.language.as_deref().unwrap_or(self.built_in.tag)
    }

    /// Sets the BCP 47 tag, for texts in a language that is not built in.
    #[must_use]
    pub fn with_language(mut self, tag: impl Into<Text>) -> Self {
        self.language = Some(tag.into());
        self
    }

    /// The text of a key, with its placeholders.
    pub fn text(&self, key: impl Into<TextKey>) -> &str {
        let key = key.into();
        let replaced = self.replaced(None, key);
        replaced.unwrap_or_else(|| self.built_in.text(key))
    }

    /// Replaces a text.
    pub fn set_text(&mut self, key: impl Into<TextKey>, text: impl Into<Text>) {
        self.replace(None, key.into(), text.into());
    }

    /// Replaces a text.
    #[must_use]
    pub fn with_text(mut self, key: impl Into<TextKey>, text: impl Into<Text>) -> Self {
        self.set_text(key, text);
        self
    }

    /// A text of a kind of job, with its placeholders: the one that was set here for
    /// [`JobKind::name`], else the [kind's own](JobKind::text), else that of the built-in
    /// kind, else that of all kinds.
    pub fn job_text<'a>(&'a self, kind: &'a JobKind, key: JobText) -> &'a str {
        self.replaced(Some(kind.name()), key.into())
            .or_else(|| kind.text(key))
            .or_else(|| self.built_in.job_text(kind.name(), key))
            .unwrap_or_else(|| self.text(key))
    }

    /// Replaces a text of the kind of job that is called `kind`.
    pub fn set_job_text(&mut self, kind: impl Into<Text>, key: JobText, text: impl Into<Text>) {
        self.replace(Some(kind.into()), key.into(), text.into());
    }

    /// Replaces a text of the kind of job that is called `kind`.
    #[must_use]
    pub fn with_job_text(
        mut self,
        kind: impl Into<Text>,
        key: JobText,
        text: impl Into<Text>,
    ) -> Self {
        self.set_job_text(kind, key, text);
        self
    }

    /// How numbers are formatted. With `None` the driver formats them as the browser does in
    /// [`language`](Self::language); the core formats them plainly.
    pub const fn numbers(&self) -> Option<&Numbers> {
        self.numbers.as_ref()
    }

    /// Sets how numbers are formatted.
    #[must_use]
    pub fn with_numbers(mut self, numbers: Numbers) -> Self {
        self.numbers = Some(numbers);
        self
    }

    fn replaced(&self, kind: Option<&str>, key: TextKey) -> Option<&str> {
        let mut all = self.replaced.iter();
        let found = all.find(|it| it.key == key && it.kind.as_deref() == kind);
        found.map(|it| &*it.text)
    }

    fn replace(&mut self, kind: Option<Text>, key: TextKey, text: Text) {
        let mut all = self.replaced.iter_mut();
        match all.find(|it| it.key == key && it.kind == kind) {
            Some(it) => it.text = text,
            None => self.replaced.push(Replacement { kind, key, text }),
        }
    }

    /// The text of the task's toast.
    pub fn toast(&self, task: &Task) -> ToastText {
        let fill = |template: &str| fill(template, &[("title", &task.title)]);
        let (working, working_description) = self.working(&task.kind);
        let running = |description: &str| {
            let mut title = fill(working);
            if let Some(percent) = task.state.progress() {
                let percent = self.number(percent.get());
                title.push_str(&self::fill(
                    self.text(TaskText::Percent),
                    &[("p", &percent)],
                ));
            }
            ToastText {
                title,
                description: description.to_owned(),
            }
        };
        match &task.state {
            TaskState::Uploading { stage, .. } => running(match stage {
                UploadStage::Sending { .. } => working_description,
                UploadStage::AwaitingResponse => self.text(UploadText::AwaitingResponse),
                UploadStage::Paused => self.text(UploadText::Paused),
            }),
            TaskState::Queued | TaskState::Running { .. } => running(working_description),
            TaskState::Recovering { retry_in, .. } => running(&self::fill(
                self.text(TaskText::Recovering),
                &[("s", &self.number(*retry_in))],
            )),
            TaskState::Offline { .. } => running(self.text(TaskText::Offline)),
            TaskState::Succeeded => {
                let (title, description) = self.succeeded(task);
                ToastText {
                    title: fill(title),
                    description: fill(description),
                }
            }
            TaskState::Failed(failure) => ToastText {
                title: fill(match &task.kind {
                    TaskKind::Upload { .. } => self.text(UploadText::Failed),
                    TaskKind::Job(kind) => self.job_text(kind, JobText::Failed),
                }),
                description: self.reason(failure),
            },
            TaskState::Cancelled => ToastText {
                title: fill(self.text(TaskText::Cancelled)),
                description: String::new(),
            },
        }
    }

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

    /// The speed of an upload and the time left.
    pub fn rate(&self, rate: &Rate) -> String {
        let speed = self.amount(Amount::speed(rate.bytes_per_second));
        let left = self.amount(Amount::time(rate.left));
        self.filled(Label::Rate, &[("pace", &speed), ("left", &left)])
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

    /// The name of a state in the task list.
    pub fn state_label(&self, state: &TaskState) -> &str {
        self.text(match state {
            TaskState::Uploading { stage, .. } => match stage {
                UploadStage::Sending { .. } => Label::Uploading,
                UploadStage::AwaitingResponse => Label::AwaitingResponse,
                UploadStage::Paused => Label::Paused,
            },
            TaskState::Queued => Label::Queued,
            TaskState::Running { .. } => Label::Running,
            TaskState::Recovering { .. } => Label::Recovering,
            TaskState::Offline { .. } => Label::Offline,
            TaskState::Succeeded => Label::Succeeded,
            TaskState::Failed(_) => Label::Failed,
            TaskState::Cancelled => Label::Cancelled,
        })
    }

    /// The name of a kind in the task list.
    pub fn kind_label<'a>(&'a self, kind: &'a TaskKind) -> &'a str {
        match kind {
            TaskKind::Upload { .. } => self.text(Label::UploadKind),
            TaskKind::Job(job) => match job.name() {
                "video" => self.text(Label::VideoKind),
                "embedding" => self.text(Label::EmbeddingKind),
                own => own,
            },
        }
    }

    /// A text with a number in place of `{n}`.
    pub fn counted(&self, key: impl Into<TextKey>, number: usize) -> String {
        self.filled(key, &[("n", &self.number(number))])
    }

    /// A text with values in place of its placeholders.
    pub fn filled(&self, key: impl Into<TextKey>, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values)
    }

    /// A number of bytes.
    pub fn file_size(&self, bytes: u64) -> String {
        self.amount(Amount::size(bytes))
    }

    /// A percentage on its own.
    pub fn percentage(&self, percent: Percent) -> String {
        self.amount(Amount::percent(percent.get()))
    }

    /// A whole number.
    pub fn number(&self, number: impl TryInto<u64>) -> String {
        self.amount(Amount::count(number))
    }

    fn amount(&self, amount: Amount) -> String {
        match &self.numbers {
            Some(numbers) => numbers.write(self.language(), amount),
            None => amount.to_string(),
        }
    }

    fn working<'a>(&'a self, kind: &'a TaskKind) -> (&'a str, &'a str) {
        match kind {
            TaskKind::Upload { .. } => (
                self.text(UploadText::Working),
                self.text(UploadText::WorkingDescription),
            ),
            TaskKind::Job(kind) => (
                self.job_text(kind, JobText::Working),
                self.job_text(kind, JobText::WorkingDescription),
            ),
        }
    }

    fn succeeded<'a>(&'a self, task: &'a Task) -> (&'a str, &'a str) {
        match &task.kind {
            TaskKind::Upload { video: true } => (
                self.text(UploadText::VideoSucceeded),
                self.text(UploadText::VideoSucceededDescription),
            ),
            TaskKind::Upload { video: false } => (self.text(UploadText::Succeeded), ""),
            TaskKind::Job(kind) => (
                self.job_text(kind, JobText::Succeeded),
                self.job_text(kind, JobText::SucceededDescription),
            ),
        }
    }
}

/// Replaces the placeholders of a template by `values`, in one pass, so that a title such as
/// `{p}` is left as it is. A value whose writing direction could reorder the text around it
/// is isolated.
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
                push_isolated(&mut filled, value, template);
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

/// Appends a value between U+2068 and U+2069 if its direction may differ from the template's.
/// Its own embeddings, overrides and isolates are removed, since they could extend beyond it.
fn push_isolated(filled: &mut String, value: &str, template: &str) {
    let has = |text: &str, test: fn(char) -> bool| text.chars().any(test);
    if has(value, is_right_to_left) || has(template, is_right_to_left) && has(value, is_letter) {
        filled.push('\u{2068}');
        filled.extend(value.chars().filter(|c| !is_bidi_control(*c)));
        filled.push('\u{2069}');
    } else {
        filled.push_str(value);
    }
}

/// Whether it may be a letter that is written from left to right.
fn is_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{58f}' | '\u{900}'..='\u{1fff}' | '\u{2c00}'..)
}

/// Whether it is a letter that is written from right to left, or sets a direction.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}'
        | '\u{200e}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        || is_bidi_control(c)
}

/// Whether it affects the direction of the text that follows it.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
