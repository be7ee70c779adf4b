//! The handle through which an app starts, follows and ends tasks.

use std::rc::Rc;

use background_tasks_core::messages::Numbers;
use background_tasks_core::{
    AttachmentId, Change, Command, Input, JobKey, JobKind, Messages, Task, TaskEvent, TaskId,
    TaskKind, TaskState, UploadPolicy,
};
use yewdux::Dispatch;

use crate::client::Clients;
use crate::driver::{Driver, Notice, Subscription};
use crate::intl;
use crate::settings::Settings;
use crate::system_notifications::SystemNotifications;
use crate::task_toasts;
use crate::toast::{Toaster, ToasterSettings};

/// Starts, follows and ends background tasks.
///
/// In a component it comes from [`use_background_tasks`](crate::use_background_tasks);
/// elsewhere, from [`new`](Self::new). Cloning gives another handle to the same tasks.
/// Calls return immediately; the store tells what becomes of a task.
///
/// A handle that is used after [`shut_down`](Self::shut_down) starts nothing and changes
/// nothing, and the console says so once.
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
    /// until the last handle is dropped or [`shut_down`](Self::shut_down) is called.
    pub fn new(context: &yewdux::Context, clients: Clients, settings: Settings) -> Self {
        let mut settings = settings;
        Rc::make_mut(&mut settings.messages)
            .numbers
            .get_or_insert_with(|| Numbers::new(intl::format_amount));
        let toaster_settings = labelled(settings.toaster.clone(), &settings.messages);
        let toaster = Toaster::new(context, Rc::clone(&settings.clock), toaster_settings);
        let driver = Driver::new(Dispatch::new(context), clients, settings);
        let toasts = task_toasts::show(&driver, &toaster);
        let notifications = SystemNotifications::new(context, &driver);
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
        let kind = self.driver.settings().video.clone();
        self.start_task(kind, attachment_id, title, Some(queue_id.into()))
    }

    /// Follows the generation of an attachment's embeddings, which the server
    /// begins by itself. Returns the task's id, which is also its toast's.
    pub fn start_embedding_task(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
    ) -> TaskId {
        let kind = self.driver.settings().embedding.clone();
        let attachment = attachment_id.into();
        let key = JobKey::from(&attachment);
        self.start_task(kind, attachment, title, Some(key))
    }

    /// Follows a job of any kind. With no `key` the server is asked to start it
    /// first, through [`StorageClient::start`](crate::StorageClient::start).
    pub fn start_task(
        &self,
        kind: JobKind,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
        key: Option<JobKey>,
    ) -> TaskId {
        self.driver
            .start_job(kind, attachment_id.into(), title, key)
    }

    /// Uploads a file. A video is then processed, and 5 s later embedded (see
    /// [`Settings`]). An empty title stands for the file's name.
    pub fn upload(&self, file: web_sys::File, title: &str) -> TaskId {
        self.driver.upload(file, title)
    }

    /// Retries a failed or cancelled task: a job that failed on the server is started
    /// again there, any other is followed again. It stays the same task.
    pub fn retry(&self, id: &TaskId) {
        self.command(id, Command::Retry);
    }

    /// Retries every failed task.
    pub fn retry_failed(&self) {
        let failed = self.ids_of(|state| matches!(state, TaskState::Failed(_)));
        let retry = |id| Input::Command(id, Command::Retry);
        self.driver.command(failed.into_iter().map(retry));
    }

    /// Cancels a task, also on the server. A finished one stays as it is.
    pub fn cancel(&self, id: &TaskId) {
        self.command(id, Command::Cancel);
    }

    /// Pauses an upload until [`resume`](Self::resume), if
    /// [`StorageClient::is_resumable`](crate::StorageClient::is_resumable): any other
    /// would have to start from the beginning.
    pub fn pause(&self, id: &TaskId) {
        self.command(id, Command::Pause);
    }

    /// Whether [`pause`](Self::pause) would pause the task.
    pub fn can_pause(&self, task: &Task) -> bool {
        let is_upload = matches!(task.kind, TaskKind::Upload { .. });
        let goes_on = !task.state.is_ended() && !task.state.is_paused();
        is_upload && goes_on && self.clients().storage.is_resumable()
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

    /// Forgets everything that is stored under [`Settings::persistence`], in all tabs:
    /// tasks, records and toasts. Jobs on the server are not cancelled.
    pub fn forget_all(&self) {
        self.driver.command([Input::Forget]);
    }

    /// Closes the task's toast. The task continues, and shows a toast when it ends.
    pub fn dismiss(&self, id: &TaskId) {
        self.toaster.dismiss(&task_toasts::toast_id(id));
    }

    /// The task called `id`.
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
    /// dropped.
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> Subscription {
        self.driver.observe(move |notice| match notice {
            Notice::Changed(change, _) => listener(change),
            Notice::Announced(_) => {}
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.driver.settings()
    }

    /// Calls `listener` at every state transition of a task, until the subscription is
    /// dropped: not for each percent, as [`subscribe`](Self::subscribe) does.
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

    /// Notifications of the device, which tell how tasks end if the user permits it.
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

/// A toaster's settings with the labels of its controls.
pub(crate) fn labelled(settings: ToasterSettings, messages: &Messages) -> ToasterSettings {
    let labels = &messages.labels;
    ToasterSettings {
        language: Some(messages.language.clone().into_owned().into()),
        label: labels.notifications.clone().into_owned().into(),
        close: labels.close.clone().into_owned().into(),
        more: labels.more.clone().into_owned().into(),
        ..settings
    }
}
