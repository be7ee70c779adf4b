//! The texts in English, word for word those of CONTRACT §3.

use std::collections::HashMap;

use super::{Labels, Messages, Reasons, UploadTexts};

impl Messages {
    /// The texts in English.
    pub fn english() -> Self {
        Self {
            language: "en".into(),
            upload: UploadTexts {
                working: "📤 Uploading: {title}".into(),
                working_description: "You can continue working".into(),
                awaiting_answer: "Waiting for the server".into(),
                paused: "Paused - resume it in the list of tasks".into(),
                video_succeeded: "Video uploaded! Starting background AI processing...".into(),
                video_succeeded_description: "You can continue working while we process your video"
                    .into(),
                succeeded: "🎉 Upload completed: {title}".into(),
                failed: "❌ Upload failed: {title}".into(),
            },
            jobs: HashMap::new(),
            percent: " ({p}%)".into(),
            recovering: "Connection problem - trying again in {s} s".into(),
            offline: "You are offline - this continues when you are back".into(),
            cancelled: "🚫 Cancelled: {title}".into(),
            reasons: Reasons {
                unexplained: "The server gave no reason. Retry starts it again.".into(),
                out_of_checks: "The server has not finished after {n} checks. Retry goes on \
                                following the same job."
                    .into(),
                unreachable: "The server cannot be reached. Check the connection, then retry."
                    .into(),
                no_answer: "The server did not answer within {s} s.".into(),
                no_first_byte: "The upload did not begin within {s} s.".into(),
                no_further_byte: "The upload stood still for {s} s.".into(),
                no_answer_to_upload: "All bytes are sent, but the server did not answer within \
                                      {s} s."
                    .into(),
                not_this_type: "“{name}” is of a type that is not taken. Choose one of: {value}."
                    .into(),
                over_size: "“{name}” is too large. A file has at most {value}.".into(),
                not_understood: "The server's answer was not understood: {detail}.".into(),
                unknown_word: "The server's status “{word}” is not known here.".into(),
                file_unreadable: "The file cannot be read any more. Choose it again.".into(),
                cut_off:
                    "The page was left before the file was sent. Retry, and choose the file again."
                        .into(),
                signed_out: "You are signed out. Sign in again, then retry.".into(),
                forbidden: "You are not allowed to do this. Ask for access, then retry.".into(),
                not_found: "The server does not know this job. It may have been deleted.".into(),
                gone: "The job is gone from the server. Retry starts it again.".into(),
                too_large: "The file is too large for the server. Choose a smaller one.".into(),
                wrong_type: "The server does not take files of this type.".into(),
                not_accepted: "The server did not accept the request.".into(),
                too_many: "Too many requests. Wait a moment, then retry.".into(),
                not_offered: "The server does not offer this ({status}).".into(),
                server_trouble: "The server has trouble ({status}). Retry in a moment.".into(),
                refused: "The server refused the request ({status}).".into(),
                in_its_words: "{reason} It says: “{words}”".into(),
            },
            labels: Labels {
                retry: "Retry".into(),
                cancel: "Cancel".into(),
                close: "Close".into(),
                notifications: "Notifications".into(),
                more: "+ {n} more".into(),
                tasks: "Background tasks".into(),
                unfinished: "Background tasks: {n} unfinished".into(),
                no_tasks: "No tasks yet. Upload a file and it shows up here.".into(),
                clear: "Clear".into(),
                clear_finished: "Clear finished".into(),
                pause: "Pause".into(),
                resume: "Resume".into(),
                retry_failed: "Retry all failed".into(),
                uploading: "Uploading".into(),
                awaiting_answer: "Waiting for the server".into(),
                paused: "Paused".into(),
                rate: "{pace}, {left} left".into(),
                queued: "Waiting".into(),
                running: "Running".into(),
                recovering: "Reconnecting".into(),
                offline: "Offline".into(),
                succeeded: "Done".into(),
                failed: "Failed".into(),
                cancelled: "Cancelled".into(),
                upload_kind: "Upload".into(),
                video_kind: "Video processing".into(),
                embedding_kind: "AI embeddings".into(),
                untitled: "Untitled".into(),
                storage: "Storage".into(),
                upload: "Upload".into(),
                manage: "Manage".into(),
                file: "File".into(),
                choose_file: "Choose files".into(),
                drop_file: "or drop them here".into(),
                title: "Title".into(),
                title_hint: "What it is called in lists and notifications".into(),
                file_missing: "Choose a file first.".into(),
                file_empty: "“{name}” is empty. Choose a file with content.".into(),
                file_unreadable: "“{name}” cannot be read. Choose it again.".into(),
                title_missing: "Give it a title.".into(),
                title_too_long: "A title has at most {n} characters.".into(),
                files_chosen: "{n} files, each under its own name".into(),
                too_many_files: "At most {n} files at a time. Choose fewer.".into(),
                loading: "Loading…".into(),
                list_failed: "The list could not be loaded.".into(),
                nothing_stored: "Nothing is stored yet.".into(),
                delete: "Delete".into(),
                delete_confirm: "Really delete?".into(),
                delete_named: "Delete {title}".into(),
                delete_failed: "“{title}” could not be deleted.".into(),
                leave_warning: "A file is still being uploaded. Leaving stops it.".into(),
                notify_me: "Notify me when a task ends while I am in another tab or app".into(),
                notify_blocked: "The browser blocks notifications of this site. Allow them in its \
                                 settings for this site, then come back."
                    .into(),
            },
            numbers: None,
        }
    }
}
