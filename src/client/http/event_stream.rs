//! The event stream, `GET {base}/events`: statuses of jobs that the server pushes.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::{RequestError, StatusUpdate, StreamEvent};
use futures_util::FutureExt as _;
use gloo_net::http::{Method, Response};
use yew::Callback;

use super::HttpStatusClient;
use super::capability::Capability;
use super::response::{HttpResponse, for_each_chunk};
use super::sse::Parser;
use crate::client::{Call, wire};

/// Whether the server has an event stream, and how it is opened.
#[derive(Clone)]
pub struct EventStream {
    capability: Capability,
    /// The id of the last event that was received; empty if there is none.
    last_id: RefCell<String>,
    pub open: fn(&HttpStatusClient, Callback<StreamEvent>) -> Option<Call<()>>,
}

impl EventStream {
    pub fn new() -> Self {
        Self {
            capability: Capability::default(),
            last_id: RefCell::default(),
            open,
        }
    }
}

/// Opens the stream; `None` if the server has none.
fn open(client: &HttpStatusClient, on_event: Callback<StreamEvent>) -> Option<Call<()>> {
    let events = client.0.events.as_ref()?;
    if !events.capability.is_supported() {
        return None;
    }
    let client = client.clone();
    Some(
        async move {
            let mut repeated = false;
            let closed = loop {
                match receive(&client, &on_event).await {
                    Err(RequestError::Status { status, .. })
                        if !repeated && client.may_sign_in(status) =>
                    {
                        repeated = true;
                    }
                    closed => break closed,
                }
            };
            if let (Err(error), Some(events)) = (&closed, &client.0.events) {
                events.capability.note_error(error);
            }
            closed
        }
        .boxed_local(),
    )
}

/// Receives events until the stream ends.
async fn receive(
    client: &HttpStatusClient,
    on_event: &Callback<StreamEvent>,
) -> Result<(), RequestError> {
    let Some(events) = &client.0.events else {
        return Ok(());
    };
    let mut headers = client.headers(&[]).await?;
    let accept = headers.set("Accept", "text/event-stream");
    debug_assert!(accept.is_ok());
    let last_id = events.last_id.borrow().clone();
    if !last_id.is_empty() {
        // Without it the server sends everything again, as if the id were unknown.
        let _ = headers.set("Last-Event-ID", &last_id);
    }
    let url = client.0.base.with_path("events");
    let (response, _guard) = client.open(Method::GET, &url, headers, None).await?;
    let response = stream(response).await?;
    on_event.emit(StreamEvent::Alive);
    let mut parser = Parser::after(&last_id);
    let mut reported_retry = None;
    for_each_chunk(&response, &mut |chunk| {
        let mut updates = Vec::new();
        parser.push(&chunk, &mut |name, data| {
            parse(name, data, &mut updates);
        });
        parser
            .last_id()
            .clone_into(&mut events.last_id.borrow_mut());
        if let (true, Some(retry)) = (reported_retry != parser.retry(), parser.retry()) {
            reported_retry = Some(retry);
            on_event.emit(StreamEvent::ReconnectAfter(retry));
        }
        on_event.emit(if updates.is_empty() {
            StreamEvent::Alive
        } else {
            StreamEvent::Statuses(updates)
        });
        Ok(())
    })
    .await
}

/// Checks that the response is an event stream.
async fn stream(response: Response) -> Result<Response, RequestError> {
    let media_type = response.headers().get("content-type").unwrap_or_default();
    let is_stream = media_type.trim_start().starts_with("text/event-stream");
    let not_a_stream = || RequestError::InvalidResponse {
        detail: "the response is not an event stream".into(),
    };
    match response.status() {
        200 if is_stream => Ok(response),
        200..300 => Err(not_a_stream()),
        _ => {
            let body = HttpResponse::read(response).await.into_body();
            Err(body.err().unwrap_or_else(not_a_stream))
        }
    }
}

/// The name of an event is the endpoint of a kind, its data what a batch request returns.
/// An invalid status is left out: the next status request of the job shows what is wrong.
fn parse(name: &str, data: &str, updates: &mut Vec<StatusUpdate>) {
    let endpoint: Rc<str> = name.into();
    wire::each_status(data.as_bytes(), |key, status| {
        updates.push(StatusUpdate::new(Rc::clone(&endpoint), key, status));
    });
}
