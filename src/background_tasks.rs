//! The handle through which an app starts, follows and ends tasks.

use std::rc::Rc;

use background_tasks_core::messages::Numbers;
use background_tasks_core::{
    AttachmentId, Change, Command, Input, JobKey, JobKind, Messages, Task, TaskEvent, TaskId,
    TaskState, UploadPolicy,
};
use yewdux::Dispatch;

use crate::client::Clients;
use crate::driver::{self, Driver, Notice, Subscription};
use crate::intl;
use crate::registered_kind::RegisteredKind;
use crate::settings::{Settings, labelled};
use crate::system_notifications::SystemNotifications;
use crate::task_options::TaskOptions;
use crate::task_toasts;
use crate::toast::Toaster;

/// Starts, follows and ends background tasks.
///
/// In a component it comes from [`use_background_tasks`](crate::use_background_tasks);
/// elsewhere, from [`new`](Self::new). Cloning gives another handle to the same tasks.
/// Methods return immediately; the outcome of a task is in the store.
///
/// A handle that is used after [`shut_down`](Self::shut_down) starts nothing and changes
/// nothing, and reports that once on the console.
#[derive(Clone)]
pub struct BackgroundTasks {
    driver: Driver,
    toaster: Toaster,
    _toasts: Rc<Subscription>,
    notifications: SystemNotifications,
}

impl PartialEq for BackgroundTasks {
    fn eq(&self, other: &Self) -> bool {
        self.driver == other.driver
    }
}

impl BackgroundTasks {
    /// Tasks in the store of `context`, in place of those that it may contain. They run
    /// until the last handle is dropped or [`shut_down`](Self::shut_down) is called. Call
    /// `shut_down` so that the latest changes are written; dropping the last handle does not
    /// write them.
    pub fn new(context: &yewdux::Context, clients: Clients, settings: Settings) -> Self {
        Self::observed(context, clients, settings, &mut |_| ())
    }

    /// [`new`](Self::new), but calls `observe` before stored records are read.
    pub(crate) fn observed(
        context: &yewdux::Context,
        clients: Clients,
        settings: Settings,
        observe: &mut dyn FnMut(&Driver),
    ) -> Self {
        let mut settings = settings;
        if settings.messages.numbers().is_none() {
            let messages = Rc::unwrap_or_clone(settings.messages);
            settings.messages = Rc::new(messages.with_numbers(Numbers::new(intl::format_amount)));
        }
        let toaster_settings = labelled(settings.toaster.clone(), &settings.messages);
        let toaster = Toaster::new(context, Rc::clone(&settings.clock), toaster_settings);
        let driver = Driver::new(Dispatch::new(context), clients, settings);
        let toasts = task_toasts::show(&driver, &toaster);
        let notifications = SystemNotifications::new(context, &driver);
        observe(&driver);
        driver.run();
        Self {
            driver,
            toaster,
            _toasts: Rc::new(toasts),
            notifications,
        }
    }

    /// Follows the processing of a video that the server has started as
    /// `queue_id`. Returns the task's id, which is also its toast's.
    pub fn start_video_processing_task(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        queue_id: impl Into<JobKey>,
    ) -> TaskId {
        self.start_video_processing_task_with(
            attachment_id,
            title,
            queue_id,
            TaskOptions::default(),
        )
    }

    /// [`start_video_processing_task`](Self::start_video_processing_task) with options.
    pub fn start_video_processing_task_with(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        queue_id: impl Into<JobKey>,
        options: TaskOptions,
    ) -> TaskId {
        let kind = self.driver.settings().video.clone();
        let key = Some(queue_id.into());
        self.driver
            .start_job(kind, attachment_id.into(), title, key, options)
    }

    /// Follows the generation of an attachment's embeddings, which the server
    /// starts automatically. Returns the task's id, which is also its toast's.
    pub fn start_embedding_task(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
    ) -> TaskId {
        self.start_embedding_task_with(attachment_id, title, TaskOptions::default())
    }

