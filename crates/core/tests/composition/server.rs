//! What the server responds.

use std::time::Duration;

use background_tasks_core::{Job, JobStatus, Percent, Request, RequestError, Response};

/// What becomes of a request.
pub enum Reply {
    /// A response at once.
    Now(Response),
    /// A response after so long.
    After(Duration, Response),
    /// No response.
    Never,
}

/// A function from requests to responses.
pub type Server = Box<dyn FnMut(&Request) -> Reply>;

/// A server that never responds. It has no event stream.
pub fn silent() -> Server {
    Box::new(|request| match request {
        Request::Stream => Reply::Now(Response::StreamUnavailable),
        _ => Reply::Never,
    })
}

/// A server that reports this status of each job.
pub fn reporting(status: impl Fn(&Job) -> JobStatus + 'static) -> Server {
    Box::new(move |request| Reply::Now(report(request, &status)))
}

/// A server whose requests all fail with this error.
pub fn failing(error: RequestError) -> Server {
    Box::new(move |request| {
        let error = error.clone();
        Reply::Now(match request {
            Request::Statuses(_) => Response::Statuses(Err(error)),
            Request::Start { .. } => Response::Start(Err(error)),
            Request::Cancel(_) => Response::Cancel(Err(error)),
            Request::Upload { .. } => Response::Upload(Err(error)),
            Request::Discard(_) => Response::Discard(Err(error)),
            Request::Status(_) => Response::Status(Err(error)),
            Request::Stream => Response::StreamUnavailable,
        })
    })
}

/// The response of a server that works, and has no event stream.
pub fn report(request: &Request, status: &impl Fn(&Job) -> JobStatus) -> Response {
    match request {
        Request::Status(job) => Response::Status(Ok(status(job))),
        Request::Statuses(jobs) => {
            Response::Statuses(Ok(jobs.iter().map(|job| Some(Ok(status(job)))).collect()))
        }
        Request::Start { .. } => Response::Start(Ok(None)),
        Request::Cancel(_) => Response::Cancel(Ok(())),
        Request::Upload { .. } => Response::Upload(Err(RequestError::Unreachable)),
        Request::Discard(_) => Response::Discard(Ok(())),
        Request::Stream => Response::StreamUnavailable,
    }
}

pub fn running(percent: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(Percent::new(percent)),
    }
}

/// The job `q-{number}` is running at 20 % and its number, so that a test sees when the
/// statuses of two jobs are mixed up.
pub fn running_at_number(job: &Job) -> JobStatus {
    let number = job.key.as_str().trim_start_matches("q-").parse();
    running(percent_of(number.unwrap_or_default()))
}

pub fn percent_of(number: u32) -> u8 {
    20 + u8::try_from(number % 60).unwrap_or_default()
}
