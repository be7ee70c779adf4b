//! Stands before every route of the API: notes the request in the log and lets it meet its fault.

use std::{future::pending, iter, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{
        HeaderValue, Uri,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    faults::{Answer, Fault, When},
    ids,
    operation::Operation,
    request_log::{Fate, Received},
    routes::{Addressed, pace::cut_off},
    world::World,
};

/// Marks a response that must not be sent: the socket closes in its place.
#[derive(Clone, Copy, Debug)]
pub struct CloseSocket;

/// The middleware; its state is the operation of the route that it stands before.
pub async fn intercept(
    State(operation): State<Operation>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let Some(Addressed {
        world, received, ..
    }) = request.extensions().get::<Addressed>().cloned()
    else {
        return next.run(request).await;
    };
    let ids = match parameters {
        Ok(parameters) => parameters
            .iter()
            .map(|(_, id)| id.to_owned())
            .chain(
                request
                    .uri()
                    .query()
                    .and_then(ids::in_query)
                    .into_iter()
                    .flatten(),
            )
            .collect(),
        Err(_) => Vec::new(),
    };
    let (in_flight, met) = InFlight::begin(operation, world, &received, ids, &request);
    let response = match met {
        None => next.run(request).await,
        Some((When::Before, Fault::DelayMs(ms))) => {
            sleep(Duration::from_millis(ms)).await;
            next.run(request).await
        }
        Some((_, Fault::CutAfterBytes(bytes))) => {
            let (head, body) = request.into_parts();
            let (body, cut) = cut_off(body, bytes);
            let response = next.run(Request::from_parts(head, body)).await;
            if cut.has_happened() {
                close_socket()
            } else {
                response
            }
        }
        Some((When::Before, fault)) => {
            if answers(&fault) {
                discard(request.into_body()).await;
            }
            happen(fault).await
        }
        Some((When::After, Fault::DelayMs(ms))) => {
            let response = next.run(request).await;
            sleep(Duration::from_millis(ms)).await;
            response
        }
        Some((When::After, fault)) => {
            next.run(request).await;
            happen(fault).await
        }
    };
    in_flight.finish(match response.extensions().get() {
        Some(CloseSocket) => Fate::Dropped,
        None => Fate::answered(response.status().as_u16()),
    });
    response
}

/// A request that the log still has as pending. If it is dropped, so was the request.
struct InFlight {
    world: Arc<World>,
    number: u64,
    operation: Operation,
    ids: Vec<String>,
    fate: Fate,
}

impl InFlight {
    /// Notes a request, and says which fault it meets.
    fn begin(
        operation: Operation,
        world: Arc<World>,
        address: &Uri,
        ids: Vec<String>,
        request: &Request,
    ) -> (Self, Option<(When, Fault)>) {
        let mut state = world.state();
        let met = state.faults.meet(operation, &ids);
        let number = state.requests.receive(Received {
            operation,
            ids: &ids,
            method: request.method(),
            path: &address.to_string(),
            headers: request.headers(),
            fault: met.as_ref().map(|(_, fault)| fault.clone()),
        });
        drop(state);
        let in_flight = Self {
            world,
            number,
            operation,
            ids,
            fate: Fate::Aborted,
        };
        (in_flight, met)
    }

    fn finish(mut self, fate: Fate) {
        self.fate = fate;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.world
            .state()
            .requests
            .finish(self.number, self.operation, &self.ids, self.fate);
    }
}

fn answers(fault: &Fault) -> bool {
    match fault {
        Fault::Drop | Fault::CutAfterBytes(_) | Fault::Stall | Fault::DelayMs(_) => false,
        Fault::HugeBody(_) | Fault::Answer(_) => true,
    }
}

/// Reads a body to its end. An answer given earlier would reach nobody: the client is still
/// sending, and the closing socket would take the answer with it.
pub(super) async fn discard(body: Body) {
    let mut body = body.into_data_stream();
    while let Some(Ok(_)) = body.next().await {}
}

async fn happen(fault: Fault) -> Response {
    match fault {
        Fault::Drop | Fault::CutAfterBytes(_) => close_socket(),
        Fault::Stall => pending().await,
        Fault::DelayMs(ms) => {
            sleep(Duration::from_millis(ms)).await;
            Response::default()
        }
        Fault::HugeBody(bytes) => huge(bytes),
        Fault::Answer(answer) => answered(answer),
    }
}

fn close_socket() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseSocket);
    response
}

fn answered(answer: Answer) -> Response {
    let Answer {
        status,
        retry_after,
        location,
        body,
        content_type,
    } = answer;
    let status = status.0;
    let mut response = match body {
        Some(body) => (status, body).into_response(),
        None if status.is_success() => status.into_response(),
        None => (status, Json(json!({"error": "injected fault"}))).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type.0);
    for (name, value) in [(RETRY_AFTER, retry_after), (LOCATION, location)] {
        if let Some(value) = value {
            headers.insert(name, value.0);
        }
    }
    response
}

/// A status with nothing wrong but its size.
fn huge(bytes: u64) -> Response {
    const PIECE: &[u8] = &[b'x'; 64 * 1024];
    let pieces = stream::unfold(bytes, async |left| {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE.len());
        let piece = Bytes::from_static(PIECE).split_to(length);
        (length > 0).then(|| (piece, left.saturating_sub(length as u64)))
    });
    let body = stream::iter(iter::once(Bytes::from_static(
        br#"{"status":"running","message":""#,
    )))
    .chain(pieces)
    .chain(stream::iter(iter::once(Bytes::from_static(br#""}"#))));
    let json = HeaderValue::from_static("application/json");
    let body = Body::from_stream(body.map(Ok::<_, std::convert::Infallible>));
    ([(CONTENT_TYPE, json)], body).into_response()
}
