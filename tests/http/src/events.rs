//! The event stream, and servers without one.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Call, HttpStatusClient, JobStatus, RequestError, StatusClient, StreamEvent,
};

use crate::world::{World, video};

/// The events that a stream has sent.
struct Events(Rc<RefCell<Vec<StreamEvent>>>);

impl Events {
    /// Opens a stream.
    fn open(client: &HttpStatusClient) -> (Self, Call<()>) {
        let events = Self(Rc::default());
        let received = Rc::clone(&events.0);
        let on_event = Callback::from(move |event| received.borrow_mut().push(event));
        let stream = client.events(on_event).expect("a stream");
        (events, stream)
    }

    /// The statuses of a job.
    fn of_job(&self, key: &str) -> Vec<JobStatus> {
        let events = self.0.borrow();
        let updates = events.iter().filter_map(|event| match event {
            StreamEvent::Statuses(updates) => Some(updates),
            _ => None,
        });
        let updates = updates
            .flatten()
            .filter(|update| update.key.as_str() == key);
        updates
            .inspect(|update| assert_eq!(&*update.endpoint, "video-processing"))
            .map(|update| update.status.clone())
            .collect()
    }
}

fn client(world: &World) -> HttpStatusClient {
    world.client().with_events(true)
}

#[wasm_bindgen_test]
async fn statuses_are_received_until_the_stream_ends() {
    let plan = json!({"video": {"queued_ms": 0, "running_ms": 300}, "events_end_after_ms": 900});
    let world = World::with_plan(plan).await;
    let client = client(&world).with_token(|| async { Some("secret".to_owned()) });
    let key = "q/1 😀,";
    assert!(client.status(&video(key)).await.is_ok());
    let (events, stream) = Events::open(&client);
    assert_eq!(stream.await, Ok(()));
    assert_eq!(events.0.borrow().first(), Some(&StreamEvent::Alive));
    let statuses = events.of_job(key);
    assert_eq!(statuses.last(), Some(&JobStatus::Succeeded));
    assert!(statuses.len() >= 2, "{statuses:?}");
    let request = world.requests().await.pop().unwrap_or_default();
    assert_eq!(request["operation"], "events");
    assert_eq!(request["headers"]["accept"], "text/event-stream");
    assert_eq!(request["headers"]["authorization"], "Bearer secret");
    assert_eq!(request["headers"]["last-event-id"], serde_json::Value::Null);
    let (_, stream) = Events::open(&client);
    assert_eq!(stream.await, Ok(()));
    let request = world.requests().await.pop().unwrap_or_default();
    let last = request["headers"]["last-event-id"].as_str();
    assert!(last.is_some_and(|last| last.parse::<u64>().is_ok()));
}

#[wasm_bindgen_test]
async fn retry_is_reported_and_invalid_events_are_skipped() {
    let body = "retry: 2500\r\n\r\nevent: video-processing\r\ndata: {\"a\": {\"status\": \"pondering\"},\r\n\
        data:  \"b\": {\"status\": \"done\"}}\r\n\r\ndata: <html>\r\n\r\n";
    let fault = json!({"body": body, "content_type": "text/event-stream; charset=utf-8"});
    let world = World::with_fault(json!({"on": "events", "fault": fault})).await;
    let (events, stream) = Events::open(&client(&world));
    assert_eq!(stream.await, Ok(()));
    let retry = StreamEvent::ReconnectAfter(Duration::from_millis(2_500));
    assert!(events.0.borrow().contains(&retry));
    assert_eq!(events.of_job("a"), []);
    assert_eq!(events.of_job("b"), [JobStatus::Succeeded]);
}

#[wasm_bindgen_test]
async fn missing_stream_is_not_requested_again() {
    let page = json!({"body": "<!doctype html>", "content_type": "text/html"});
    let refusals = [401, 404, 405, 501].map(|status| json!({"status": status}));
    for fault in refusals.into_iter().chain([page]) {
        let world = World::with_fault(json!({"on": "events", "fault": fault})).await;
        let client = client(&world);
        let (_, stream) = Events::open(&client);
        assert!(stream.await.is_err(), "{fault}");
        assert!(client.events(Callback::noop()).is_none(), "{fault}");
    }
    assert!(World::new().client().events(Callback::noop()).is_none());
}

#[wasm_bindgen_test]
async fn stream_is_requested_again_after_a_transient_error() {
    let world = World::with_fault(json!([
        {"on": "events", "fault": {"status": 503}},
        {"on": "events", "times": null, "fault": "drop"},
    ]))
    .await;
    let client = client(&world);
    let refused = Events::open(&client).1.await;
    assert!(matches!(
        refused,
        Err(RequestError::Status { status: 503, .. })
    ));
    assert_eq!(
        Events::open(&client).1.await,
        Err(RequestError::Unreachable)
    );
    assert!(client.events(Callback::noop()).is_some());
}

#[wasm_bindgen_test]
async fn dropped_stream_is_closed() {
    let world = World::with_fault(json!({"on": "events", "fault": "stall"})).await;
    let (_, stream) = Events::open(&client(&world));
    futures_util::future::select(stream, Box::pin(world.received(1))).await;
    assert_eq!(world.fate().await, "aborted");
}
