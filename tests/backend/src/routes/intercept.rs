//! Middleware of every route of the API: logs the request, and executes the fault that the model has
//! chosen for it.

use std::{future::pending, iter, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{
        HeaderValue, Method, StatusCode, Uri,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use background_tasks_server_model::{self as model, Encounter, Fault, When};
use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    ids,
    operation::Operation,
    request_log::{Fate, Received},
    routes::{Addressed, Backend, pace::cut_off},
    world::World,
};

/// Marks a response that must not be sent: the socket is closed instead.
#[derive(Clone, Copy, Debug)]
pub struct CloseSocket;

/// A route whose requests are logged and encounter faults as this operation.
pub(super) fn watched(operation: Operation, route: MethodRouter<Backend>) -> MethodRouter<Backend> {
    route.route_layer(middleware::from_fn_with_state(operation, intercept))
}

/// The middleware; its state is the operation of the route.
pub async fn intercept(
    State(mut operation): State<Operation>,
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
    // A client looks for a redirect: that is no check of a job.
    let is_probe = request.method() == Method::HEAD && operation != Operation::UploadOffset;
    if is_probe {
        operation = Operation::Unknown;
    }
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
    let (in_flight, encounter) = InFlight::begin(operation, world, &received, ids, &request);
    let is_large = encounter
        .as_ref()
        .is_some_and(|it| matches!(it.fault, Fault::LargeBody(_)));
    let response = match encounter.map(|it| (it.when, it.fault.clone())) {
        None if is_probe => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        None => next.run(request).await,
        Some((When::Before, Fault::Delay(delay))) => {
            sleep(delay).await;
            next.run(request).await
        }
        Some((When::After, Fault::Delay(delay))) => {
            let response = next.run(request).await;
            sleep(delay).await;
            response
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
        Some((_, Fault::JobFails { reason })) => {
            in_flight.fail_jobs(reason.as_ref());
            next.run(request).await
        }
        Some((When::Before, fault)) => {
            if responds(&fault) {
                discard(request.into_body()).await;
            }
            execute(fault).await
        }
        Some((When::After, fault)) => {
            next.run(request).await;
            execute(fault).await
        }
    };
    match response.extensions().get() {
        Some(CloseSocket) => in_flight.finish(Fate::Dropped),
        None if is_large => return in_flight.finish_after_body(response),
        None => in_flight.finish(Fate::answered(response.status().as_u16())),
    }
    response
}

/// A request that is still pending in the log. It is dropped with the request.
struct InFlight {
    world: Arc<World>,
    number: u64,
    operation: Operation,
    ids: Vec<String>,
    fate: Fate,
}

impl InFlight {
    /// Logs a request, and returns the fault that it encounters.
    fn begin(
        operation: Operation,
        world: Arc<World>,
        address: &Uri,
        ids: Vec<String>,
        request: &Request,
    ) -> (Self, Option<Arc<Encounter>>) {
        let mut state = world.state();
        let encounter = state.receive(operation, &ids);
        let number = state.requests.receive(Received {
            operation,
            ids: &ids,
            method: request.method(),
            path: &address.to_string(),
            headers: request.headers(),
            fault: encounter.as_ref().map(|it| (&it.fault).into()),
        });
        drop(state);
        let in_flight = Self {
            world,
            number,
            operation,
            ids,
            fate: Fate::Aborted,
        };
        (in_flight, encounter)
    }

    /// Makes the jobs fail that the request names.
    fn fail_jobs(&self, reason: Option<&String>) {
        let (_, endpoint) = self.operation.model();
        let mut state = self.world.state();
        let now = state.now();
        for id in &self.ids {
            let endpoint = endpoint.unwrap_or_default();
            // If there is no such job, the response says so.
            let _ = state.server.fail_job(endpoint, id, reason.cloned(), now);
        }
    }

    fn finish(mut self, fate: Fate) {
        self.fate = fate;
    }

    /// Finishes once the whole body has been sent: a client may close the connection
    /// in the middle of a large one.
    fn finish_after_body(self, response: Response) -> Response {
        let status = response.status().as_u16();
        response.map(|body| {
            let end = stream::once(async move {
                self.finish(Fate::answered(status));
                Ok(Bytes::new())
            });
            Body::from_stream(body.into_data_stream().chain(end))
        })
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

fn responds(fault: &Fault) -> bool {
    match fault {
        Fault::LargeBody(_) | Fault::Response(_) => true,
        Fault::ConnectionLost
        | Fault::CutAfterBytes(_)
        | Fault::NoResponse
        | Fault::Delay(_)
        | Fault::JobFails { .. } => false,
    }
}

/// Reads a body to its end. An earlier response would be lost: the client is still sending, and the
/// socket would be reset.
pub(super) async fn discard(body: Body) {
    let mut body = body.into_data_stream();
    while let Some(Ok(_)) = body.next().await {}
}

/// Executes the fault that replaces the response.
async fn execute(fault: Fault) -> Response {
    match fault {
        Fault::ConnectionLost | Fault::CutAfterBytes(_) => close_socket(),
        Fault::NoResponse => pending().await,
        Fault::LargeBody(bytes) => huge(bytes),
        Fault::Response(response) => respond(response),
        // These do not replace the response, so they are not reached.
        Fault::Delay(_) | Fault::JobFails { .. } => Response::default(),
    }
}

fn close_socket() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseSocket);
    response
}

fn respond(fault: model::Response) -> Response {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match fault.body {
        Some(body) => (status, body).into_response(),
        None if status.is_success() => status.into_response(),
        None => (status, Json(json!({"error": "injected fault"}))).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, fault.content_type),
        (RETRY_AFTER, fault.retry_after),
        (LOCATION, fault.location),
    ] {
        let value = value.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(value)) = value {
            headers.insert(name, value);
        }
    }
    response
}

/// A status that is valid, but very large. It is sent at most at 32 MB/s: WebKit buffers what a page
/// does not read, and would have all of it before the page aborts the request.
fn huge(bytes: u64) -> Response {
    const PIECE: &[u8] = &[b'x'; 64 * 1024];
    let pieces = stream::unfold(bytes, async |left| {
        sleep(Duration::from_millis(2)).await;
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
