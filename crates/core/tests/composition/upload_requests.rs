//! What the core asks of an upload, and what follows from the server's response.
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, Capabilities, Command, Config, Core, Environment, FileInfo, Input, NewUpload,
    Output, Request, RequestError, RequestId, Response, StoredRecords, TaskId, TaskKind, TaskState,
    UploadEvent, UploadPolicy, Uploaded,
};

use crate::fixture::{STORE, config, now, storing, upload};

struct Tab {
    core: Core,
    millis: u64,
    requests: Vec<(RequestId, Request)>,
    aborted: Vec<RequestId>,
    records: Vec<(String, String)>,
}

impl Tab {
    fn with(upload: UploadPolicy) -> Self {
        let config = Config {
            upload: Rc::new(upload),
            embedding_start: None,
            ..config(1)
        };
        Self::open(config, 0)
    }

    fn open(config: Config, millis: u64) -> Self {
        Self {
            core: Core::new(config, Environment::default(), now(millis)),
            millis,
            requests: Vec::new(),
            aborted: Vec::new(),
            records: Vec::new(),
        }
    }

    fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, request) => self.requests.push((id, request)),
                Output::Abort(id) => self.aborted.push(id),
                Output::Write {
                    key,
                    value: Some(value),
                    ..
                } => self.records.push((key, value)),
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
    let new = tab.requests.len() - 2..;
    let discard = Request::Discard("there".into());
    let is_discard = |(_, request): &(_, Request)| *request == discard;
    assert_eq!(
        tab.requests[new.clone()]
            .iter()
            .filter(|it| is_discard(it))
            .count(),
        1
    );
    let upload = tab.requests[new].iter().find(|it| !is_discard(it)).unwrap();
    match upload.1.clone() {
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

#[test]
fn partial_upload_of_an_outdated_task_is_discarded() {
    const HOUR: u64 = 60 * 60 * 1_000;
    for (hours, discards) in [(23, false), (25, true)] {
        let mut closed = Tab::open(storing(1), 0);
        closed.upload("talk.mp4");
        closed.report(UploadEvent::Resumable("there".into()));
        closed.input(Input::PageHide);
        let mut tab = Tab::open(storing(2), hours * HOUR);
        tab.input(Input::OldestTab);
        tab.input(Input::Stored(StoredRecords {
            records: closed.records,
            ..StoredRecords::default()
        }));
        let discard = |(_, request): &(_, Request)| *request == Request::Discard("there".into());
        assert_eq!(tab.requests.iter().any(discard), discards, "{hours}");
    }
}

#[test]
fn page_that_is_left_begins_no_upload() {
    let config = Config {
        upload: Rc::new(UploadPolicy::new().with_concurrent(1)),
        ..storing(1)
    };
    let mut tab = Tab::open(config, 0);
    tab.input(Input::OldestTab);
    tab.input(Input::Stored(StoredRecords::default()));
    tab.upload("notes.pdf");
    tab.input(Input::StartUpload("upload_2_1".into(), upload()));
    assert_eq!(tab.requests.len(), 1);
    tab.input(Input::PageHide);
    tab.succeed(None);
    assert_eq!(tab.requests.len(), 1);
    tab.input(Input::PageShow);
    assert_eq!(tab.requests.len(), 2);
}

#[test]
fn video_is_not_processed_if_the_policy_says_so() {
    let mut tab = Tab::with(UploadPolicy::new().with_process_videos(false));
    let id = tab.upload("talk.mkv");
    tab.succeed(Some(true));
    assert_eq!(tab.requests.len(), 1);
    let kind = &tab.core.snapshot(&id).unwrap().kind;
    // Its toast must not say that processing starts.
    assert_eq!(*kind, TaskKind::Upload { video: false });
}

#[test]
fn only_file_that_the_client_can_continue_is_paused() {
    for (resumable_from, pauses) in [
        (None, false),
        (Some(1_000_001), false),
        (Some(1_000_000), true),
    ] {
        let mut tab = Tab::with(UploadPolicy::new());
        let capabilities = Capabilities {
            resumable_from,
            ..Capabilities::default()
        };
        tab.input(Input::Capabilities(capabilities));
        let id = tab.upload("talk.mp4");
        assert_eq!(tab.core.can_continue(&id), pauses);
        tab.input(Input::Command(id.clone(), Command::Pause));
        let state = &tab.core.snapshot(&id).unwrap().state;
        assert_eq!(state.is_paused(), pauses, "{resumable_from:?}");
    }
}
