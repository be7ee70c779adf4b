//! The texts of a built-in language.

use crate::texts::{JobText, Label, Reason, TaskText, TextKey, UploadText};

/// All texts of a language, in the order of their keys.
#[derive(Debug)]
pub struct Language {
    /// The BCP 47 tag.
    pub tag: &'static str,
    pub task: [&'static str; TaskText::ALL.len()],
    pub upload: [&'static str; UploadText::ALL.len()],
    /// Of kinds without texts of their own.
    pub job: [&'static str; JobText::ALL.len()],
    pub video: [&'static str; JobText::ALL.len()],
    pub embedding: [&'static str; JobText::ALL.len()],
    pub reasons: [&'static str; Reason::ALL.len()],
    pub labels: [&'static str; Label::ALL.len()],
}

impl Language {
    pub fn text(&self, key: TextKey) -> &'static str {
        let (texts, place): (&[&str], _) = match key {
            TextKey::TaskText(key) => (&self.task, key as usize),
            TextKey::UploadText(key) => (&self.upload, key as usize),
            TextKey::JobText(key) => (&self.job, key as usize),
            TextKey::Reason(key) => (&self.reasons, key as usize),
            TextKey::Label(key) => (&self.labels, key as usize),
        };
        texts.get(place).copied().unwrap_or_default()
    }

    /// A text of a built-in kind.
    pub fn job_text(&self, kind: &str, key: JobText) -> Option<&'static str> {
        let texts = match kind {
            "video" => &self.video,
            "embedding" => &self.embedding,
            _ => return None,
        };
        texts.get(key as usize).copied()
    }
}

/// A language is there once.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag
    }
}

impl Eq for Language {}
