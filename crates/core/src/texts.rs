//! The keys of the texts, in groups. A text is replaced by its key, so that an app does not
//! notice when there is another one.

use std::borrow::Cow;

/// One text. `{title}`, `{p}` and the like are placeholders.
pub type Text = Cow<'static, str>;

/// One string of several, each followed by a separator, which none of them contains. An array of
/// strings would contain an address and a length for each, which compress badly.
macro_rules! joined {
    ($texts:expr, $separator:literal) => {{
        const TEXTS: &[&str] = &$texts;
        const JOINED: [u8; crate::texts::length(TEXTS)] = crate::texts::join(TEXTS, $separator);
        match std::str::from_utf8(&JOINED) {
            Ok(joined) => joined,
            Err(_) => "",
        }
    }};
}
pub(crate) use joined;

/// The length of texts, each followed by a separator.
pub(crate) const fn length(mut texts: &[&str]) -> usize {
    let mut length = 0;
    while let [text, others @ ..] = texts {
        length += text.len() + 1;
        texts = others;
    }
    length
}

/// Texts, each followed by a separator.
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
pub(crate) const fn join<const LENGTH: usize>(mut texts: &[&str], separator: u8) -> [u8; LENGTH] {
    let mut joined = [separator; LENGTH];
    let mut end = 0;
    while let [text, others @ ..] = texts {
        let mut bytes = text.as_bytes();
        while let [byte, rest @ ..] = bytes {
            assert!(*byte != separator, "a text contains the separator");
            joined[end] = *byte;
            end += 1;
            bytes = rest;
        }
        end += 1;
        texts = others;
    }
    joined
}

