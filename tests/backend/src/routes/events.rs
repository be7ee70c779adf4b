//! `GET events`: how jobs are, pushed as server-sent events.

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
use futures_util::stream;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    error::ApiError,
    jobs::Jobs,
    plan::Plan,
    routes::Addressed,
    world::{State, World},
};

/// How often it is looked whether a job has changed.
const LOOK: Duration = Duration::from_millis(100);

/// How often a comment says that the stream is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// All jobs at first, then those that have changed. An event is named by the endpoint of a kind,
/// and its data is what the call for several jobs answers.
pub async fn events(Extension(at): Extension<Addressed>) -> Result<Response, ApiError> {
    if !at.world.state().plan.events {
        let status = StatusCode::NOT_FOUND;
        return Err(ApiError::new(status, "this server pushes nothing"));
    }
    let stream = Stream {
        world: at.world,
        began: Instant::now(),
        said: Instant::now(),
        videos: BTreeMap::new(),
        embeddings: BTreeMap::new(),
        number: 0,
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

/// What one client was told.
struct Stream {
    world: Arc<World>,
    began: Instant,
    said: Instant,
    videos: BTreeMap<String, Value>,
    embeddings: BTreeMap<String, Value>,
    number: u64,
}

impl Stream {
    /// The next piece; none where it breaks off.
    async fn next(&mut self) -> Option<String> {
        loop {
            sleep(LOOK).await;
            let now = Instant::now();
            let world = Arc::clone(&self.world);
            let mut state = world.state();
            let State {
                plan,
                videos,
                embeddings,
                ..
            } = &mut *state;
            let end = plan.events_end_after_ms.map(Duration::from_millis);
            if end.is_some_and(|end| now.duration_since(self.began) >= end) {
                return None;
            }
            if plan.events_silent {
                continue;
            }
            let mut piece = String::new();
            for (endpoint, jobs, told) in [
                ("video-processing", videos, &mut self.videos),
                ("embeddings", embeddings, &mut self.embeddings),
            ] {
                let changed = changed(jobs, told, plan, now);
                if !changed.is_empty() {
                    changed.keys().for_each(|id| jobs.count_push(id));
                    self.number = self.number.saturating_add(1);
                    let (number, data) = (self.number, json!(changed));
                    piece += &format!("id: {number}\nevent: {endpoint}\ndata: {data}\n\n");
                }
            }
            if piece.is_empty() && now.duration_since(self.said) >= SIGN_OF_LIFE {
                piece = ":\n".to_owned();
            }
            if !piece.is_empty() {
                self.said = now;
                return Some(piece);
            }
        }
    }
}

/// The jobs that are not as was told, and notes that they are told now.
fn changed(
    jobs: &Jobs,
    told: &mut BTreeMap<String, Value>,
    plan: &Plan,
    now: Instant,
) -> BTreeMap<String, Value> {
    let mut changed = BTreeMap::new();
    for (id, job) in jobs.iter() {
        let status = job.status(jobs.kind(), plan.job(jobs.kind(), id), now);
        if told.get(id) != Some(&status) {
            told.insert(id.to_owned(), status.clone());
            changed.insert(id.to_owned(), status);
        }
    }
    changed
}
