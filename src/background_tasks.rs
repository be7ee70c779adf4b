//! The handle through which an app starts, follows and ends tasks.

use std::rc::Rc;

use yewdux::Dispatch;

use crate::client::Clients;
use crate::engine::{Engine, Subscription};
use crate::intl;
use crate::persistence::{self, Persistence};
use crate::settings::Settings;
use crate::store::Change;
use crate::system_notifications::SystemNotifications;
use crate::task::messages::{Messages, Numbers};
use crate::task::upload::UploadPolicy;
use crate::task::{AttachmentId, JobKey, JobKind, Task, TaskId, TaskKind, TaskState};
use crate::task_event::TaskEvent;
use crate::task_toasts;
use crate::toast::{Toaster, ToasterSettings};

/// Starts, follows and ends background tasks.
///
/// In a component it comes from [`use_background_tasks`](crate::use_background_tasks);
/// without one, from [`new`](Self::new). Cloning gives another handle to the same
/// tasks. Calls return at once; what becomes of a task stands in the store.
#[derive(Clone)]
pub struct BackgroundTasks {
    engine: Engine,
    toaster: Toaster,
    _toasts: Rc<Subscription>,
    notifications: SystemNotifications,
    persistence: Option<Rc<Persistence>>,
}

impl PartialEq for BackgroundTasks {
    fn eq(&self, other: &Self) -> bool {
        self.engine == other.engine
    }
}