/// A group of texts: the enum of its keys, and a table with a text for each of them.
/// `as` gives a key another name in JavaScript.
macro_rules! texts {
    (@name $name:ident) => {
        stringify!($name)
    };
    (@name $name:ident $published:ident) => {
        stringify!($published)
    };
    (
        $(#[$about:meta])*
        pub enum $key:ident in $table:ident {
            $($(#[$meaning:meta])* $variant:ident = $name:ident $(as $published:ident)?,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $key {
            $($(#[$meaning])* $variant,)+
        }

        impl $key {
            /// All keys of this group, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The names of all keys, each followed by a space.
            pub const NAMES: &str = joined!([$(texts!(@name $name $($published)?)),+], b' ');

            /// The name in JavaScript, but in snake case instead of camel case.
            pub fn name(self) -> &'static str {
                Self::NAMES.split(' ').nth(self as usize).unwrap_or_default()
            }
        }

        /// The texts of one language.
        pub(crate) struct $table {
            $(pub $name: &'static str,)+
        }

        impl $table {
            /// In the order of the keys.
            pub const fn list(self) -> [&'static str; $key::ALL.len()] {
                [$(self.$name),+]
            }
        }

        impl From<$key> for TextKey {
            fn from(key: $key) -> Self {
                Self::$key(key)
            }
        }
    };
}

/// The key of a text. The keys of each group convert to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TextKey {
    /// Texts of all tasks.
    TaskText(TaskText),
    /// Texts of uploads.
    UploadText(UploadText),
    /// Texts of jobs whose kind has no texts of its own.
    JobText(JobText),
    /// Why tasks fail.
    Reason(Reason),
    /// Labels of controls.
    Label(Label),
}

texts! {
    /// Texts of the toasts of all tasks.
    pub enum TaskText in TaskTexts {
        /// Appended to the title while progress is known: `{p}`.
        Percent = percent,
        /// The description while a request is about to be retried: `{s}` seconds.
        Recovering = recovering,
        /// The description while the browser is offline.
        Offline = offline,
        /// The title of a cancelled task: `{title}`.
        Cancelled = cancelled,
    }
}

texts! {
    /// Texts of an upload's toasts. `{title}` is the attachment's title.
    pub enum UploadText in UploadTexts {
        /// The title while it runs.
        Working = working,
        /// Its description.
        WorkingDescription = working_description,
        /// The description once all bytes are sent.
        AwaitingResponse = awaiting_response as awaiting_answer,
        /// The description while it is paused.
        Paused = paused,
        /// The title once a video is uploaded.
        VideoSucceeded = video_succeeded,
        /// Its description.
        VideoSucceededDescription = video_succeeded_description,
        /// The title once another file is uploaded.
        Succeeded = succeeded,
        /// The title once it failed.
        Failed = failed,
    }
}

texts! {
    /// Reasons why a task failed, each with what can be done about it.
    #[expect(missing_docs, reason = "each is named for its case")]
    pub enum Reason in Reasons {
        /// The server reported that the job failed, but gave no reason.
        Unexplained = unexplained,
        /// The budget of `{n}` checks is spent.
        TimedOut = timed_out as out_of_checks,
        Unreachable = unreachable,
        /// No response within `{s}` seconds.
        NoResponse = no_response as no_answer,
        /// An upload sent no byte within `{s}` seconds.
        NoFirstByte = no_first_byte,
        /// An upload made no progress for `{s}` seconds.
        NoFurtherByte = no_further_byte,
        /// All bytes were sent, and there was no response within `{s}` seconds.
        NoResponseToUpload = no_response_to_upload as no_answer_to_upload,
        /// `{name}` has none of the types `{value}`.
        NotThisType = not_this_type,
        /// `{name}` is larger than `{value}`.
        OverSize = over_size,
        /// The response is invalid: `{detail}`.
        InvalidResponse = invalid_response as not_understood,
        /// The server sent the unknown status `{word}`.
        UnknownStatus = unknown_status as unknown_word,
        /// The app has no token or headers for the request at the moment: `{detail}`.
        NotSent = not_sent,
        /// The response is a web page, as of a server that asks the user to sign in.
        WebPage = web_page,
        FileUnreadable = file_unreadable,
        /// An upload was accepted, but the response is invalid: `{detail}`.
        Unconfirmed = unconfirmed,
        /// The connection was closed twice near the same low offset of an upload.
        ClosedEarly = closed_early,
        /// An upload is larger than `{value}`, the maximum that the server reports.
        OverServerLimit = over_server_limit,
        /// The server is not set up correctly: `{detail}`.
        Misconfigured = misconfigured,
        /// The page was closed during an upload.
        Interrupted = interrupted as cut_off,
        /// 401
        SignedOut = signed_out,
        /// 403
        Forbidden = forbidden,
        /// 404
        NotFound = not_found,
        /// 410
        Gone = gone,
        /// 413
        TooLarge = too_large,
        /// 415
        WrongType = wrong_type,
        /// 400 and 422
        NotAccepted = not_accepted,
        /// 429
        TooMany = too_many,
        /// 501, 505 and 405: `{status}`
        NotSupported = not_supported as not_offered,
        /// 5xx: `{status}`
        ServerTrouble = server_trouble,
        /// Anything else: `{status}`
        Refused = refused,
        /// A reason, and the message of the server: `{reason}`, `{words}`.
        WithServerMessage = with_server_message as in_its_words,
    }
}

texts! {
    /// Labels of controls, headings and empty lists.
    #[expect(
        missing_docs,
        reason = "each is named for its control"
    )]
    pub enum Label in Labels {
        Retry = retry,
        Cancel = cancel,
        Close = close,
        Notifications = notifications,
        /// `{n}` toasts that are not shown.
        More = more,
        Tasks = tasks,
        /// The indicator: `{n}` unfinished tasks.
        Unfinished = unfinished,
        NoTasks = no_tasks,
        Clear = clear,
        ClearFinished = clear_finished,
        Pause = pause,
        Resume = resume,
        RetryFailed = retry_failed,
        Uploading = uploading,
        AwaitingResponse = awaiting_response as awaiting_answer,
        Paused = paused,
        /// The speed of an upload, `{pace}`, and the time left, `{left}`.
        Rate = rate,
        Queued = queued,
        Running = running,
        Recovering = recovering,
        Offline = offline,
        Succeeded = succeeded,
        Failed = failed,
        Cancelled = cancelled,
        UploadKind = upload_kind,
        VideoKind = video_kind,
        EmbeddingKind = embedding_kind,
        /// The title of a task that was started without one.
        Untitled = untitled,
        Storage = storage,
        Upload = upload,
        Manage = manage,
        File = file,
        ChooseFile = choose_file,
        DropFile = drop_file,
        Title = title,
        TitleHint = title_hint,
        FileMissing = file_missing,
        /// `{name}` is empty.
        FileEmpty = file_empty,
        /// `{name}` cannot be read.
        FileUnreadable = file_unreadable,
        /// `{name}` is a folder.
        FolderSkipped = folder_skipped,
        TitleMissing = title_missing,
        /// A title has at most `{n}` characters.
        TitleTooLong = title_too_long,
        /// `{n}` files are chosen.
        FilesChosen = files_chosen,
        /// At most `{n}` files at a time.
        TooManyFiles = too_many_files,
        Loading = loading,
        ListFailed = list_failed,
        NothingStored = nothing_stored,
        Delete = delete,
        DeleteConfirm = delete_confirm,
        /// Deletes `{title}`.
        DeleteNamed = delete_named,
        /// `{title}` could not be deleted.
        DeleteFailed = delete_failed,
        LeaveWarning = leave_warning,
        /// An upload of whose file the browser keeps a copy.
        Kept = kept,
        /// The switch for system notifications.
        NotifyMe = notify_me,
        /// What to do if the browser blocks them.
        NotifyBlocked = notify_blocked,
    }
}

texts! {
    /// Texts of the toasts of a job kind. `{title}` is the attachment's title.
    pub enum JobText in JobTexts {
        /// The title while it runs; `({p}%)` is appended while progress is known.
        Working = working,
        /// Its description.
        WorkingDescription = working_description,
        /// The title once it succeeded.
        Succeeded = succeeded,
        /// Its description.
        SucceededDescription = succeeded_description,
        /// The title once it failed. The description is the reason.
        Failed = failed,
    }
}
