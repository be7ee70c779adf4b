//! Background tasks for web pages: uploads, video processing and embedding generation run
//! while the user works. A toast per task shows its progress and its result, or why it failed,
//! with a Retry button.
//!
//! Wrap the app in a [`BackgroundTasksProvider`] and start tasks from any component with
//! [`use_background_tasks`]. The page needs the style sheets `assets/toaster.css` and
//! `assets/components.css`, linked or [adopted](shadow::adopt):
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
//! # How do I …
//!
//! ## … upload a file?
//!
//! [`upload`](BackgroundTasks::upload) returns at once, so the form can be cleared; a video is
//! then processed and embedded. [`StorageDialog`] is a whole dialog for it.
//!
//! ```
//! use yew_background_tasks::external::File;
//! use yew_background_tasks::{BackgroundTasks, UploadPolicy};
//!
//! fn upload(tasks: &BackgroundTasks, file: File) {
//!     let id = tasks.upload(file, "My talk"); // also the id of the toast
//!     tasks.cancel(&id); // or retry, pause, resume, dismiss, clear
//! }
//!
//! // In `Settings::with_upload`; all other files are refused before a byte is sent.
//! let policy = UploadPolicy::new().with_types(["video/*"]).with_max_size(2_000_000_000);
//! ```
//!
//! ## … show tasks in a component of my own?
//!
//! Read them with a hook, which renders the component again only if what it returns changes:
//! [`use_task`], [`use_unfinished_tasks`], [`use_task_selector`], [`use_tasks`].
//! [`TasksIndicator`] and [`TaskList`] exist already.
//!
//! ```
//! use yew::prelude::*;
//! use yew_background_tasks::{TaskId, use_task};
//!
//! #[derive(PartialEq, Properties)]
//! struct Props {
//!     id: TaskId,
//! }
//!
//! #[component]
//! fn Progress(props: &Props) -> Html {
//!     let task = use_task(&props.id);
//!     let percent = task.and_then(|task| task.state.progress());
//!     html! { <progress max="100" value={percent.map(|percent| percent.to_string())} /> }
//! }
//! ```
//!
//! ## … know when a task has ended?
//!
//! [`events`](BackgroundTasks::events) calls a listener at every state transition, for logs and
//! measurements too; [`subscribe`](BackgroundTasks::subscribe) for every percent.
//!
//! ```
//! use yew_background_tasks::{BackgroundTasks, Subscription, TaskState};
//!
//! fn watch(tasks: &BackgroundTasks, on_success: impl Fn() + 'static) -> Subscription {
//!     // Until the subscription is dropped.
//!     tasks.events(move |event| {
//!         if event.to == Some(TaskState::Succeeded) {
//!             on_success();
//!         }
//!     })
//! }
//! ```
//!
//! ## … do without a server, in a demo or a test?
//!
//! [`SimulatedStatusClient`] is a server in the page, with faults on request. With a
//! [`VirtualClock`] a test takes no time, and the same seed gives the same run.
//!
//! ```
//! use std::rc::Rc;
//! use yew_background_tasks::{Clients, Settings, SimulatedStatusClient, Simulation, VirtualClock};
//!
//! let clock = VirtualClock::default();
//! let simulation = Simulation::new().with_seed(7).with_fail(0.2);
//! let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
//! let clients = Clients::new(Rc::new(client));
//! let settings = Settings::new().with_clock(clock).with_store(None);
//! ```
//!
//! ## … send a token?
//!
//! ```
//! use yew_background_tasks::{HttpStatusClient, Settings};
//!
//! async fn access_token() -> Option<String> {
//!     Some("requested for each request, never stored".to_owned())
//! }
//!
//! let client = HttpStatusClient::new("/api").with_token(access_token);
//! // Each account has its own tasks; `BackgroundTasks::forget_store` after sign-out.
//! let settings = Settings::new().with_store(Some("account-7".into()));
//! ```
//!
//! ## … use a server with another API?
//!
//! Implement [`StatusClient`] with one method, and [`StorageClient`] or [`UploadTransport`] for
//! uploads. A client makes one request; polling, retries and timeouts are not its concern.
//!
//! ```
//! use yew_background_tasks::{Call, Job, JobStatus, StatusClient};
//!
//! struct Done;
//!
//! impl StatusClient for Done {
//!     fn status(&self, _job: &Job) -> Call<JobStatus> {
//!         Box::pin(async move { Ok(JobStatus::Succeeded) })
//!     }
//! }
//! ```
//!
//! ## … follow jobs of another kind?
//!
//! ```
//! use yew_background_tasks::{BackgroundTasks, JobKind, JobText, Policy};
//!
//! fn transcribe(tasks: &BackgroundTasks) {
//!     let transcripts = tasks.register(
//!         JobKind::new("transcript", "transcripts") // requests go to {base}/transcripts/…
//!             .with_text(JobText::Working, "Transcribing {title}")
//!             .with_policy(Policy::new().with_max_checks(300)),
//!     );
//!     transcripts.follow_job(7_u32, "talk.mp4", "t-1"); // a job that the server has started
//!     transcripts.start_job(8_u32, "interview.mp4"); // first by POST {base}/transcripts/start
//! }
//! ```
//!
//! ## … change intervals, timeouts, texts, or where toasts are?
//!
//! ```
//! use std::time::Duration;
//! use yew_background_tasks::messages::Label;
//! use yew_background_tasks::toast::{Position, ToasterSettings};
//! use yew_background_tasks::{Messages, Settings};
//!
//! // `<BackgroundTasksProvider settings={settings} …>`
//! let settings = Settings::new()
//!     .with_interval(Duration::from_secs(2))
//!     .with_messages(Messages::for_language("en").with_text(Label::Retry, "Once more"))
//!     .with_toaster(ToasterSettings::default().with_position(Position::TopRight));
//! ```
//!
//! ## … attach data of my own to a task?
//!
//! Any JSON value of at most [`Meta::MAX_BYTES`]. It survives a reload and is in all tabs.
//!
//! ```
//! use yew_background_tasks::external::File;
//! use yew_background_tasks::{BackgroundTasks, InvalidMeta, Meta, TaskOptions};
//!
//! fn upload(tasks: &BackgroundTasks, file: File, course: u32) -> Result<(), InvalidMeta> {
//!     let options = TaskOptions::new().with_meta(Meta::new(&course)?);
//!     let id = tasks.upload_with(file, "My talk", options);
//!     if let Some(meta) = tasks.task(&id).and_then(|task| task.meta.clone()) {
//!         assert_eq!(meta.read::<u32>()?, course);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! ## … show toasts of my own?
//!
//! ```
//! use yew::prelude::*;
//! use yew_background_tasks::toast::{Toast, ToastButton, use_toaster};
//!
//! #[component]
//! fn DeleteButton() -> Html {
//!     let toaster = use_toaster();
//!     let onclick = move |_| {
//!         let undo = ToastButton::new("Undo", |()| {});
//!         toaster.show(Toast::success("Deleted").with_action(undo));
//!     };
//!     html! { <button {onclick}>{ "Delete" }</button> }
//! }
//! ```
//!
//! The module [`toast`] works without tasks too, also outside of components
//! ([`Toaster::page`](toast::Toaster::page)).
//!
//! # Features
//!
//! | feature | default | |
//! | --- | --- | --- |
//! | `embed` | off | the JavaScript API and the element `<background-tasks>` |
//! | `s3` | off | uploads to object storage: `S3Transport` |
//! | `kept-files` | off | uploads that continue after a reload with a copy of their file: [`UploadPolicy`] |
//!
//! The repository's folder `docs` has guides, all settings in one page, and the HTTP API that a
//! server implements.

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
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../README.zh-CN.md")]
    struct ReadmeInChinese;
    #[doc = include_str!("../docs/yew.md")]
    struct Yew;
    #[doc = include_str!("../docs/settings.md")]
    struct AllSettings;
    #[doc = include_str!("../docs/sign-in.md")]
    struct SignIn;
    #[doc = include_str!("../docs/toasts.md")]
    struct Toasts;
    #[cfg(feature = "s3")]
    #[doc = include_str!("../docs/object-storage.md")]
    struct ObjectStorage;
    #[doc = include_str!("../docs/languages.md")]
    struct Languages;
    #[doc = include_str!("../docs/tus.md")]
    struct Tus;
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
