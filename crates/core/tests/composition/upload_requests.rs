//! What the core asks of an upload, and what follows from the server's response.
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, Config, Core, Environment, FileInfo, Input, NewUpload, Output, Request,
    RequestError, RequestId, Response, TaskId, TaskState, UploadEvent, UploadPolicy, Uploaded,
};

use crate::fixture::{STORE, config, now, upload};

struct Tab {
    core: Core,
    millis: u64,
    requests: Vec<(RequestId, Request)>,
    aborted: Vec<RequestId>,
}

impl Tab {
    fn with(upload: UploadPolicy) -> Self {
        let config = Config {
            upload: Rc::new(upload),
            embedding_start: None,
            ..config(1)
        };
        Self {
            core: Core::new(config, Environment::default(), now(0)),
            millis: 0,
            requests: Vec::new(),
            aborted: Vec::new(),
        }
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, request) => self.requests.push((id, request)),
                Output::Abort(id) => self.aborted.push(id),
                _ => {}
            }
        }
    }

    /// Starts the upload of a file with this name, of which the browser knows no type.
    fn upload(&mut self, name: &str) -> TaskId {
        let id = TaskId::from("upload_1_1");
        let file = FileInfo {
            name: name.into(),
            media_type: "".into(),
            size: 1_000_000,
        };
        let upload = NewUpload {
            file,
            title: "talk".into(),
            meta: None,
        };
        self.input(Input::StartUpload(id.clone(), upload));
        id
    }

    fn last(&self) -> (RequestId, Request) {
        self.requests.last().unwrap().clone()
    }

    fn respond(&mut self, response: Response) {
        let (id, _) = self.last();
        self.input(Input::Response(id, response));
    }

    fn report(&mut self, event: UploadEvent) {
        let (id, _) = self.last();
        self.input(Input::UploadProgress(id, event));
    }

    /// Lets time pass until there is another request.
    fn wait_for_request(&mut self) {
        let before = self.requests.len();
        while self.requests.len() == before {
            let due = self.core.timeout().unwrap();
            self.millis = due.as_millis().max(self.millis + 1);
            self.input(Input::Timeout);
        }
    }

    fn succeed(&mut self, video: Option<bool>) {
        self.respond(Response::Upload(Ok(Uploaded {
            attachment: AttachmentId::from(7_u64),
            title: "talk".into(),
            video,
        })));
    }

    fn state(&self, id: &TaskId) -> TaskState {
        self.core.snapshot(id).unwrap().state.clone()
    }
}

fn status(status: u16) -> RequestError {
    RequestError::Status {
        status,
        retry_after: None,
        message: None,
    }
}

fn chunk_bytes(request: &Request) -> Option<u64> {
    match request {
        Request::Upload { chunk_bytes, .. } => *chunk_bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn size_of_requests_is_that_of_policy_or_what_server_accepts() {
    let mut tab = Tab::with(UploadPolicy::new().with_chunk_bytes(500_000));
    tab.upload("talk.mp4");
    assert_eq!(chunk_bytes(&tab.last().1), Some(500_000));
    tab.report(UploadEvent::PartLimit(300_000));
    tab.respond(Response::Upload(Err(RequestError::Unreachable)));
    tab.wait_for_request();
    assert_eq!(chunk_bytes(&tab.last().1), Some(300_000));
}

#[test]
fn request_is_aborted_and_begins_anew_if_its_file_is_another_one() {
    let mut tab = Tab::with(UploadPolicy::new());
    tab.upload("talk.mp4");
    let (id, _) = tab.last();
    tab.input(Input::Fingerprint(id, 1));
    tab.report(UploadEvent::Resumable("there".into()));
    tab.respond(Response::Upload(Err(RequestError::Unreachable)));
    tab.wait_for_request();
    let (id, request) = tab.last();
    let Request::Upload {
        idempotency_key,
        resume,
        verify: true,
        ..
    } = request
    else {
        panic!("{request:?}");
    };
    assert_eq!(resume, Some("there".into()));
    tab.input(Input::Fingerprint(id, 2));
    assert_eq!(tab.aborted, [id]);
    match tab.last().1 {
        Request::Upload {
            idempotency_key: key,
            resume: None,
            verify: false,
            ..
        } => assert_ne!(key, idempotency_key),
        other => panic!("{other:?}"),
    }
}

#[test]
fn servers_type_decides_whether_file_is_video() {
    for (name, video, is_processed) in [
        ("talk.mkv", None, true),
        ("talk.mkv", Some(false), false),
        ("notes.pdf", None, false),
        ("notes.pdf", Some(true), true),
    ] {
        let mut tab = Tab::with(UploadPolicy::new());
        tab.upload(name);
        tab.succeed(video);
        let starts = matches!(tab.last().1, Request::Start { .. });
        assert_eq!(starts, is_processed, "{name}, {video:?}");
    }
}

#[test]
fn conflict_of_repeated_start_is_waited_out_and_of_first_one_is_final() {
    for repeated in [true, false] {
        let mut tab = Tab::with(UploadPolicy::new());
        tab.upload("talk.mkv");
        tab.succeed(None);
        if repeated {
            // Its response is lost.
            tab.wait_for_request();
        }
        tab.respond(Response::Start(Err(status(409))));
        let video = tab
            .core
            .snapshots()
            .find(|it| it.id.as_str().starts_with("video"));
        let video = video.unwrap().id.clone();
        assert_eq!(tab.state(&video).is_ended(), !repeated);
        if repeated {
            tab.wait_for_request();
            tab.respond(Response::Start(Ok(Some("q-7".into()))));
            assert!(matches!(tab.last().1, Request::Status(_)));
        }
    }
}

#[test]
fn tab_sends_one_file_until_it_knows_what_others_send() {
    let config = Config {
        store: Some(STORE.into()),
        ..config(1)
    };
    let mut tab = Tab {
        core: Core::new(config, Environment::default(), now(0)),
        ..Tab::with(UploadPolicy::new())
    };
    for number in 0..4 {
        let id = TaskId::from(format!("upload_{number}_1"));
        tab.input(Input::StartUpload(id, upload()));
    }
    assert_eq!(tab.requests.len(), 1);
    tab.input(Input::OldestTab);
    assert_eq!(tab.requests.len(), 3);
}
