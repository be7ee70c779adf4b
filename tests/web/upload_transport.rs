//! Uploads by a transport of the app.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    AttachmentId, BackgroundTasks, Call, Clients, HttpStatusClient, NewAttachment, RequestError,
    ResumeKey, Settings, TaskId, TaskState, Timestamp, UploadEvent, UploadTransport, VirtualClock,
};

use crate::driver_uploads::file;
use crate::stage::{pass, seconds};

/// Reports a state and 4 bytes of progress, then returns a result that the test has set.
#[derive(Default)]
struct Scripted {
    /// What becomes of the attempts; those that follow are pending.
    ends: RefCell<VecDeque<Result<AttachmentId, RequestError>>>,
    /// The states that attempts began with.
    began: RefCell<Vec<Option<ResumeKey>>>,
    discarded: RefCell<Vec<ResumeKey>>,
}

impl UploadTransport for Scripted {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<AttachmentId> {
        self.began.borrow_mut().push(upload.resume);
        on_event.emit(UploadEvent::Resumable("half".into()));
        on_event.emit(UploadEvent::Sent { bytes: 4, total: 8 });
        match self.ends.borrow_mut().pop_front() {
            Some(end) => Box::pin(ready(end)),
            None => Box::pin(pending()),
        }
    }

    fn resumable_from(&self) -> Option<u64> {
        Some(5)
    }

    fn discard(&self, state: &ResumeKey) -> Call<()> {
        self.discarded.borrow_mut().push(state.clone());
        Box::pin(pending())
    }
}

struct Stage {
    clock: VirtualClock,
    transport: Rc<Scripted>,
    tasks: BackgroundTasks,
    id: TaskId,
    file: web_sys::File,
}

impl Stage {
    /// Uploads a file of eight bytes.
    fn new(ends: impl IntoIterator<Item = Result<AttachmentId, RequestError>>) -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_700_000_000_000));
        let transport = Rc::new(Scripted::default());
        transport.ends.borrow_mut().extend(ends);
        let clients = Clients::new(Rc::new(HttpStatusClient::new("/nowhere")));
        let settings = Settings::new()
            .with_store(None)
            .with_clock(clock.clone())
            .with_seed(1);
        let tasks = BackgroundTasks::new(
            &yewdux::Context::new(),
            clients.with_upload_transport(transport.clone()),
            settings,
        );
        let file = file("notes.txt", "text/plain", "12345678");
        let id = tasks.upload(file.clone(), "My notes");
        Self {
            clock,
            transport,
            tasks,
            id,
            file,
        }
    }

    fn state(&self) -> TaskState {
        let task = self.tasks.task(&self.id).expect("a task");
        task.state.clone()
    }

    /// Waits until `holds`, while the file is read in real time and a second of virtual time
    /// passes at most.
    async fn until(&self, holds: impl Fn(&Self) -> bool) {
        for _ in 0..1000 {
            pass(&self.clock, Duration::from_millis(1)).await;
            if holds(self) {
                return;
            }
            let read = JsFuture::from(self.file.array_buffer()).await;
            assert!(read.is_ok());
        }
        panic!("it is {:?}", self.state());
    }

    fn began(&self) -> Vec<Option<String>> {
        let began = self.transport.began.borrow();
        let text = |key: &ResumeKey| key.as_str().to_owned();
        began.iter().map(|key| key.as_ref().map(text)).collect()
    }
}

#[wasm_bindgen_test]
async fn transport_of_the_app_continues_from_its_state_after_an_error_and_a_pause() {
    let stage = Stage::new([Err(RequestError::Unreachable)]);
    stage.until(|it| it.state().as_str() == "recovering").await;
    pass(&stage.clock, seconds(2)).await;
    stage.until(|it| it.began().len() == 2).await;
    let task = stage.tasks.task(&stage.id).expect("a task");
    assert!(stage.tasks.can_pause(&task));
    stage.tasks.pause(&stage.id);
    assert!(stage.state().is_paused());
    let end = Ok(AttachmentId::from("a/7"));
    stage.transport.ends.borrow_mut().push_back(end);
    stage.tasks.resume(&stage.id);
    stage.until(|it| it.state() == TaskState::Succeeded).await;
    let half = Some("half".to_owned());
    assert_eq!(stage.began(), [None, half.clone(), half]);
    let task = stage.tasks.task(&stage.id).expect("a task");
    assert_eq!(task.attachment, Some("a/7".into()));
}

#[wasm_bindgen_test]
async fn cancelled_upload_discards_the_state_of_its_transport() {
    let stage = Stage::new([]);
    stage.until(|it| it.began().len() == 1).await;
    pass(&stage.clock, Duration::from_millis(100)).await;
    stage.tasks.cancel(&stage.id);
    assert_eq!(stage.state(), TaskState::Cancelled);
    pass(&stage.clock, Duration::from_millis(100)).await;
    let discarded = stage.transport.discarded.borrow().clone();
    assert_eq!(discarded, [ResumeKey::from("half")]);
}

#[wasm_bindgen_test]
async fn error_of_a_transport_is_the_reason_of_the_failure() {
    let refused = RequestError::Status {
        status: 403,
        retry_after: None,
        message: None,
    };
    let stage = Stage::new([Err(refused.clone())]);
    stage.until(|it| it.state().is_ended()).await;
    assert_eq!(stage.state(), TaskState::Failed(refused.into()));
}
