//! Headers, tokens and cookies.

use std::cell::Cell;

use futures_util::future::select;
use serde_json::{Value, json};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{
    Credentials, HttpStatusClient, InvalidHeader, JobKind, RequestError, StatusClient,
    StorageClient,
};

use crate::world::{World, file, new_attachment, video};

async fn received(world: &World, header: &str) -> Vec<Value> {
    let requests = world.requests().await;
    requests
        .into_iter()
        .map(|request| request["headers"][header].clone())
        .collect()
}

#[wasm_bindgen_test]
async fn header_set_after_a_request_is_sent_with_the_next_to_the_same_url() {
    let world = World::new();
    let mut client = world.client().with_header("X-Tenant", "blue");
    for tenant in ["red", "red", "blue"] {
        assert_eq!(client.list().await, Ok(Vec::new()));
        client = client.with_header("X-Tenant", tenant);
    }
    assert_eq!(received(&world, "x-tenant").await, ["blue", "red", "red"]);
}

#[wasm_bindgen_test]
async fn headers_are_sent_with_every_kind_of_request() {
    let world = World::new();
    let client = world
        .client()
        .with_header("X-Tenant", "red")
        .with_header("x-tenant", "blue");
    let _ = client.status(&video("q-1")).await;
    let _ = client.cancel(&video("q-1")).await;
    let _ = client.list().await;
    let _ = client.delete(&7_u64.into()).await;
    let _ = client
        .start(&JobKind::video(), &7_u64.into(), &"k".into())
        .await;
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let _ = client.upload(upload, yew::Callback::noop()).await;
    assert_eq!(received(&world, "x-tenant").await, ["blue"; 6]);
    assert_eq!(received(&world, "accept").await, ["application/json"; 6]);
    assert_eq!(
        received(&world, "authorization").await,
        [const { Value::Null }; 6]
    );
}

#[wasm_bindgen_test]
async fn form_keeps_its_own_content_type() {
    let world = World::new();
    let client = world
        .client()
        .with_header("content-type", "application/json");
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let stored = client.upload(upload, yew::Callback::noop()).await;
    assert_eq!(stored.map(|stored| stored.size), Ok(3));
}

#[wasm_bindgen_test]
async fn token_is_requested_for_every_request() {
    let world = World::new();
    let count = Cell::new(0);
    let client = world.client().with_token(move || {
        count.set(count.get() + 1);
        let nth = count.get();
        async move { (nth != 3).then(|| format!("token-{nth}")) }
    });
    for _ in 0..3 {
        let _ = client.list().await;
    }
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let _ = client.upload(upload, yew::Callback::noop()).await;
    let expected: [Value; 4] = [
        "Bearer token-1".into(),
        "Bearer token-2".into(),
        Value::Null,
        "Bearer token-4".into(),
    ];
    assert_eq!(received(&world, "authorization").await, expected);
    assert!(!format!("{client:?}").contains("token-"));
}