impl BackgroundTasks {
    /// Tasks in the store of `context`, worked on until the last handle is
    /// dropped or [`shut_down`](Self::shut_down) is called.
    pub fn new(context: &yewdux::Context, clients: Clients, settings: Settings) -> Self {
        let mut settings = settings;
        Rc::make_mut(&mut settings.messages)
            .numbers
            .get_or_insert_with(|| Numbers::new(intl::write));
        let toaster_settings = labelled(settings.toaster.clone(), &settings.messages);
        let toaster = Toaster::new(context, Rc::clone(&settings.clock), toaster_settings);
        let key = settings.persistence.clone();
        let engine = Engine::new(Dispatch::new(context), clients, settings);
        let saved = key.as_deref().map(|key| persistence::load(key, &engine));
        let saved = saved.unwrap_or_default();
        engine.restore(saved.clone());
        let toasts = task_toasts::show(&engine, &toaster);
        let notifications = SystemNotifications::new(context, &engine);
        for record in saved
            .iter()
            .filter(|record| record.is_unfinished() && !record.closed)
        {
            task_toasts::show_again(&engine, &toaster, &record.id);
        }
        let persistence = key.map(|key| {
            let persistence = Persistence::new(&key, &engine, &toaster, &saved);
            // After it, so that a page that is left writes what it drives before it lets go of it.
            engine.join_tabs(&key);
            Rc::new(persistence)
        });
        Self {
            engine,
            toaster,
            _toasts: Rc::new(toasts),
            notifications,
            persistence,
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
        let kind = self.engine.settings().video.clone();
        self.start_task(kind, attachment_id, title, Some(queue_id.into()))
    }

    /// Follows the generation of an attachment's embeddings, which the server
    /// begins by itself. Returns the task's id, which is also its toast's.
    pub fn start_embedding_task(
        &self,
        attachment_id: impl Into<AttachmentId>,
        title: &str,
    ) -> TaskId {
        let kind = self.engine.settings().embedding.clone();
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
        self.engine
            .start_job(kind, attachment_id.into(), title, key, None)
    }

    /// Sends a file. A video goes on to be processed, and 5 s later to be
    /// embedded (see [`Settings`]); another file is done once it is up. An
    /// empty title stands for the file's name.
    pub fn upload(&self, file: web_sys::File, title: &str) -> TaskId {
        self.engine.upload(file, title)
    }

    /// Has a failed or cancelled task go on: a job that failed on the server is
    /// started again there, any other is followed again. It stays the same task.
    pub fn retry(&self, id: &TaskId) {
        self.engine.retry(id);
    }

    /// Retries every failed task.
    pub fn retry_failed(&self) {
        for task in self.tasks() {
            if matches!(task.state, TaskState::Failed(_)) {
                self.retry(&task.id);
            }
        }
    }

    /// Ends a task and tells the server so. One that has ended stays as it is.
    pub fn cancel(&self, id: &TaskId) {
        self.engine.cancel(id);
    }

    /// Has an upload stand still until [`resume`](Self::resume). Only where
    /// [`StorageClient::is_resumable`](crate::StorageClient::is_resumable): any
    /// other would have to begin anew.
    pub fn pause(&self, id: &TaskId) {
        self.engine.pause(id);
    }

    /// Whether [`pause`](Self::pause) would have the task stand still.
    pub fn can_pause(&self, task: &Task) -> bool {
        let is_upload = matches!(task.kind, TaskKind::Upload { .. });
        let goes_on = !task.state.is_ended() && !task.state.is_paused();
        is_upload && goes_on && self.clients().storage.is_resumable()
    }

    /// Has a paused upload go on.
    pub fn resume(&self, id: &TaskId) {
        self.engine.resume(id);
    }

    /// Takes an ended task off the list. One that goes on stays.
    pub fn clear(&self, id: &TaskId) {
        self.engine.clear(id);
    }

    /// Takes every task off the list that succeeded or was cancelled. Failed
    /// ones stay, since they can be retried.
    pub fn clear_finished(&self) {
        for task in self.tasks() {
            if matches!(task.state, TaskState::Succeeded | TaskState::Cancelled) {
                self.clear(&task.id);
            }
        }
    }

    /// Takes the task's toast away. The task goes on, and shows again when it ends.
    pub fn dismiss(&self, id: &TaskId) {
        self.toaster.dismiss(&task_toasts::toast_id(id));
    }

    /// The task called `id`, as it is now.
    pub fn task(&self, id: &TaskId) -> Option<Rc<Task>> {
        self.engine.tasks().get(id)
    }

    /// All tasks as they are now, newest first.
    pub fn tasks(&self) -> Vec<Rc<Task>> {
        self.engine.tasks().newest_first()
    }

    /// How many tasks have not ended.
    pub fn unfinished(&self) -> usize {
        self.engine.tasks().unfinished()
    }

    /// Has `listener` called after every change of every task, until the
    /// subscription is dropped.
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> Subscription {
        self.engine.observe(listener)
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.engine.settings()
    }

    /// Has `listener` called at every turn in a task's life, until the
    /// subscription is dropped: not for each percent, as
    /// [`subscribe`](Self::subscribe) does.
    pub fn events(&self, listener: impl Fn(&TaskEvent) + 'static) -> Subscription {
        self.subscribe(move |change| {
            if let Some(event) = TaskEvent::of(change) {
                listener(&event);
            }
        })
    }

    /// What is said, in which language.
    pub fn messages(&self) -> &Rc<Messages> {
        &self.engine.settings().messages
    }

    /// How files are sent, and which may be.
    pub fn upload_policy(&self) -> &UploadPolicy {
        &self.engine.settings().upload
    }

    /// The clients that the tasks use.
    pub fn clients(&self) -> &Clients {
        self.engine.clients()
    }

    /// Shows toasts, also such that have nothing to do with tasks.
    pub fn toaster(&self) -> &Toaster {
        &self.toaster
    }

    /// Tells of ends through the device, where the person lets it.
    pub fn system_notifications(&self) -> &SystemNotifications {
        &self.notifications
    }

    /// Ends every timer, listener and request, and takes the toasts away. The
    /// tasks stay in the store as they were, and what is kept of them goes on
    /// the next time.
    pub fn shut_down(&self) {
        if let Some(persistence) = &self.persistence {
            persistence.end();
        }
        self.notifications.shut_down();
        self.engine.shut_down();
        self.toaster.shut_down();
    }
}

/// A toaster's settings with what its controls are called.
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
