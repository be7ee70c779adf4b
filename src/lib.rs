//! Background tasks for web pages: uploads, video processing and embedding generation run
//! while the user works. A toast per task shows its progress, its success, or why it failed
//! with a Retry button.
//!
//! Wrap the app in a [`BackgroundTasksProvider`] and start tasks from any
//! component with [`use_background_tasks`]:
//!
//! ```
//! use std::rc::Rc;
//! use yew::prelude::*;
//! use yew_background_tasks::{
//!     BackgroundTasksProvider, Clients, HttpStatusClient, use_background_tasks,
//! };
//!
//! #[component]
//! fn App() -> Html {
//!     let clients = use_memo((), |()| Clients::new(Rc::new(HttpStatusClient::new("/api"))));
//!     html! {
//!         <BackgroundTasksProvider clients={(*clients).clone()}>
//!             <Analyse />
//!         </BackgroundTasksProvider>
//!     }
//! }
//!
//! #[component]
//! fn Analyse() -> Html {
//!     let tasks = use_background_tasks();
//!     let onclick = move |_| {
//!         tasks.start_video_processing_task(7_u32, "talk.mp4", "q-81f3");
//!     };
//!     html! { <button {onclick}>{ "Analyse" }</button> }
//! }
//! ```
//!
//! | to | see |
//! | --- | --- |
//! | start, retry, cancel and dismiss tasks | [`BackgroundTasks`] |
//! | read tasks in components | [`use_task`], [`use_unfinished_tasks`], [`use_task_selector`] |
//! | use another server | [`StatusClient`], [`StorageClient`], [`UploadTransport`] |
//! | try it without a server | [`SimulatedStatusClient`] |
//! | attach data of your own to a task | [`TaskOptions`], [`Meta`] |
//! | define your own kind of task | [`BackgroundTasks::register`], [`JobKind`], [`Policy`] |
//! | change texts | [`Messages`] |
//! | show your own toasts | [`toast`] |
//! | show dialog, indicator and list | [`StorageDialog`], [`TasksIndicator`], [`TaskList`] |
//! | log and measure | [`BackgroundTasks::events`] |
//! | notify a user who is elsewhere | [`NotificationsToggle`], [`Settings::with_tab_title`] |
//!
//! | feature | default | |
//! | --- | --- | --- |
//! | `embed` | off | the JavaScript API and the element `<background-tasks>` |
//! | `s3` | off | uploads to object storage: `S3Transport` |

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod abort_on_drop;
mod background_tasks;
mod client;
mod clock;
mod components;
mod driver;
#[cfg(feature = "embed")]
pub mod embed;
mod hooks;
mod intl;
mod page_visibility;
mod registered_kind;
mod settings;
pub mod shadow;
mod store;
mod system_notifications;
mod task_options;
mod task_toasts;
pub mod toast;
mod use_browser;
mod use_guard;
mod use_selection;

pub use background_tasks::BackgroundTasks;
pub use background_tasks_core::{
    AttachmentId, Failure, FollowUp, IdempotencyKey, InvalidMeta, Job, JobKey, JobKind, JobStatus,
    JobText, Messages, Meta, Percent, Policy, Rate, RequestError, Restriction, ResumeKey,
    RetryPolicy, StatusUpdate, StreamEvent, Task, TaskEvent, TaskId, TaskKind, TaskState,
    Timestamp, UploadEvent, UploadPhase, UploadPolicy, UploadStage,
};
pub use client::{
    Attachment, BatchResponse, Call, Clients, CompleteUpload, Credentials, HttpStatusClient,
    InvalidHeader, NewAttachment, ProvidedToken, SimulatedStatusClient, Simulation, StatusClient,
    StorageClient, TusSettings, UploadTransport,
};
#[cfg(feature = "s3")]
pub use client::{
    MultipartUpload, S3MultipartSigner, S3Signer, S3Transport, SignedRequest, UploadedPart,
};
pub use clock::{BrowserClock, Clock, Sleep, VirtualClock};
pub use components::{
    BackgroundTasksProvider, BackgroundTasksProviderProps, COMPONENT_STYLES, NotificationsToggle,
    StorageDialog, StorageDialogProps, TaskList, TasksIndicator,
};
pub use driver::Subscription;
pub use hooks::{
    AttachmentList, UseAttachmentsHandle, use_attachments, use_background_tasks,
    use_system_notifications, use_task, use_task_selector, use_tasks, use_unfinished_tasks,
};
pub use registered_kind::RegisteredKind;
pub use settings::{Settings, StoreName};
pub use store::{Change, Tasks};
pub use system_notifications::{NotificationsState, SystemNotifications};
pub use task_options::TaskOptions;

/// The documents whose Rust code is compiled.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../docs/yew.md")]
    struct Yew;
    #[doc = include_str!("../docs/languages.md")]
    struct Languages;
    #[doc = include_str!("../docs/tus.md")]
    struct Tus;
    #[cfg(feature = "kept-files")]
    #[doc = include_str!("../docs/kept-files.md")]
    struct KeptFiles;
}

/// Keys of texts and formatted numbers, for [`Messages`] of your own.
pub mod messages {
    pub use background_tasks_core::messages::{
        Amount, Label, Numbers, Reason, Scale, TaskText, Text, TextKey, ToastText, Unit,
        UploadText, fill,
    };
}

/// Faults and requests of the [`SimulatedStatusClient`], for tests and demos.
pub mod simulated {
    pub use crate::client::simulated::{
        Encounter, Fault, FaultRule, FaultShares, Operation, RequestOutcome, RequestRecord,
        Response, When,
    };
}

/// Types of other crates in the signatures of this one, so that an app need not depend on the
/// same versions of those crates. Types of Yew are not among them: every app depends on it.
pub mod external {
    pub use wasm_bindgen::JsValue;
    pub use web_sys::{Document, Element, File, ShadowRoot};
    pub use yewdux::Context;
}

/// The toast stack, for the benchmarks of this repository only.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals {
    pub use crate::toast::internals::{StackEvent, Stacks};
}
