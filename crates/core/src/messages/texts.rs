//! The texts themselves, in groups. Each group also tells what its texts are
//! called, so that they can be replaced by name.

use std::borrow::Cow;

/// One text. `{title}`, `{p}` and the like stand for what is filled in.
pub type Text = Cow<'static, str>;

/// A group of texts: the struct, and its texts by name.
macro_rules! texts {
    ($(#[$about:meta])* pub struct $name:ident { $($(#[$meaning:meta])* pub $text:ident: Text,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$meaning])* pub $text: Text,)+ }

        // Rust names them by their fields.
        impl $name {
            /// What its texts are called, in the order of [`texts_mut`](Self::texts_mut).
            pub const NAMES: &[&str] = &[$(stringify!($text)),+];

            /// Its texts, to be replaced.
            pub fn texts_mut(&mut self) -> [&mut Text; Self::NAMES.len()] {
                [$(&mut self.$text),+]
            }
        }
    };
}

texts! {
    /// What an upload's toasts say. `{title}` stands for the attachment's title.
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
}

texts! {
    /// Sentences on why a task failed, each with what can be done about it.
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
}

texts! {
    /// What controls, headings and empty places are called.
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
        /// How fast an upload is, `{pace}`, and how long it will take, `{left}`.
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
}

texts! {
    /// What a kind's toasts say. `{title}` stands for the attachment's title.
    pub struct JobTexts {
        /// The title while it runs; `({p}%)` follows where progress is known.
        pub working: Text,
        /// The line below it.
        pub working_description: Text,
        /// The title once it succeeded.
        pub succeeded: Text,
        /// The line below it.
        pub succeeded_description: Text,
        /// The title once it failed; the reason stands below it.
        pub failed: Text,
    }
}
