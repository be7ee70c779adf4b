//! Records of version 1: all tasks in one JSON text, `{"version":1,"tasks":[…]}`.

mod failure;

use std::rc::Rc;

use self::failure::{failure, request_error};
use crate::failure::Failure;
use crate::id::AttachmentId;
use crate::json::Json;
use crate::kind::{JobKind, TaskKind};
use crate::monitor::{SavedFollowUp, SavedMonitor};
use crate::percent::Percent;
use crate::snapshot::{Saved, Snapshot};
use crate::task::TaskState;
use crate::time::Timestamp;
use crate::upload::SavedUpload;

/// The tasks of a text that version 1 has stored. A damaged record is dropped on its own;
/// a text of another version has none.
///
/// What version 1 did not write is filled in: the endpoint of a custom kind is its name,
/// a task last changed when it ended or else when it was started, and an upload that was
/// under way is interrupted, as tabs of version 1 cannot be asked for its file.
pub fn migrate(text: &str) -> Vec<Snapshot> {
    let Some(json) = Json::parse(text) else {
        return Vec::new();
    };
    match (json.get("version").number(), json.get("tasks").list()) {
        (Some(1), Some(tasks)) => tasks.iter().filter_map(snapshot).collect(),
        (_, _) => Vec::new(),
    }
}

fn snapshot(record: &Json) -> Option<Snapshot> {
    let started = timestamp(record.get("started"))?;
    let changed = optional(record.get("ended"), timestamp)?.unwrap_or(started);
    let (work, fields) = variant(record.get("work"))?;
    let (kind, attachment, state, saved) = match work {
        "job" => job(fields, started)?,
        "upload" => upload(fields)?,
        _ => return None,
    };
    Some(Snapshot {
        id: record.get("id").text()?.as_ref().into(),
        kind,
        title: Rc::clone(record.get("title").text()?),
        attachment,
        state,
        started,
        changed,
        revision: 0,
        toast_closed: flag(record.get("closed"))?,
        meta: None,
        saved,
    })
}

type Work = (TaskKind, Option<AttachmentId>, TaskState, Saved);

fn job(fields: &Json, started: Timestamp) -> Option<Work> {
    let kind = match fields.get("kind").text()?.as_ref() {
        "video" => JobKind::video(),
        "embedding" => JobKind::embedding(),
        name => JobKind::new(name.to_owned(), name.to_owned()),
    };
    let fields = fields.get("monitor");
    let saved = SavedMonitor {
        job: optional(fields.get("job"), Json::text)?.map(|key| key.as_ref().into()),
        progress: optional(fields.get("progress"), percent)?,
        begun: flag(fields.get("begun"))?,
        checks: small(fields.get("checks"))?,
        follow_up: optional(fields.get("follow_up"), |it| follow_up(it, started))?,
        starts: fields.get("starts").number()?,
        may_have_started: flag(fields.get("may_have_started"))?,
        run: or_zero(fields.get("run"))?,
        seed: fields.get("seed").number()?,
        not_before: optional(fields.get("not_before"), timestamp)?,
        failures: optional(fields.get("failures"), |it| match it.list()? {
            [count, last] => Some((small(count)?, request_error(last)?)),
            _ => None,
        })?,
        cancellations: Vec::new(),
    };
    let state = match optional(fields.get("end"), end)? {
        Some(end) => end,
        None => {
            let progress = saved.progress.map(|it| it.min(kind.policy().max_progress));
            match &saved.failures {
                Some((attempt, error)) => TaskState::Recovering {
                    progress,
                    retry_in: 0,
                    attempt: *attempt,
                    error: error.clone(),
                },
                None if saved.begun => TaskState::Running { progress },
                None => TaskState::Queued,
            }
        }
    };
    let attachment = fields.get("attachment").attachment()?;
    let kind = TaskKind::Job(kind);
    Some((kind, Some(attachment), state, Saved::Job(saved)))
}

fn upload(fields: &Json) -> Option<Work> {
    let upload = fields.get("upload");
    let end = optional(upload.get("end"), end)?;
    let saved = Saved::Upload {
        upload: SavedUpload {
            keys: upload.get("keys").number()?,
            seed: upload.get("seed").number()?,
            may_have_arrived: flag(upload.get("may_have_arrived"))? || end.is_none(),
            run: or_zero(upload.get("run"))?,
            attempts: or_zero(upload.get("calls"))?,
            progress: optional(upload.get("progress"), percent)?,
            resume: optional(upload.get("resume"), Json::text)?.map(|key| key.as_ref().into()),
            fingerprint: None,
        },
        name: Rc::clone(fields.get("name").text()?),
        size: fields.get("size").number()?,
        owner: None,
        kept: None,
        claims: 0,
    };
    let kind = TaskKind::Upload {
        video: flag(fields.get("video"))?,
    };
    let attachment = optional(fields.get("attachment"), Json::attachment)?;
    let state = end.unwrap_or(TaskState::Failed(Failure::Interrupted));
    Some((kind, attachment, state, saved))
}

/// Null and a missing field are none; anything else must be readable.
fn optional<'a, T>(json: &'a Json, read: impl FnOnce(&'a Json) -> Option<T>) -> Option<Option<T>> {
    match json {
        Json::Null => Some(None),
        json => read(json).map(Some),
    }
}

/// An enum's variant by name, and what it carries.
fn variant(json: &Json) -> Option<(&str, &Json)> {
    match json {
        Json::Text(name) => Some((name, &Json::Null)),
        Json::Object(fields) => match fields.as_slice() {
            [(name, value)] => Some((name, value)),
            _ => None,
        },
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) => None,
    }
}

/// A missing flag is not set.
fn flag(json: &Json) -> Option<bool> {
    match json {
        Json::Null => Some(false),
        Json::Bool(flag) => Some(*flag),
        Json::Number(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => None,
    }
}

/// A missing number is zero.
fn or_zero(json: &Json) -> Option<u64> {
    optional(json, Json::number).map(Option::unwrap_or_default)
}

fn small<T: TryFrom<u64>>(json: &Json) -> Option<T> {
    json.number()?.try_into().ok()
}

fn timestamp(json: &Json) -> Option<Timestamp> {
    json.number().map(Timestamp::from_millis)
}

fn percent(json: &Json) -> Option<Percent> {
    small(json).map(Percent::new)
}

/// The nominal delay was not written: at most, it is the time since the start.
fn follow_up(json: &Json, started: Timestamp) -> Option<SavedFollowUp> {
    match variant(json)? {
        ("At", at) => {
            let at = timestamp(at)?;
            let delay = at.since(started);
            Some(SavedFollowUp::At { at, delay })
        }
        ("OnSuccess", _) => Some(SavedFollowUp::OnSuccess),
        _ => None,
    }
}

/// How a task has ended.
fn end(json: &Json) -> Option<TaskState> {
    match variant(json)? {
        ("Succeeded", _) => Some(TaskState::Succeeded),
        ("Cancelled", _) => Some(TaskState::Cancelled),
        ("Failed", failed) => failure(failed).map(TaskState::Failed),
        _ => None,
    }
}
