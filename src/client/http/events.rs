//! The event stream, `GET {base}/events`: statuses of jobs that the server pushes.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::{CallError, StatusUpdate, StreamEvent};
use futures_util::FutureExt as _;
use gloo_net::http::{Method, Response};
use yew::Callback;

use super::HttpStatusClient;
use super::answer::{Answer, pieces};
use super::capability::Capability;
use super::fetch::open;
use super::sse::Parser;
use crate::client::{Call, wire};

/// What is known of a server's stream, and how it is opened.
#[derive(Clone)]
pub struct Events {
    capability: Capability,
    last_id: RefCell<String>,
    pub open: fn(&HttpStatusClient, Callback<StreamEvent>) -> Option<Call<()>>,
}

impl Events {
    pub fn new() -> Self {
        Self {
            capability: Capability::default(),
            last_id: RefCell::default(),
            open: events,
        }
    }
}

/// Opens the stream; none where the server has none.
fn events(client: &HttpStatusClient, on_news: Callback<StreamEvent>) -> Option<Call<()>> {
    let events = client.0.events.as_ref()?;
    if !events.capability.is_likely() {
        return None;
    }
    let client = client.clone();
    Some(
        async move {
            let followed = follow(&client, &on_news).await;
            if let (Err(error), Some(events)) = (&followed, &client.0.events) {
                events.capability.is_missing(error);
            }
            followed
        }
        .boxed_local(),
    )
}

async fn follow(
    client: &HttpStatusClient,
    on_news: &Callback<StreamEvent>,
) -> Result<(), CallError> {
    let Some(events) = &client.0.events else {
        return Ok(());
    };
    let mut headers = client.headers().await?;
    let accept = headers.set("Accept", "text/event-stream");
    debug_assert!(accept.is_ok());
    let last_id = events.last_id.borrow().clone();
    if !last_id.is_empty() {
        // An id that no header can carry cannot be gone on from.
        let _ = headers.set("Last-Event-ID", &last_id);
    }
    let address = client.0.base.with_path("events");
    let credentials = client.0.credentials;
    let (response, _guard) = open(Method::GET, &address, headers, credentials, None).await?;
    let response = stream(response).await?;
    on_news.emit(StreamEvent::Alive);
    let mut parser = Parser::after(&last_id);
    let mut asked = None;
    pieces(&response, |piece| {
        let mut pushed = Vec::new();
        parser.push(&piece, &mut |name, text| read(name, text, &mut pushed));
        parser
            .last_id()
            .clone_into(&mut events.last_id.borrow_mut());
        if let (true, Some(wait)) = (asked != parser.retry(), parser.retry()) {
            asked = Some(wait);
            on_news.emit(StreamEvent::ReconnectAfter(wait));
        }
        on_news.emit(if pushed.is_empty() {
            StreamEvent::Alive
        } else {
            StreamEvent::Statuses(pushed)
        });
        Ok(())
    })
    .await
}

/// An answer that is a stream of events.
async fn stream(response: Response) -> Result<Response, CallError> {
    let media_type = response.headers().get("content-type").unwrap_or_default();
    let is_stream = media_type.trim_start().starts_with("text/event-stream");
    match response.status() {
        200 if is_stream => Ok(response),
        200..300 => Err(CallError::InvalidResponse {
            detail: "the answer is no stream of events".into(),
        }),
        _ => match Answer::read(&response).await.success() {
            Ok(_) => Ok(response),
            Err(refusal) => Err(refusal),
        },
    }
}

/// An event's name is the endpoint of a kind of jobs, its text what the call
/// for several jobs answers. One that is invalid is left out: the next
/// check of the job says what is wrong.
fn read(name: &str, text: &str, pushed: &mut Vec<StatusUpdate>) {
    let endpoint: Rc<str> = name.into();
    let tell = |key: &str, status| {
        pushed.push(StatusUpdate::new(Rc::clone(&endpoint), key, status));
    };
    wire::pushed(text.as_bytes(), tell);
}