    /// [`start_embedding_task`](Self::start_embedding_task) with options.
    pub fn start_embedding_task_with(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        options: TaskOptions,
    ) -> TaskId {
        let kind = self.driver.settings().embedding.clone();
        let attachment = attachment_id.into();
        let key = Some(JobKey::from(&attachment));
        self.driver.start_job(kind, attachment, title, key, options)
    }

    /// Registers a kind of job of the app's own, and returns the value that starts its tasks.
    ///
    /// Its tasks continue after a reload. Until their kind is registered again they are polled
    /// as before, but their toasts have generic texts. Registering the same kind again changes
    /// nothing, so a component may do it in each render. Of two kinds with the same name the
    /// later one counts. `upload`, `video` and `embedding` are the names of built-in kinds,
    /// whose definitions are in [`Settings`].
    pub fn register(&self, kind: JobKind) -> RegisteredKind {
        self.driver.register(kind.clone());
        RegisteredKind::new(self.driver.clone(), kind)
    }

    /// Uploads a file. A video is then processed, and 5 s later embedded (see
    /// [`Settings`]). If the title is empty, the name of the file is used.
    pub fn upload(&self, file: web_sys::File, title: &str) -> TaskId {
        self.upload_with(file, title, TaskOptions::default())
    }

    /// [`upload`](Self::upload) with options. The follow-up tasks of a video inherit them.
    pub fn upload_with(&self, file: web_sys::File, title: &str, options: TaskOptions) -> TaskId {
        self.driver.upload(file, title, options)
    }

    /// Retries a failed or cancelled task: a job that failed on the server is started
    /// again there, any other is followed again. It stays the same task. Does nothing for a task
    /// in another state, or that does not exist.
    pub fn retry(&self, id: &TaskId) {
        self.command(id, Command::Retry);
    }

    /// Retries every failed task.
    pub fn retry_failed(&self) {
        let failed = self.ids_of(|state| matches!(state, TaskState::Failed(_)));
        let retry = |id| Input::Command(id, Command::Retry);
        self.driver.command(failed.into_iter().map(retry));
    }

    /// Cancels a task, also on the server. A finished one stays as it is. Attachments that
    /// were stored stay on the server.
    pub fn cancel(&self, id: &TaskId) {
        self.command(id, Command::Cancel);
    }

    /// Pauses an upload until [`resume`](Self::resume), if
    /// [`StorageClient::resumable_from`](crate::StorageClient::resumable_from) admits a file of
    /// its size: any other would have to start from the beginning.
    pub fn pause(&self, id: &TaskId) {
        self.command(id, Command::Pause);
    }

    /// Whether [`pause`](Self::pause) would pause the task.
    pub fn can_pause(&self, task: &Task) -> bool {
        let goes_on = !task.state.is_ended() && !task.state.is_paused();
        goes_on && self.driver.can_continue(&task.id)
    }

    /// Continues a paused upload.
    pub fn resume(&self, id: &TaskId) {
        self.command(id, Command::Resume);
    }

    /// Removes a finished task from the list. An unfinished one stays.
    pub fn clear(&self, id: &TaskId) {
        self.driver.command([Input::Clear(vec![id.clone()])]);
    }

    /// Removes every task that succeeded or was cancelled from the list. Failed ones
    /// stay, since they can be retried.
    pub fn clear_finished(&self) {
        let is_done =
            |state: &TaskState| matches!(state, TaskState::Succeeded | TaskState::Cancelled);
        self.driver.command([Input::Clear(self.ids_of(is_done))]);
    }

    /// Forgets everything under the name of this store ([`Settings::with_store`]), in all
    /// tabs: tasks, records, toasts and kept files. Uploads are aborted; jobs on the server are not
    /// cancelled.
    pub fn forget_all(&self) {
        self.driver.command([Input::Forget]);
    }

