//! The texts, in groups. Each group lists the names of its texts, so that they can be
//! replaced by name.

use std::borrow::Cow;

/// One text. `{title}`, `{p}` and the like are placeholders.
pub type Text = Cow<'static, str>;

/// A group of texts: the struct, and access to its texts by name.
macro_rules! texts {
    ($(#[$about:meta])* pub struct $name:ident { $($(#[$meaning:meta])* pub $text:ident: Text,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$meaning])* pub $text: Text,)+ }

        // Rust names them by their fields.
        impl $name {
            /// The names of its texts, in the order of [`texts_mut`](Self::texts_mut).
            pub const NAMES: &[&str] = &[$(stringify!($text)),+];

            /// Its texts, to be replaced.
            pub fn texts_mut(&mut self) -> [&mut Text; Self::NAMES.len()] {
                [$(&mut self.$text),+]
            }
        }
    };
}

texts! {
    /// Texts of an upload's toasts. `{title}` is the attachment's title.
    pub struct UploadTexts {
        /// The title while it runs.
        pub working: Text,
        /// Its description.
        pub working_description: Text,
        /// The description once all bytes are sent.
        pub awaiting_answer: Text,
        /// The description while it is paused.
        pub paused: Text,
        /// The title once a video is uploaded.
        pub video_succeeded: Text,
        /// Its description.
        pub video_succeeded_description: Text,
        /// The title once another file is uploaded.
        pub succeeded: Text,
        /// The title once it failed.
        pub failed: Text,
    }
}

texts! {
    /// Reasons why a task failed, each with what can be done about it.
    #[allow(missing_docs, reason = "each is named for its case")]
    pub struct Reasons {
        /// The server reported that the job failed, but gave no reason.
        pub unexplained: Text,
        /// The budget of `{n}` checks is spent.
        pub out_of_checks: Text,
        pub unreachable: Text,
        /// No response within `{s}` seconds.
        pub no_answer: Text,
        /// An upload sent no byte within `{s}` seconds.
        pub no_first_byte: Text,
        /// An upload made no progress for `{s}` seconds.
        pub no_further_byte: Text,
        /// All bytes were sent, and there was no response within `{s}` seconds.
        pub no_answer_to_upload: Text,
        /// `{name}` has none of the types `{value}`.
        pub not_this_type: Text,
        /// `{name}` is larger than `{value}`.
        pub over_size: Text,
        /// The response is invalid: `{detail}`.
        pub not_understood: Text,
        /// The server sent the unknown status `{word}`.
        pub unknown_word: Text,
        pub file_unreadable: Text,
        /// The page was closed during an upload.
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
        /// A reason, and the message of the server: `{reason}`, `{words}`.
        pub in_its_words: Text,
    }
}

texts! {
    /// Labels of controls, headings and empty lists.
    #[allow(
        missing_docs,
        reason = "each is named for its control"
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
        /// The speed of an upload, `{pace}`, and the time left, `{left}`.
        pub rate: Text,
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
        /// The title of a task that was started without one.
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
        /// `{name}` is empty.
        pub file_empty: Text,
        /// `{name}` cannot be read.
        pub file_unreadable: Text,
        pub title_missing: Text,
        /// A title has at most `{n}` characters.
        pub title_too_long: Text,
        /// `{n}` files are chosen.
        pub files_chosen: Text,
        /// At most `{n}` files at a time.
        pub too_many_files: Text,
        pub loading: Text,
        pub list_failed: Text,
        pub nothing_stored: Text,
        pub delete: Text,
        pub delete_confirm: Text,
        /// Deletes `{title}`.
        pub delete_named: Text,
        /// `{title}` could not be deleted.
        pub delete_failed: Text,
        pub leave_warning: Text,
        /// The switch for system notifications.
        pub notify_me: Text,
        /// What to do if the browser blocks them.
        pub notify_blocked: Text,
    }
}

texts! {
    /// Texts of the toasts of a job kind. `{title}` is the attachment's title.
    pub struct JobTexts {
        /// The title while it runs; `({p}%)` is appended while progress is known.
        pub working: Text,
        /// Its description.
        pub working_description: Text,
        /// The title once it succeeded.
        pub succeeded: Text,
        /// Its description.
        pub succeeded_description: Text,
        /// The title once it failed. The description is the reason.
        pub failed: Text,
    }
}
