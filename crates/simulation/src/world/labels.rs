//! The names of requests and faults in traces and counts.

use background_tasks_core::Request;
use background_tasks_server_model::Fault;

pub(super) fn describe(request: &Request) -> String {
    match request {
        Request::Status(job) => format!("status {}", job.key),
        Request::Statuses(jobs) => {
            let keys: Vec<_> = jobs.iter().map(|job| job.key.to_string()).collect();
            format!("statuses {}", keys.join(","))
        }
        Request::Start {
            attachment,
            idempotency_key,
            ..
        } => format!("start of {attachment} ({idempotency_key})"),
        Request::Cancel(job) => format!("cancel {}", job.key),
        Request::Upload { task, .. } => format!("upload {task}"),
        Request::Discard(key) => format!("discard {key}"),
        Request::Stream => "stream".to_owned(),
    }
}

pub(super) const fn name(request: &Request) -> &'static str {
    match request {
        Request::Status(_) => "request: status",
        Request::Statuses(_) => "request: several statuses",
        Request::Start { .. } => "request: start",
        Request::Cancel(_) => "request: cancel",
        Request::Upload { .. } => "request: upload",
        Request::Discard(_) => "request: discard",
        Request::Stream => "request: stream",
    }
}

pub(super) const fn fault_name(fault: &Fault) -> &'static str {
    match fault {
        Fault::ConnectionLost => "fault: connection lost",
        Fault::CutAfterBytes(_) => "fault: connection lost in the body",
        Fault::NoResponse => "fault: no response",
        Fault::Delay(_) => "fault: late response",
        Fault::LargeBody(_) => "fault: large body",
        Fault::Response(response) if response.status == 200 => "fault: invalid body",
        Fault::Response(_) => "fault: error status",
        Fault::JobFails { .. } => "fault: job fails",
    }
}
