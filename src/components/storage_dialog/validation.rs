//! Validation of the upload form.

use background_tasks_core::{Messages, UploadPolicy};

/// The maximum length of a title in characters, a common limit of database columns.
pub(super) const MAX_TITLE_LENGTH: usize = 255;

/// The maximum number of rejected files that are named; nobody would read a longer list.
const MAX_NAMED: usize = 3;

/// The metadata of a chosen file, known without reading it.
#[derive(Clone)]
pub(super) struct FileMetadata {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) size: u64,
}

/// The errors of the form, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FormErrors {
    pub(super) file: Option<String>,
    pub(super) title: Option<String>,
}

impl FormErrors {
    pub(super) fn is_empty(&self) -> bool {
        self.file.is_none() && self.title.is_none()
    }
}

/// Checks the form without reading the files. A title is needed only for a single file:
/// several files are uploaded under their own names.
pub(super) fn check<'a>(
    files: impl ExactSizeIterator<Item = &'a FileMetadata>,
    title: &str,
    policy: &UploadPolicy,
    messages: &Messages,
) -> FormErrors {
    let is_multiple = files.len() > 1;
    FormErrors {
        file: check_files(files, policy, messages),
        title: if is_multiple {
            None
        } else {
            check_title(title, messages)
        },
    }
}

fn check_files<'a>(
    files: impl ExactSizeIterator<Item = &'a FileMetadata>,
    policy: &UploadPolicy,
    messages: &Messages,
) -> Option<String> {
    let labels = &messages.labels;
    if files.len() == 0 {
        return Some(labels.file_missing.to_string());
    }
    if let Some(max) = policy.max_files.filter(|max| files.len() > *max) {
        return Some(messages.counted(&labels.too_many_files, max));
    }
    let errors = files.filter_map(|file| {
        let verdict = policy.check(&file.name, &file.media_type, file.size);
        let restriction = verdict.err()?;
        Some(messages.restriction(&file.name, &restriction))
    });
    let errors: Vec<_> = errors.take(MAX_NAMED).collect();
    (!errors.is_empty()).then(|| errors.join(" "))
}

fn check_title(title: &str, messages: &Messages) -> Option<String> {
    let labels = &messages.labels;
    if title.trim().is_empty() {
        Some(labels.title_missing.to_string())
    } else if title.trim().chars().count() > MAX_TITLE_LENGTH {
        Some(messages.counted(&labels.title_too_long, MAX_TITLE_LENGTH))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[u64]) -> Vec<FileMetadata> {
        let numbered = sizes.iter().enumerate();
        numbered
            .map(|(number, size)| FileMetadata {
                name: format!("talk-{number}.mp4"),
                media_type: "video/mp4".to_owned(),
                size: *size,
            })
            .collect()
    }

    fn errors(sizes: &[u64], title: &str, policy: &UploadPolicy) -> FormErrors {
        check(files(sizes).iter(), title, policy, &Messages::english())
    }

    fn errors_without_policy(sizes: &[u64], title: &str) -> FormErrors {
        errors(sizes, title, &UploadPolicy::new())
    }

    #[test]
    fn file_with_content_and_title_is_valid() {
        assert!(errors_without_policy(&[1], "talk").is_empty());
        assert!(errors_without_policy(&[1], &"é".repeat(255)).is_empty());
    }

    #[test]
    fn error_is_reported_at_its_field() {
        let nothing = errors_without_policy(&[], " \t");
        assert_eq!(nothing.file.as_deref(), Some("Choose a file first."));
        assert_eq!(nothing.title.as_deref(), Some("Give it a title."));
        let empty = errors_without_policy(&[0], "talk");
        let expected = "“talk-0.mp4” is empty. Choose a file with content.";
        assert_eq!(empty.file.as_deref(), Some(expected));
        assert_eq!(empty.title, None);
        let long = errors_without_policy(&[1], &"x".repeat(10_000));
        assert_eq!(
            long.title.as_deref(),
            Some("A title has at most 255 characters.")
        );
    }

    #[test]
    fn several_files_need_no_title() {
        assert!(errors_without_policy(&[1, 2, 3], "").is_empty());
    }

    #[test]
    fn restriction_error_names_file_and_rule() {
        let policy = UploadPolicy::new()
            .with_max_size(1_000_000)
            .with_max_files(2);
        let large = errors(&[1, 5_000_000], "", &policy);
        let expected = "“talk-1.mp4” is too large. A file has at most 1.0 MB.";
        assert_eq!(large.file.as_deref(), Some(expected));
        let many = errors(&[1, 1, 1], "", &policy);
        let expected = "At most 2 files at a time. Choose fewer.";
        assert_eq!(many.file.as_deref(), Some(expected));
        let images = UploadPolicy::new().with_types(["image/*", ".srt"]);
        let expected = "“talk-0.mp4” is not an accepted file type. Choose one of: image/*, .srt.";
        assert_eq!(errors(&[1], "a", &images).file.as_deref(), Some(expected));
    }
}
