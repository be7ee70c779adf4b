//! Uploads that go on from where they were, against a server that keeps what came.

mod interrupted;
mod refused;
mod whole;

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use yew::Callback;
use yew_background_tasks::{
    Attachment, CallError, HttpStatusClient, NewAttachment, ResumeKey, StorageClient, UploadEvent,
};

use crate::world::{World, new_attachment, patterned_file};

const SIZE: u32 = 3_000_000;

fn client(world: &World) -> HttpStatusClient {
    world.client().with_resumable_uploads(true)
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

/// What an upload told on its way.
#[derive(Clone, Default)]
struct Reported(Rc<RefCell<Vec<UploadEvent>>>);

impl Reported {
    fn listener(&self) -> Callback<UploadEvent> {
        let news = Rc::clone(&self.0);
        Callback::from(move |told| news.borrow_mut().push(told))
    }

    fn key(&self) -> Option<ResumeKey> {
        let news = self.0.borrow();
        let mut keys = news.iter().filter_map(|told| match told {
            UploadEvent::Resumable(key) => Some(key.clone()),
            UploadEvent::Sent { .. } => None,
        });
        let key = keys.next();
        assert_eq!(keys.next(), None, "one key");
        key
    }

    fn sent(&self) -> Vec<u64> {
        let news = self.0.borrow();
        let sent = news.iter().filter_map(|told| match told {
            UploadEvent::Sent { bytes, .. } => Some(*bytes),
            UploadEvent::Resumable(_) => None,
        });
        sent.collect()
    }
}

async fn upload(
    world: &World,
    resume: Option<ResumeKey>,
) -> (Result<Attachment, CallError>, Reported) {
    let news = Reported::default();
    let stored = client(world).upload(talk(resume), news.listener()).await;
    (stored, news)
}

/// Uploads until the connection breaks after so many bytes.
async fn cut_after(world: &World, bytes: u32) -> ResumeKey {
    let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
    world.add_fault(fault).await;
    let (stored, news) = upload(world, None).await;
    assert_eq!(stored, Err(CallError::Unreachable));
    news.key().expect("a key to go on by")
}

async fn operations(world: &World) -> Vec<String> {
    let requests = world.requests().await;
    let operation = |request: &Value| request["operation"].as_str().map(str::to_owned);
    requests.iter().filter_map(operation).collect()
}

/// What the file is when it is sent in one piece.
async fn digest_of_the_whole() -> Value {
    let world = World::new();
    let stored = world.client().upload(talk(None), Callback::noop()).await;
    assert!(stored.is_ok());
    world.attachments().await[0]["sha256"].clone()
}
