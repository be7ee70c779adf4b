//! The texts of a built-in language.

use crate::texts::{JobText, TextKey};

/// All texts of a language. Those of a group are lines in the order of their keys.
#[derive(Debug)]
pub struct Language {
    /// The BCP 47 tag.
    pub tag: &'static str,
    pub task: &'static str,
    pub upload: &'static str,
    /// Of kinds without texts of their own.
    pub job: &'static str,
    pub video: &'static str,
    pub embedding: &'static str,
    pub reasons: &'static str,
    pub labels: &'static str,
}

impl Language {
    pub fn text(&self, key: TextKey) -> &'static str {
        let (lines, place) = match key {
            TextKey::TaskText(key) => (self.task, key as usize),
            TextKey::UploadText(key) => (self.upload, key as usize),
            TextKey::JobText(key) => (self.job, key as usize),
            TextKey::Reason(key) => (self.reasons, key as usize),
            TextKey::Label(key) => (self.labels, key as usize),
        };
        line(lines, place)
    }

    /// A text of a built-in kind.
    pub fn job_text(&self, kind: &str, key: JobText) -> Option<&'static str> {
        let lines = match kind {
            "video" => self.video,
            "embedding" => self.embedding,
            _ => return None,
        };
        Some(line(lines, key as usize))
    }
}

fn line(lines: &'static str, place: usize) -> &'static str {
    lines.split('\n').nth(place).unwrap_or_default()
}

/// A language is there once.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag
    }
}

impl Eq for Language {}
