//! Resumable uploads.

mod errors;
mod interrupted;
mod uninterrupted;

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use yew::Callback;
use yew_background_tasks::{
    Attachment, HttpStatusClient, NewAttachment, RequestError, ResumeKey, StorageClient,
    TusSettings, UploadEvent,
};

use crate::world::{World, new_attachment, patterned_file};

const SIZE: u32 = 3_000_000;

fn client(world: &World) -> HttpStatusClient {
    // The backend is on another origin, and allows the header.
    let settings = TusSettings::new().with_idempotency_key(true);
    world.client().with_tus(settings)
}

fn talk(resume: Option<ResumeKey>) -> NewAttachment {
    talk_of(SIZE, resume)
}

fn talk_of(bytes: u32, resume: Option<ResumeKey>) -> NewAttachment {
    let new = new_attachment(patterned_file("talk.mp4", bytes), "Vortrag 🎥", "k");
    match resume {
        Some(key) => new.with_resume(key),
        None => new,
    }
}

/// The events of an upload.
#[derive(Clone, Default)]
struct Events(Rc<RefCell<Vec<UploadEvent>>>);

impl Events {
    fn listener(&self) -> Callback<UploadEvent> {
        let events = Rc::clone(&self.0);
        Callback::from(move |event| events.borrow_mut().push(event))
    }

    fn key(&self) -> Option<ResumeKey> {
        let events = self.0.borrow();
        let mut keys = events.iter().filter_map(|event| match event {
            UploadEvent::Resumable(key) => Some(key.clone()),
            _ => None,
        });
        let key = keys.next();
        assert_eq!(keys.next(), None, "one key");
        key
    }

    fn sent(&self) -> Vec<u64> {
        let events = self.0.borrow();
        let sent = events.iter().filter_map(|event| match event {
            UploadEvent::Sent { bytes, .. } => Some(*bytes),
            _ => None,
        });
        sent.collect()
    }
}

async fn upload(
    world: &World,
    resume: Option<ResumeKey>,
) -> (Result<Attachment, RequestError>, Events) {
    let events = Events::default();
    let stored = client(world).upload(talk(resume), events.listener()).await;
    (stored, events)
}

/// Uploads until the connection is lost after so many bytes.
async fn interrupt_after(world: &World, bytes: u32) -> ResumeKey {
    let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
    world.add_fault(fault).await;
    let (stored, events) = upload(world, None).await;
    assert_eq!(stored, Err(RequestError::Unreachable));
    events.key().expect("a key to resume with")
}

async fn operations(world: &World) -> Vec<String> {
    let requests = world.requests().await;
    let operation = |request: &Value| request["operation"].as_str().map(str::to_owned);
    requests.iter().filter_map(operation).collect()
}

/// The digest of the file when it is sent in one request.
async fn expected_digest() -> Value {
    let world = World::new();
    let stored = world.client().upload(talk(None), Callback::noop()).await;
    assert!(stored.is_ok());
    world.attachments().await[0]["sha256"].clone()
}
