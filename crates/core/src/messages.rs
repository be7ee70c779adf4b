//! Texts that the user reads: about tasks, about failures, and on controls.
//!
//! English is the default, Simplified Chinese is built in, every text can be replaced.

mod amount;
mod chinese;
mod english;
mod fill;
mod language;
mod reasons;
#[cfg(test)]
mod tests;
mod toast;

pub use self::amount::{Amount, Numbers, Scale, Unit};
use self::chinese::SIMPLIFIED_CHINESE;
use self::english::ENGLISH;
pub use self::fill::fill;
use self::language::Language;
pub use self::toast::ToastText;
use crate::kind::{JobKind, TaskKind};
use crate::percent::Percent;
use crate::task::{Rate, TaskState, UploadStage};
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
        self.text_of(key.into())
    }

    /// Not generic, so that it exists once.
    fn text_of(&self, key: TextKey) -> &str {
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

    /// The speed of an upload and the time left.
    pub fn rate(&self, rate: &Rate) -> String {
        let speed = self.amount(Amount::speed(rate.bytes_per_second));
        let left = self.amount(Amount::time(rate.left));
        self.filled(Label::Rate, &[("pace", &speed), ("left", &left)])
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
}
