//! What keeps a form from being sent, and how it is said.

use background_tasks_core::messages::Label;
use background_tasks_core::{Messages, UploadPolicy};

/// The longest title, in characters: what common databases hold in a line of text.
pub(super) const LONGEST_TITLE: usize = 255;

/// How many faulty files are named; a longer list would not be read.
const NAMED: usize = 3;

/// What is known of a chosen file without reading it.
#[derive(Clone)]
pub(super) struct FileFacts {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) size: u64,
}

/// What is wrong, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    pub(super) file: Option<String>,
    pub(super) title: Option<String>,
}

impl Faults {
    pub(super) fn is_empty(&self) -> bool {
        self.file.is_none() && self.title.is_none()
    }
}

/// Checks what can be checked before a byte is read. One file has the title
/// that the person gives; several have their own names.
pub(super) fn check<'a>(
    files: impl ExactSizeIterator<Item = &'a FileFacts>,
    title: &str,
    policy: &UploadPolicy,
    messages: &Messages,
) -> Faults {
    let several = files.len() > 1;
    Faults {
        file: check_files(files, policy, messages),
        title: if several {
            None
        } else {
            check_title(title, messages)
        },
    }
}

fn check_files<'a>(
    files: impl ExactSizeIterator<Item = &'a FileFacts>,
    policy: &UploadPolicy,
    messages: &Messages,
) -> Option<String> {
    if files.len() == 0 {
        return Some(messages.text(Label::FileMissing).to_owned());
    }
    if let Some(most) = policy.max_files.filter(|most| files.len() > *most) {
        return Some(messages.counted(Label::TooManyFiles, most));
    }
    let refused = files.filter_map(|file| {
        let verdict = policy.check(&file.name, &file.media_type, file.size);
        let restriction = verdict.err()?;
        Some(messages.restriction(&file.name, &restriction))
    });
    let said: Vec<_> = refused.take(NAMED).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn check_title(title: &str, messages: &Messages) -> Option<String> {
    if title.trim().is_empty() {
        Some(messages.text(Label::TitleMissing).to_owned())
    } else if title.trim().chars().count() > LONGEST_TITLE {
        Some(messages.counted(Label::TitleTooLong, LONGEST_TITLE))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[u64]) -> Vec<FileFacts> {
        let numbered = sizes.iter().enumerate();
        numbered
            .map(|(number, size)| FileFacts {
                name: format!("talk-{number}.mp4"),
                media_type: "video/mp4".to_owned(),
                size: *size,
            })
            .collect()
    }

    fn faults(sizes: &[u64], title: &str, policy: &UploadPolicy) -> Faults {
        check(files(sizes).iter(), title, policy, &Messages::english())
    }

    fn free(sizes: &[u64], title: &str) -> Faults {
        faults(sizes, title, &UploadPolicy::new())
    }

    #[test]
    fn a_file_with_content_and_a_title_is_sent() {
        assert!(free(&[1], "talk").is_empty());
        assert!(free(&[1], &"é".repeat(255)).is_empty());
    }

    #[test]
    fn each_fault_is_said_at_its_field() {
        let nothing = free(&[], " \t");
        assert_eq!(nothing.file.as_deref(), Some("Choose a file first."));
        assert_eq!(nothing.title.as_deref(), Some("Give it a title."));
        let empty = free(&[0], "talk");
        let said = "“talk-0.mp4” is empty. Choose a file with content.";
        assert_eq!(empty.file.as_deref(), Some(said));
        assert_eq!(empty.title, None);
        let long = free(&[1], &"x".repeat(10_000));
        assert_eq!(
            long.title.as_deref(),
            Some("A title has at most 255 characters.")
        );
    }

    #[test]
    fn several_files_need_no_title() {
        assert!(free(&[1, 2, 3], "").is_empty());
    }

    #[test]
    fn what_is_restricted_is_said_with_the_file_and_the_rule() {
        let policy = UploadPolicy::new()
            .with_max_size(1_000_000)
            .with_max_files(2);
        let large = faults(&[1, 5_000_000], "", &policy);
        let said = "“talk-1.mp4” is too large. A file has at most 1.0 MB.";
        assert_eq!(large.file.as_deref(), Some(said));
        let many = faults(&[1, 1, 1], "", &policy);
        let said = "At most 2 files at a time. Choose fewer.";
        assert_eq!(many.file.as_deref(), Some(said));
        let images = UploadPolicy::new().with_types(["image/*", ".srt"]);
        let said = "“talk-0.mp4” is not an accepted file type. Choose one of: image/*, .srt.";
        assert_eq!(faults(&[1], "a", &images).file.as_deref(), Some(said));
    }
}
