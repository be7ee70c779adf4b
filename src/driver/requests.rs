//! Requests of the core, which the app's clients send, and their responses.

use std::rc::Rc;

use background_tasks_core::{
    Capabilities, Input, Request, RequestError, RequestId, Response, Uploaded,
};
use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, ready, select};
use yew::Callback;

use super::Driver;
use crate::abort_on_drop::AbortOnDrop;
use crate::client::file::fingerprint;
use crate::client::{Attachment, NewAttachment};

impl Driver {
    pub(super) fn send(&self, id: RequestId, request: Request) {
        let Some(response) = self.respond_to(id, request) else {
            // Immediately, so that its connection is free for the next request.
            self.enqueue(Input::Response(id, Response::StreamUnavailable));
            return;
        };
        let weak = self.downgrade();
        let request = AbortOnDrop::new(async move {
            let response = response.await;
            if let Some(driver) = weak.upgrade() {
                driver.abort(id);
                driver.input_in_frame(Input::Response(id, response));
            }
        });
        // The client may have shut the driver down.
        if self.is_alive() {
            self.0.held.borrow_mut().requests.insert(id, request);
        }
    }

    pub(super) fn abort(&self, id: RequestId) {
        let request = self.0.held.borrow_mut().requests.remove(&id);
        // Dropping the client's future may run code of the client.
        drop(request);
    }

    /// What the client can do at the moment, if that has changed.
    pub(super) fn new_capabilities(&self) -> Option<Capabilities> {
        let clients = &self.0.clients;
        let capabilities = Capabilities {
            batch_limit: clients.status.batch_limit().max(1),
            resumable_from: clients.storage.resumable_from(),
        };
        let before = self.0.capabilities.replace(capabilities);
        (before != capabilities).then_some(capabilities)
    }

    /// Which HTTP version the server speaks, if that has changed.
    pub(super) fn new_protocol(&self) -> Option<Input> {
        let multiplexed = self.0.clients.status.is_multiplexed();
        let before = self.0.multiplexed.replace(multiplexed);
        (before != multiplexed).then_some(Input::Protocol { multiplexed })
    }

    /// `None` if the client has no event stream.
    fn respond_to(
        &self,
        id: RequestId,
        request: Request,
    ) -> Option<LocalBoxFuture<'static, Response>> {
        let status = &self.0.clients.status;
        let storage = &self.0.clients.storage;
        Some(match request {
            Request::Status(job) => status.status(&job).map(Response::Status).boxed_local(),
            Request::Statuses(jobs) => status.statuses(&jobs).map(Response::Statuses).boxed_local(),
            Request::Start {
                kind,
                attachment,
                idempotency_key,
            } => storage
                .start(&kind, &attachment, &idempotency_key)
                .map(Response::Start)
                .boxed_local(),
            Request::Cancel(job) => status.cancel(&job).map(Response::Cancel).boxed_local(),
            Request::Upload {
                task,
                title,
                idempotency_key,
                resume,
                chunk_bytes,
                verify,
            } => {
                let file = self.0.held.borrow().files.get(&task).cloned();
                let Some(file) = file else {
                    let unreadable = Response::Upload(Err(RequestError::FileUnreadable));
                    return Some(ready(unreadable).boxed_local());
                };
                let upload = NewAttachment {
                    file,
                    title,
                    idempotency_key,
                    resume,
                    chunk_bytes,
                    override_method: self.0.settings.upload.override_method,
                };
                self.respond_to_upload(id, upload, verify)
            }
            Request::Discard(upload) => {
                let discarded = storage.discard(&upload);
                discarded.map(Response::Discard).boxed_local()
            }
            Request::Stream => {
                let weak = self.downgrade();
                let on_event = Callback::from(move |event| {
                    if let Some(driver) = weak.upgrade() {
                        driver.input_in_frame(Input::Stream(id, event));
                    }
                });
                // Only the client needs the reason: it decides whether to open the stream again.
                let closed = status.events(on_event)?.map(|_| Response::StreamClosed);
                closed.boxed_local()
            }
        })
    }

    fn respond_to_upload(
        &self,
        id: RequestId,
        upload: NewAttachment,
        verify: bool,
    ) -> LocalBoxFuture<'static, Response> {
        let weak = self.downgrade();
        let reporter = weak.clone();
        let on_event = Callback::from(move |event| {
            if let Some(driver) = reporter.upgrade() {
                driver.input_in_frame(Input::UploadProgress(id, event));
            }
        });
        let storage = Rc::clone(&self.0.clients.storage);
        let file = upload.file.clone();
        let digest = async move {
            // If it cannot be read, the client says so.
            let digest = fingerprint(&file).await.ok()?;
            let driver = weak.upgrade()?;
            driver.input_in_frame(Input::Fingerprint(id, digest));
            // The core may have aborted this request.
            let is_wanted = driver.0.held.borrow().requests.contains_key(&id);
            is_wanted.then_some(())
        };
        async move {
            let mut digest = digest.boxed_local().fuse();
            // Nothing is sent before it is known that the file is the same.
            if verify && (&mut digest).await.is_none() {
                return Response::Upload(Err(RequestError::FileUnreadable));
            }
            let stored = storage.upload(upload, on_event);
            let stored = match select(stored, digest).await {
                Either::Left((stored, _)) => stored,
                Either::Right((_, stored)) => stored.await,
            };
            Response::Upload(stored.map(uploaded))
        }
        .boxed_local()
    }
}

fn uploaded(attachment: Attachment) -> Uploaded {
    Uploaded {
        video: attachment.video(),
        attachment: attachment.id,
        title: attachment.title,
    }
}
