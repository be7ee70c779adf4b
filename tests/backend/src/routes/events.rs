//! `GET events`: the statuses of jobs, pushed as server-sent events.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Extension,
    body::{Body, Bytes},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use background_tasks_server_model::Subscriber;
use futures_util::stream;
use serde_json::json;
use tokio::time::sleep;

use crate::{
    error::ApiError,
    routes::Addressed,
    status,
    world::{State, World},
};

/// How often changes are sent.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How often a comment shows that the stream is alive.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// All jobs at first, then those that have changed. The name of an event is the endpoint of the jobs,
/// its data the response to a batch request.
pub async fn events(Extension(at): Extension<Addressed>) -> Result<Response, ApiError> {
    if !at.world.state().plan().events {
        let status = StatusCode::NOT_FOUND;
        return Err(ApiError::new(status, "this server pushes nothing"));
    }
    let stream = Stream {
        world: at.world,
        opened: Instant::now(),
        last_sent: Instant::now(),
        subscriber: Subscriber::new(),
        last_id: 0,
    };
    let body = stream::unfold(stream, async |mut stream| {
        let piece = stream.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), stream))
    });
    Ok((
        [(CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(body),
    )
        .into_response())
}

/// The stream of one client.
struct Stream {
    world: Arc<World>,
    opened: Instant,
    last_sent: Instant,
    subscriber: Subscriber,
    last_id: u64,
}

impl Stream {
    /// The next chunk; `None` at the end of the stream.
    async fn next(&mut self) -> Option<String> {
        loop {
            sleep(POLL_INTERVAL).await;
            let now = Instant::now();
            let world = Arc::clone(&self.world);
            let mut state = world.state();
            let plan = state.plan();
            let end = plan.events_end_after_ms.map(Duration::from_millis);
            if end.is_some_and(|end| now.duration_since(self.opened) >= end) {
                return None;
            }
            if plan.events_silent {
                continue;
            }
            let mut piece = self.events(&mut state);
            if piece.is_empty() && now.duration_since(self.last_sent) >= KEEP_ALIVE_INTERVAL {
                piece = ":\n".to_owned();
            }
            if !piece.is_empty() {
                self.last_sent = now;
                return Some(piece);
            }
        }
    }

    /// One event for each endpoint of which jobs have changed.
    fn events(&mut self, state: &mut State) -> String {
        let now = state.now();
        let mut changed: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for change in state.server.changes(&mut self.subscriber, now) {
            let plan = state.plan().job(&change.endpoint, &change.key);
            let status = status::body(&change.report, plan);
            let statuses = changed.entry(change.endpoint).or_default();
            statuses.insert(change.key, status);
        }
        let mut piece = String::new();
        // Videos first: their start adds the embedding jobs.
        for (endpoint, statuses) in changed.into_iter().rev() {
            self.last_id = self.last_id.saturating_add(1);
            let (id, data) = (self.last_id, json!(statuses));
            piece += &format!("id: {id}\nevent: {endpoint}\ndata: {data}\n\n");
        }
        piece
    }
}