    /// Forgets everything under the name `store` as [`forget_all`](Self::forget_all) does,
    /// without a handle: for example after the user has signed out.
    pub fn forget_store(store: &str) {
        driver::forget_store(store);
    }

    /// Closes the task's toast. The task continues, and shows a toast when it ends.
    pub fn dismiss(&self, id: &TaskId) {
        self.toaster.dismiss(&task_toasts::toast_id(id));
    }

    /// The task called `id`; `None` if there is none, or it was cleared.
    pub fn task(&self, id: &TaskId) -> Option<Rc<Task>> {
        self.driver.tasks().get(id)
    }

    /// All tasks, newest first.
    pub fn tasks(&self) -> Vec<Rc<Task>> {
        self.driver.tasks().newest_first()
    }

    /// How many tasks are unfinished.
    pub fn unfinished(&self) -> usize {
        self.driver.tasks().unfinished()
    }

    /// Calls `listener` after every change of every task, until the subscription is
    /// dropped. It may call all methods of this handle.
    ///
    /// ```
    /// use yew_background_tasks::{BackgroundTasks, Change, Subscription};
    ///
    /// fn log(tasks: &BackgroundTasks) -> Subscription {
    ///     tasks.subscribe(|change| {
    ///         if let Change::Put { after, .. } = change {
    ///             println!("{}: {}", after.id, after.state.as_str());
    ///         }
    ///     })
    /// }
    /// ```
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> Subscription {
        self.driver.observe(move |notice| match notice {
            Notice::Changed(change, _) => listener(change),
            Notice::Announced(_)
            | Notice::Deleted(..)
            | Notice::NotDeleted(..)
            | Notice::Warned(_) => {}
        })
    }

    /// The context of the stores.
    pub(crate) fn context(&self) -> yewdux::Context {
        self.toaster.context()
    }

    /// What runs the tasks.
    pub(crate) const fn driver(&self) -> &Driver {
        &self.driver
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.driver.settings()
    }

    /// Calls `listener` at every state transition of a task, until the subscription is
    /// dropped: not for each percent, as [`subscribe`](Self::subscribe) does.
    ///
    /// ```
    /// use yew_background_tasks::{BackgroundTasks, Subscription};
    ///
    /// fn log(tasks: &BackgroundTasks) -> Subscription {
    ///     // upload_1_1795572523593 succeeded
    ///     tasks.events(|event| println!("{event}"))
    /// }
    /// ```
    pub fn events(&self, listener: impl Fn(&TaskEvent) + 'static) -> Subscription {
        self.subscribe(move |change| {
            if let Some(event) = TaskEvent::of(change) {
                listener(&event);
            }
        })
    }

    /// The texts, in the language of the app.
    pub fn messages(&self) -> &Rc<Messages> {
        &self.driver.settings().messages
    }

    /// How files are uploaded, and which are accepted.
    pub fn upload_policy(&self) -> &UploadPolicy {
        &self.driver.settings().upload
    }

    /// The clients that the tasks use.
    pub fn clients(&self) -> &Clients {
        self.driver.clients()
    }

    /// The toaster, also for toasts that have nothing to do with tasks.
    pub fn toaster(&self) -> &Toaster {
        &self.toaster
    }

    /// System notifications about finished tasks, if the user allows them.
    pub fn system_notifications(&self) -> &SystemNotifications {
        &self.notifications
    }

    /// Ends every timer, listener and request, and closes the toasts. The tasks stay in
    /// the store as they are; stored ones continue the next time.
    pub fn shut_down(&self) {
        self.notifications.shut_down();
        self.driver.shut_down();
        self.toaster.shut_down();
    }

    fn command(&self, id: &TaskId, command: Command) {
        self.driver.command([Input::Command(id.clone(), command)]);
    }

    fn ids_of(&self, test: impl Fn(&TaskState) -> bool) -> Vec<TaskId> {
        let tasks = self.tasks().into_iter();
        let tested = tasks.filter(|task| test(&task.state));
        tested.map(|task| task.id.clone()).collect()
    }
}
