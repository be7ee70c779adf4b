//! Calls to the server: what the state machines ask for, and what comes back.

use std::rc::Rc;

use yew::Callback;

use super::inbox::{Message, Outcome};
use super::life::{Awaited, Source, Work};
use super::picker::Picker;
use super::{Engine, task_id};
use crate::client::{Attachment, Call, NewAttachment};
use crate::sorted::SortedSet;
use crate::spawned::Spawned;
use crate::task::monitor::{self, CallId};
use crate::task::{
    AttachmentId, CallError, IdempotencyKey, JobKey, JobKind, ResumeKey, TaskId, upload,
};
use crate::time::Timestamp;

impl Engine {
    pub(super) fn act(&self, id: &TaskId, action: monitor::Action) {
        match action {
            monitor::Action::Check(call, job) => self.queue_check(id, call, job),
            monitor::Action::Start(call, key) => {
                let Some((kind, attachment)) = self.kind_and_attachment(id) else {
                    return;
                };
                let answer = self.0.clients.storage.start(&kind, &attachment, &key);
                self.call(id, answer, move |id, answer| {
                    Message::Step(id, monitor::Event::Started(call, answer))
                });
            }
            monitor::Action::Abandon => self.set_call(id, None),
            monitor::Action::CancelJob(job) => self.notify(self.0.clients.status.cancel(&job)),
            monitor::Action::FollowUp(at) => self.start_embedding_after(id, at),
        }
    }

    fn kind_and_attachment(&self, id: &TaskId) -> Option<(JobKind, AttachmentId)> {
        let state = self.0.state.borrow();
        match &state.lives.get(id)?.work {
            Work::Job(monitor) => Some((monitor.kind().clone(), monitor.attachment().clone())),
            Work::Upload(_) => None,
        }
    }

    /// The tab that had the lead before may have done it already.
    fn start_embedding_after(&self, id: &TaskId, at: Timestamp) {
        let title = match self.0.state.borrow().lives.get(id) {
            Some(life) => Rc::clone(&life.title),
            None => return,
        };
        if let Some((_, attachment)) = self.kind_and_attachment(id) {
            let kind = self.0.settings.embedding.clone();
            let key = JobKey::from(&attachment);
            let follower = task_id(kind.name(), &attachment.to_string(), at);
            if !self.has_task(&follower) {
                self.follow(follower, kind, attachment, &title, Some(key), None);
            }
        }
    }

    pub(super) fn act_on_upload(&self, id: &TaskId, action: upload::Action) {
        match action {
            upload::Action::Send(call, key, resume) => self.send(id, call, key, resume),
            upload::Action::Abandon => self.set_call(id, None),
            upload::Action::Discard(upload) => {
                self.notify(self.0.clients.storage.discard(&upload));
            }
        }
    }

    fn send(
        &self,
        id: &TaskId,
        call: CallId,
        idempotency_key: IdempotencyKey,
        resume: Option<ResumeKey>,
    ) {
        let new = {
            let state = self.0.state.borrow();
            let Some(life) = state.lives.get(id) else {
                return;
            };
            let Work::Upload(sending) = &life.work else {
                return;
            };
            let Source::There(file) = &sending.source else {
                return;
            };
            NewAttachment {
                file: file.clone(),
                title: Rc::clone(&life.title),
                idempotency_key,
                resume,
            }
        };
        let weak = self.downgrade();
        let sender = id.clone();
        let on_news = Callback::from(move |news| {
            if let Some(engine) = weak.upgrade() {
                let event = upload::Event::News(call, news);
                engine.post_in_frame(Message::StepUpload(sender.clone(), event));
            }
        });
        let answer = self.0.clients.storage.upload(new, on_news);
        self.call(id, answer, move |id, answer| {
            Message::Uploaded(id, call, answer)
        });
    }

    pub(super) fn ask_for_file(&self, id: &TaskId) {
        let (weak, upload) = (self.downgrade(), id.clone());
        let picker = Picker::open(move |file| {
            if let Some(engine) = weak.upgrade() {
                engine.post(Message::Chosen(upload.clone(), file));
            }
        });
        if let Some(life) = self.0.state.borrow_mut().lives.get_mut(id)
            && let Work::Upload(sending) = &mut life.work
        {
            sending.picker = picker;
        }
    }

    pub(super) fn uploaded(
        &self,
        id: &TaskId,
        call: CallId,
        answer: Result<Attachment, CallError>,
        at: Timestamp,
        touched: &mut SortedSet<TaskId>,
    ) {
        let verdict = answer.as_ref().map(|_| ()).map_err(Clone::clone);
        let mut stored = None;
        self.step(id, touched, |life| {
            let was_ended = life.state(at).is_ended();
            let deeds = life.upload_step(upload::Event::Answered(call, verdict), at);
            // Only the answer that ends it counts; one to an attempt given up does not.
            if let (false, Work::Upload(sending), Ok(attachment)) =
                (was_ended, &mut life.work, answer)
                && sending.upload.has_succeeded()
            {
                sending.attachment = Some(attachment.id.clone());
                sending.video |= attachment.is_video();
                let title = match attachment.title.trim() {
                    "" => Rc::clone(&life.title),
                    _ => Rc::clone(&attachment.title),
                };
                stored = sending.video.then_some((attachment.id, title));
            }
            deeds
        });
        if let Some((attachment, title)) = stored {
            let settings = &self.0.settings;
            let (kind, follow_up) = (settings.video.clone(), settings.embedding_start);
            self.start_job(kind, attachment, &title, None, follow_up);
        }
    }

    /// Waits for an answer in the task's name; giving it up is dropping it.
    fn call<T: 'static>(
        &self,
        id: &TaskId,
        answer: Call<T>,
        message: impl FnOnce(TaskId, Outcome<T>) -> Message + 'static,
    ) {
        let weak = self.downgrade();
        let caller = id.clone();
        let call = Spawned::new(async move {
            let answer = answer.await;
            if let Some(engine) = weak.upgrade() {
                engine.post_in_frame(message(caller, answer));
            }
        });
        self.set_call(id, Some(Awaited::Call { _call: call }));
    }

    pub(super) fn set_call(&self, id: &TaskId, call: Option<Awaited>) {
        let before = match self.0.state.borrow_mut().lives.get_mut(id) {
            Some(life) => std::mem::replace(&mut life.call, call),
            None => call,
        };
        // Dropped here, where nothing is borrowed: it may run foreign code.
        drop(before);
    }

    fn notify(&self, answer: Call<()>) {
        let number = self.next_number();
        let weak = self.downgrade();
        let notice = Spawned::new(async move {
            // The task is over for the person, whatever the server makes of it.
            let _ = answer.await;
            if let Some(engine) = weak.upgrade() {
                let notice = engine.0.state.borrow_mut().notices.remove(&number);
                drop(notice);
            }
        });
        self.0.state.borrow_mut().notices.insert(number, notice);
    }
}
