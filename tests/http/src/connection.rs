//! Connections that are lost, hang, or are aborted.

use std::time::Duration;

use futures_util::future::{Either, select};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Call, HttpStatusClient, JobKind, RequestError, StatusClient, StorageClient,
};

use crate::world::{World, file, new_attachment, video};

/// Polls a call until the server has received it as this request, then drops it.
async fn drop_after_receipt<T>(call: Call<T>, world: &World, number: usize) {
    let received = Box::pin(world.received(number));
    match select(call, received).await {
        Either::Left(_) => panic!("it was answered"),
        Either::Right(((), call)) => drop(call),
    }
}

#[wasm_bindgen_test]
async fn socket_closed_without_a_response_is_unreachable() {
    // Firefox repeats such a request by itself.
    let world = World::with_fault(json!({"on": "any", "times": null, "fault": "drop"})).await;
    let client = world.client();
    assert_eq!(
        client.status(&video("q-1")).await,
        Err(RequestError::Unreachable)
    );
    assert_eq!(client.list().await, Err(RequestError::Unreachable));
    let started = client
        .start(&JobKind::video(), &7_u64.into(), &"k".into())
        .await;
    assert_eq!(started, Err(RequestError::Unreachable));
    world.clear_faults().await;
    assert_eq!(client.list().await, Ok(Vec::new()), "it is back");
}

#[wasm_bindgen_test]
async fn redirect_that_the_page_cannot_follow_is_a_web_page() {
    // Nothing listens there. In Firefox, an upload that is redirected to a port that browsers
    // block never ends.
    let redirect = json!({"status": 302, "location": "http://127.0.0.1:3/sign-in"});
    let world = World::with_fault(json!({"on": "any", "times": null, "fault": redirect})).await;
    let client = world.client();
    for _ in 0..2 {
        let status = client.status(&video("q-1")).await;
        assert_eq!(status, Err(RequestError::WebPage));
    }
    let methods: Vec<_> = world.requests().await;
    let methods: Vec<_> = methods.iter().map(|it| it["method"].clone()).collect();
    assert_eq!(methods, ["GET", "HEAD", "GET"], "one probe is enough");
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let stored = world.client().upload(upload, Callback::noop()).await;
    assert_eq!(stored, Err(RequestError::WebPage));
}

#[wasm_bindgen_test]
async fn missing_server_is_unreachable() {
    // Nothing listens on the discard port, which browsers block.
    let client = HttpStatusClient::new("http://127.0.0.1:9/api");
    assert_eq!(
        client.status(&video("q-1")).await,
        Err(RequestError::Unreachable)
    );
}

#[wasm_bindgen_test]
async fn dropped_call_is_aborted() {
    let stall = json!({"on": "any", "times": null, "fault": "stall"});
    let world = World::with_fault(stall).await;
    let client = world.client();
    drop_after_receipt(client.status(&video("q-1")), &world, 1).await;
    assert_eq!(world.fate().await, "aborted");
    drop_after_receipt(
        client.start(&JobKind::video(), &7_u64.into(), &"k".into()),
        &world,
        2,
    )
    .await;
    assert_eq!(world.fate().await, "aborted");
    assert_eq!(world.requests().await.len(), 2);
}

#[wasm_bindgen_test]
async fn call_that_is_never_polled_sends_nothing() {
    let world = World::new();
    let client = world.client();
    drop(client.status(&video("q-1")));
    // A request that is sent later is the only one in the log.
    assert_eq!(client.list().await, Ok(Vec::new()));
    assert_eq!(world.request().await["operation"], "list");
}

#[wasm_bindgen_test]
async fn calls_without_a_caller_that_waits_time_out() {
    let stall = json!({"on": "any", "times": null, "fault": "stall"});
    let world = World::with_fault(stall).await;
    let limit = Duration::from_secs(1);
    let client = world.client().with_timeout(limit);
    let timed_out = RequestError::TimedOut { limit };
    assert_eq!(client.list().await, Err(timed_out.clone()));
    assert_eq!(client.delete(&7_u64.into()).await, Err(timed_out.clone()));
    assert_eq!(client.cancel(&video("q-1")).await, Err(timed_out));
    assert_eq!(world.fates().await, ["aborted"; 3]);
}

#[wasm_bindgen_test]
async fn slow_response_within_the_limit_is_accepted() {
    let slow = json!({"on": "list", "fault": {"delay_ms": 300}});
    let world = World::with_fault(slow).await;
    let client = world.client().with_timeout(Duration::from_secs(5));
    assert_eq!(client.list().await, Ok(Vec::new()));
}
