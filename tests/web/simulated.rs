//! Uploads to the simulated server, which need the browser's files.

#![allow(
    clippy::expect_used,
    reason = "a test without its environment should fail"
)]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{File, FilePropertyBag};
use yew::Callback;
use yew_background_tasks::simulated::{Fault, FaultRule, Operation, RequestOutcome};
use yew_background_tasks::{
    Attachment, Call, Clock as _, NewAttachment, Percent, RequestError, SimulatedStatusClient,
    Simulation, StorageClient, Timestamp, UploadEvent, VirtualClock,
};

/// A server without latency that takes ten seconds per kilobyte.
fn server() -> (SimulatedStatusClient, VirtualClock) {
    let clock = VirtualClock::default();
    let simulation = Simulation::new()
        .with_latency(Duration::ZERO)
        .with_upload_rate(100);
    let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
    (client, clock)
}

fn file(length: u32) -> File {
    let options = FilePropertyBag::new();
    options.set_type("video/mp4");
    let parts = Array::of1(&Uint8Array::new_with_length(length));
    File::new_with_u8_array_sequence_and_options(&parts, "talk.mp4", &options).expect("a file")
}

fn new_attachment(file: File) -> NewAttachment {
    NewAttachment::new(file, "My talk", "k".into())
}

/// An upload in progress and the progress that it has reported.
struct Upload {
    call: Call<Attachment>,
    reported: Rc<RefCell<Vec<u8>>>,
}

impl Upload {
    fn new(client: &SimulatedStatusClient, file: File) -> Self {
        let reported = Rc::new(RefCell::new(Vec::new()));
        let sink = Rc::clone(&reported);
        let on_progress = Callback::from(move |event| {
            if let UploadEvent::Sent { bytes, total } = event {
                let percent = Percent::of(bytes as f64, total as f64);
                sink.borrow_mut().extend(percent.map(Percent::get));
            }
        });
        let call = client.upload(new_attachment(file), on_progress);
        Self { call, reported }
    }

    /// Advances the clock; the browser reads the file in real time.
    async fn pass(
        &mut self,
        clock: &VirtualClock,
        seconds: u64,
    ) -> Option<Result<Attachment, RequestError>> {
        let end = clock.now() + Duration::from_secs(seconds);
        loop {
            if let Some(answer) = (&mut self.call).now_or_never() {
                return Some(answer);
            }
            if clock.next_due().is_none() {
                gloo_timers::future::sleep(Duration::ZERO).await;
            } else if !clock.wake_next(end) {
                clock.advance(end.since(clock.now()));
                return None;
            }
        }
    }
}

#[wasm_bindgen_test]
async fn upload_takes_time_and_reports_each_percent_once() {
    let (client, clock) = server();
    let mut upload = Upload::new(&client, file(1_000));
    assert_eq!(upload.pass(&clock, 5).await, None);
    assert_eq!(upload.reported.borrow().last(), Some(&50));
    let stored = upload.pass(&clock, 6).await;
    assert_eq!(clock.now(), Timestamp::from_millis(10_000));
    assert_eq!(*upload.reported.borrow(), (0..=100).collect::<Vec<_>>());
    let stored = stored.expect("the upload has ended");
    assert!(
        stored
            .as_ref()
            .is_ok_and(|it| it.is_video() && it.size == 1_000)
    );
    assert_eq!(client.list().await.ok(), stored.ok().map(|it| vec![it]));
}

#[wasm_bindgen_test]
async fn speed_shortens_upload() {
    let (client, clock) = server();
    client.set_simulation(client.simulation().with_speed(10.0));
    let mut upload = Upload::new(&client, file(1_000));
    assert!(upload.pass(&clock, 60).await.is_some_and(|it| it.is_ok()));
    assert_eq!(clock.now(), Timestamp::from_millis(1_000));
}

#[wasm_bindgen_test]
async fn lost_connection_interrupts_upload() {
    let (client, clock) = server();
    client.inject(Fault::ConnectionLost);
    let mut upload = Upload::new(&client, file(1_000));
    let stored = upload.pass(&clock, 60).await;
    assert_eq!(stored, Some(Err(RequestError::Unreachable)));
    assert_eq!(upload.reported.borrow().last(), Some(&50));
    assert_eq!(client.list().await, Ok(Vec::new()));
}

#[wasm_bindgen_test]
async fn lost_response_and_retry_store_one_file() {
    let (client, clock) = server();
    client.inject(FaultRule::new(Fault::ConnectionLost).after_acting());
    let lost = Upload::new(&client, file(10)).pass(&clock, 60).await;
    assert_eq!(lost, Some(Err(RequestError::Unreachable)));
    let again = Upload::new(&client, file(10)).pass(&clock, 60).await;
    assert!(again.is_some_and(|it| it.is_ok()));
    assert_eq!(client.list().await.map(|all| all.len()), Ok(1));
}

#[wasm_bindgen_test]
async fn dropped_upload_stores_nothing() {
    let (client, clock) = server();
    let mut upload = Upload::new(&client, file(1_000));
    assert_eq!(upload.pass(&clock, 5).await, None);
    drop(upload);
    clock.advance(Duration::from_secs(60));
    assert_eq!(client.list().await, Ok(Vec::new()));
    let outcomes: Vec<_> = client
        .requests()
        .iter()
        .map(|it| (it.operation, it.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Operation::Upload, RequestOutcome::Abandoned),
            (Operation::List, RequestOutcome::Answered)
        ]
    );
}

#[wasm_bindgen_test]
async fn empty_file_is_refused_with_reason() {
    let (client, clock) = server();
    let stored = Upload::new(&client, file(0)).pass(&clock, 60).await;
    let refused = RequestError::Status {
        status: 422,
        retry_after: None,
        message: Some("the file is empty".into()),
    };
    assert_eq!(stored, Some(Err(refused)));
}

/// The browser's behaviour for a file that was moved after it was chosen.
#[wasm_bindgen_test]
async fn unreadable_file_is_reported() {
    let (client, clock) = server();
    let moved = file(1_000);
    let slice = Function::new_no_args(
        "return { arrayBuffer: async () => { throw new DOMException('', 'NotReadableError') } }",
    );
    Reflect::set(&moved, &"slice".into(), &slice).expect("a property");
    let stored = Upload::new(&client, moved).pass(&clock, 60).await;
    assert_eq!(stored, Some(Err(RequestError::FileUnreadable)));
}

#[wasm_bindgen_test]
async fn default_clock_is_real_time() {
    let client = SimulatedStatusClient::new(Simulation::new().with_speed(1_000.0));
    assert_eq!(client.list().await, Ok(Vec::new()));
}