#[wasm_bindgen_test]
async fn invalid_header_is_named_and_nothing_is_sent() {
    let world = World::new();
    let client = world.client().with_header("X Tenant", "blue");
    let invalid = InvalidHeader::Name {
        name: "X Tenant".into(),
    };
    assert_eq!(client.invalid_header(), Some(&invalid));
    let refused = RequestError::Status {
        status: 400,
        retry_after: None,
        message: Some(r#""X Tenant" is not a valid header name"#.into()),
    };
    assert_eq!(client.list().await, Err(refused.clone()));
    assert_eq!(client.status(&video("q-1")).await, Err(refused));
    let client = world
        .client()
        .with_token(|| async { Some("line\nbreak".to_owned()) });
    let refused = client.status(&video("q-1")).await;
    assert!(matches!(refused, Err(RequestError::NotSent { .. })));
    assert!(!format!("{refused:?}").contains("break"));
    assert!(world.requests().await.is_empty());
}

/// A client whose header `X-Csrf` is the number of the request.
fn counting(world: &World) -> HttpStatusClient {
    let count = Cell::new(0);
    world
        .client()
        .with_header("X-Csrf", "none")
        .with_headers(move || {
            count.set(count.get() + 1);
            let header = ("x-csrf".to_owned(), count.get().to_string());
            async move { Ok::<_, String>(vec![header]) }
        })
}

#[wasm_bindgen_test]
async fn header_function_is_called_for_every_kind_of_request() {
    let world = World::new();
    let client = counting(&world).with_events(true).with_batch(true);
    let _ = client.status(&video("q-1")).await;
    let _ = client.statuses(&[video("q-1"), video("q-2")]).await;
    let _ = client.cancel(&video("q-1")).await;
    let _ = client.list().await;
    let _ = client.delete(&7_u64.into()).await;
    let _ = client
        .start(&JobKind::video(), &7_u64.into(), &"k".into())
        .await;
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let _ = client.upload(upload, yew::Callback::noop()).await;
    let stream = client.events(yew::Callback::noop()).expect("a stream");
    let _ = select(stream, Box::pin(world.received(8))).await;
    let numbers = (1..=8).map(|nth| Value::from(nth.to_string()));
    assert_eq!(
        received(&world, "x-csrf").await,
        numbers.collect::<Vec<_>>()
    );
}

#[wasm_bindgen_test]
async fn header_function_is_called_for_each_part_of_a_resumable_upload() {
    let world = World::new();
    let client = counting(&world).with_resumable_uploads(true);
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let stored = client.upload(upload, yew::Callback::noop()).await;
    assert!(stored.is_ok(), "{stored:?}");
    assert_eq!(received(&world, "x-csrf").await, ["1", "2"]);
}

#[wasm_bindgen_test]
async fn failing_provider_is_a_transient_failure_and_nothing_is_sent() {
    let world = World::new();
    let token = || async { Err::<Option<String>, _>("the session is refreshed") };
    let no_headers = || async { Err::<Vec<_>, _>("the session is refreshed") };
    let invalid = || async { Ok::<_, String>(vec![("a b".to_owned(), "1".to_owned())]) };
    let no_session = "the session is refreshed";
    for (client, detail) in [
        (world.client().with_token(token), no_session),
        (world.client().with_headers(no_headers), no_session),
        (
            world.client().with_headers(invalid),
            r#""a b" is not a valid header name"#,
        ),
    ] {
        let not_sent = RequestError::NotSent {
            detail: detail.into(),
        };
        assert!(not_sent.is_transient());
        assert_eq!(client.list().await, Err(not_sent.clone()));
        for client in [client.clone(), client.with_resumable_uploads(true)] {
            let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
            let stored = client.upload(upload, yew::Callback::noop()).await;
            assert_eq!(stored, Err(not_sent.clone()));
        }
    }
    assert!(world.requests().await.is_empty());
}

#[wasm_bindgen_test]
async fn provider_is_asked_once_more_after_401() {
    let refusal =
        |on: &str, times: u32| json!({"on": on, "times": times, "fault": {"status": 401}});
    let world = World::with_fault(json!([
        refusal("list", 1),
        refusal("upload", 1),
        refusal("video-status", 2)
    ]))
    .await;
    let client = counting(&world);
    assert_eq!(client.list().await, Ok(Vec::new()));
    let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
    let stored = client.upload(upload, yew::Callback::noop()).await;
    assert!(stored.is_ok(), "{stored:?}");
    let status = client.status(&video("q-1")).await;
    assert!(matches!(
        status,
        Err(RequestError::Status { status: 401, .. })
    ));
    let numbers = ["1", "2", "3", "4", "5", "6"];
    assert_eq!(received(&world, "x-csrf").await, numbers);
    // Without a provider, nothing would be different the second time.
    world.add_fault(refusal("list", 1)).await;
    let refused = world.client().list().await;
    assert!(matches!(
        refused,
        Err(RequestError::Status { status: 401, .. })
    ));
}

/// Cookies do not depend on the port: those of this page are sent to the backend if that
/// is allowed.
#[wasm_bindgen_test]
async fn cookies_are_sent_to_another_origin_only_if_included() {
    let document: web_sys::HtmlDocument = web_sys::window()
        .and_then(|window| window.document())
        .expect("a document")
        .unchecked_into();
    document
        .set_cookie("crumb=1; SameSite=Lax")
        .expect("a cookie");
    let world = World::new();
    let include = world.client().with_credentials(Credentials::Include);
    let same_origin = world.client();
    let omit = world.client().with_credentials(Credentials::Omit);
    for client in [include, same_origin, omit] {
        let _ = client.list().await;
        let upload = new_attachment(file("a.txt", "text/plain", b"abc"), "a", "k");
        let _ = client.upload(upload, yew::Callback::noop()).await;
    }
    let cookies: Vec<_> = received(&world, "cookie")
        .await
        .iter()
        .map(Value::is_string)
        .collect();
    assert_eq!(cookies, [true, true, false, false, false, false]);
}
