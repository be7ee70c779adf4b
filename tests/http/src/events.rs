//! The event stream, and servers that have none.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Call, CallError, HttpStatusClient, JobStatus, StatusClient, StreamEvent,
};

use crate::world::{World, video};

struct Heard(Rc<RefCell<Vec<StreamEvent>>>);

impl Heard {
    /// Opens a stream.
    fn of(client: &HttpStatusClient) -> (Self, Call<()>) {
        let heard = Self(Rc::default());
        let news = Rc::clone(&heard.0);
        let on_news = Callback::from(move |said| news.borrow_mut().push(said));
        let stream = client.events(on_news).expect("a stream");
        (heard, stream)
    }

    /// What was told of a job.
    fn of_job(&self, key: &str) -> Vec<JobStatus> {
        let news = self.0.borrow();
        let pushed = news.iter().filter_map(|news| match news {
            StreamEvent::Statuses(pushed) => Some(pushed),
            StreamEvent::Alive | StreamEvent::ReconnectAfter(_) => None,
        });
        let pushed = pushed.flatten().filter(|pushed| pushed.key.as_str() == key);
        pushed
            .inspect(|pushed| assert_eq!(&*pushed.endpoint, "video-processing"))
            .map(|pushed| pushed.status.clone())
            .collect()
    }
}

fn client(world: &World) -> HttpStatusClient {
    world.client().with_events(true)
}

#[wasm_bindgen_test]
async fn changes_are_pushed_until_the_end_of_the_stream() {
    let plan = json!({"video": {"queued_ms": 0, "running_ms": 300}, "events_end_after_ms": 900});
    let world = World::with_plan(plan).await;
    let client = client(&world).with_token(|| async { Some("secret".to_owned()) });
    let key = "q/1 😀,";
    assert!(client.status(&video(key)).await.is_ok());
    let (heard, stream) = Heard::of(&client);
    assert_eq!(stream.await, Ok(()));
    assert_eq!(heard.0.borrow().first(), Some(&StreamEvent::Alive));
    let reports = heard.of_job(key);
    assert_eq!(reports.last(), Some(&JobStatus::Succeeded));
    assert!(reports.len() >= 2, "{reports:?}");
    let request = world.requests().await.pop().unwrap_or_default();
    assert_eq!(request["operation"], "events");
    assert_eq!(request["headers"]["accept"], "text/event-stream");
    assert_eq!(request["headers"]["authorization"], "Bearer secret");
    assert_eq!(request["headers"]["last-event-id"], serde_json::Value::Null);
    let (_, stream) = Heard::of(&client);
    assert_eq!(stream.await, Ok(()));
    let request = world.requests().await.pop().unwrap_or_default();
    let last = request["headers"]["last-event-id"].as_str();
    assert!(last.is_some_and(|last| last.parse::<u64>().is_ok()));
}

#[wasm_bindgen_test]
async fn waits_and_odd_events_are_taken_as_they_are_meant() {
    let body = "retry: 2500\r\n\r\nevent: video-processing\r\ndata: {\"a\": {\"status\": \"pondering\"},\r\n\
        data:  \"b\": {\"status\": \"done\"}}\r\n\r\ndata: <html>\r\n\r\n";
    let fault = json!({"body": body, "content_type": "text/event-stream; charset=utf-8"});
    let world = World::with_fault(json!({"on": "events", "fault": fault})).await;
    let (heard, stream) = Heard::of(&client(&world));
    assert_eq!(stream.await, Ok(()));
    let wait = StreamEvent::ReconnectAfter(Duration::from_millis(2_500));
    assert!(heard.0.borrow().contains(&wait));
    assert_eq!(heard.of_job("a"), []);
    assert_eq!(heard.of_job("b"), [JobStatus::Succeeded]);
}

#[wasm_bindgen_test]
async fn a_server_that_has_no_stream_is_not_asked_for_it_again() {
    let page = json!({"body": "<!doctype html>", "content_type": "text/html"});
    let refusals = [401, 404, 405, 501].map(|status| json!({"status": status}));
    for fault in refusals.into_iter().chain([page]) {
        let world = World::with_fault(json!({"on": "events", "fault": fault})).await;
        let client = client(&world);
        let (_, stream) = Heard::of(&client);
        assert!(stream.await.is_err(), "{fault}");
        assert!(client.events(Callback::noop()).is_none(), "{fault}");
    }
    assert!(World::new().client().events(Callback::noop()).is_none());
}

#[wasm_bindgen_test]
async fn a_server_in_trouble_is_asked_again() {
    let world = World::with_fault(json!([
        {"on": "events", "fault": {"status": 503}},
        {"on": "events", "fault": "drop"},
    ]))
    .await;
    let client = client(&world);
    let refused = Heard::of(&client).1.await;
    assert!(matches!(
        refused,
        Err(CallError::Status { status: 503, .. })
    ));
    assert_eq!(Heard::of(&client).1.await, Err(CallError::Unreachable));
    assert!(client.events(Callback::noop()).is_some());
}

#[wasm_bindgen_test]
async fn dropping_the_call_closes_the_stream() {
    let world = World::with_fault(json!({"on": "events", "fault": "stall"})).await;
    let (_, stream) = Heard::of(&client(&world));
    futures_util::future::select(stream, Box::pin(world.received(1))).await;
    assert_eq!(world.fate().await, "aborted");
}
