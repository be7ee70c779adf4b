//! Tasks as text: what is kept of each, and how it is read again. Pure.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::retention::Ended;
use crate::sorted::by_start;
use crate::tabs::TabId;
use crate::task::monitor::SavedMonitor;
use crate::task::upload::SavedUpload;
use crate::task::{AttachmentId, TaskId};
use crate::time::Timestamp;

/// The version of what is below. A text of another one is not guessed at.
const VERSION: u32 = 1;

/// How old a task may be (CONTRACT §7).
const OLDEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is kept of one task. No token, header or byte of a file is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: TaskId,
    pub(crate) title: Rc<str>,
    pub(crate) started: Timestamp,
    /// Since when it has ended, where it has and that is known.
    #[serde(default)]
    pub(crate) ended: Option<Timestamp>,
    /// Whether the person closed the toast while the task went on.
    pub(crate) closed: bool,
    pub(crate) work: SavedWork,
}

/// What a task does, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SavedWork {
    Job {
        kind: String,
        monitor: SavedMonitor,
    },
    Upload {
        video: bool,
        attachment: Option<AttachmentId>,
        /// The file's name and number of bytes, to know it again.
        name: String,
        size: u64,
        /// The tab that has the file.
        #[serde(default)]
        tab: Option<TabId>,
        upload: SavedUpload,
    },
}

impl Record {
    pub(crate) const fn is_unfinished(&self) -> bool {
        match &self.work {
            SavedWork::Job { monitor, .. } => monitor.is_unfinished(),
            SavedWork::Upload { upload, .. } => upload.is_unfinished(),
        }
    }

    /// The tab that has the upload's file.
    pub(crate) const fn tab(&self) -> Option<&TabId> {
        match &self.work {
            SavedWork::Job { .. } => None,
            SavedWork::Upload { tab, .. } => tab.as_ref(),
        }
    }

    pub(crate) const fn rank(&self) -> Rank {
        let (run, is_guess) = match &self.work {
            SavedWork::Job { monitor, .. } => (monitor.run(), false),
            SavedWork::Upload { upload, .. } => (upload.run(), upload.is_cut_off()),
        };
        let end = if self.is_unfinished() {
            Ending::Ahead
        } else if is_guess {
            Ending::Guessed
        } else {
            Ending::Known
        };
        Rank { run, end }
    }
}

/// How far a record is: the higher one of two of the same task is the later.
/// A run ends once; only Retry begins another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Rank {
    pub(crate) run: u64,
    end: Ending,
}

/// Whether a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Ending {
    /// Not yet.
    Ahead,
    /// The tab that sent the file is gone. It may have heard the answer before.
    Guessed,
    Known,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    tasks: &'a [Record],
}

#[derive(Deserialize)]
struct Read<'a> {
    version: u32,
    #[serde(borrow)]
    tasks: Vec<&'a RawValue>,
}

/// What was in a text, and what was wrong with it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) records: Vec<Record>,
    pub(crate) fault: Option<String>,
}

/// Records as text.
pub(crate) fn encode(records: &[Record]) -> String {
    let written = Written {
        version: VERSION,
        tasks: records,
    };
    // Maps with other keys than texts are all that could fail.
    serde_json::to_string(&written).unwrap_or_default()
}

/// The records of a text. A broken one is left out alone.
pub(crate) fn decode(text: &str) -> Decoded {
    let read: Read<'_> = match serde_json::from_str(text) {
        Ok(read) => read,
        Err(error) => {
            return Decoded {
                records: Vec::new(),
                fault: Some(format!("the saved tasks cannot be read: {error}")),
            };
        }
    };
    if read.version != VERSION {
        return Decoded {
            records: Vec::new(),
            fault: Some(format!(
                "the saved tasks have version {}, which is not known",
                read.version
            )),
        };
    }
    let all = read.tasks.len();
    let records = read.tasks.into_iter();
    let records: Vec<Record> = records
        .filter_map(|record| serde_json::from_str(record.get()).ok())
        .collect();
    let broken = all - records.len();
    Decoded {
        records,
        fault: (broken > 0).then(|| format!("{broken} of {all} saved tasks cannot be read")),
    }
}

/// What is worth keeping, oldest first: nothing older than a day, and of what
/// has ended as much as the page keeps.
pub(crate) fn kept(mut records: Vec<Record>, now: Timestamp) -> Vec<Record> {
    records.retain(|record| now.since(record.started) <= OLDEST);
    let mut ended = Ended::default();
    for record in records.iter().filter(|record| !record.is_unfinished()) {
        let at = record.ended.unwrap_or(record.started);
        ended.insert((at, record.started, record.id.clone()));
    }
    let surplus = ended.take_surplus();
    records.retain(|record| !surplus.contains(&record.id));
    by_start(records, |record| (record.started, record.id.clone()))
}

/// This page's records and those of others in one: what this page drives, or
/// has seen cleared, it knows best, unless what is saved is further. In no order.
pub(crate) fn merged(
    own: Vec<Record>,
    saved: Vec<Record>,
    has_known: impl Fn(&TaskId) -> bool,
) -> Vec<Record> {
    let mut own: HashMap<_, _> = own.into_iter().map(|it| (it.id.clone(), it)).collect();
    for record in saved {
        let is_further = match own.get(&record.id) {
            Some(mine) => record.rank() > mine.rank(),
            None => !has_known(&record.id),
        };
        if is_further {
            own.insert(record.id.clone(), record);
        }
    }
    own.into_values().collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::task::JobKind;
    use crate::task::monitor::{CallId, Event, Monitor, Surroundings};
    use crate::task::upload::{self, Upload};

    pub(super) fn now() -> Timestamp {
        Timestamp::from_millis(1_000_000_000)
    }

    pub(super) fn job(id: &str, ended: bool, age: Duration) -> Record {
        let started = Timestamp::from_millis(now().as_millis() - age.as_secs() * 1000);
        let kind = JobKind::video();
        let around = Surroundings::default();
        let mut monitor = Monitor::new(kind, 7_u32.into(), Some("q".into()), around, 1, started);
        if ended {
            monitor.step(Event::Cancel, started);
        }
        Record {
            id: id.into(),
            title: "talk.mp4".into(),
            started,
            ended: ended.then_some(started),
            closed: false,
            work: SavedWork::Job {
                kind: "video".to_owned(),
                monitor: monitor.saved(),
            },
        }
    }

    pub(super) fn upload() -> Record {
        let upload = Upload::new(Rc::default(), Surroundings::default(), u64::MAX);
        Record {
            id: "upload_1_5".into(),
            title: "<b>\"odd\"\u{2028}".into(),
            started: now(),
            ended: None,
            closed: true,
            work: SavedWork::Upload {
                video: true,
                attachment: None,
                name: "talk.mp4".to_owned(),
                size: 1_048_576,
                tab: None,
                upload: upload.saved(),
            },
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let records = vec![
            job("a", false, Duration::ZERO),
            job("b", true, Duration::ZERO),
            upload(),
        ];
        let decoded = decode(&encode(&records));
        assert_eq!(decoded.records, records);
        assert_eq!(decoded.fault, None);
    }

    #[test]
    fn a_broken_record_is_left_out_alone() {
        let text = encode(&[
            job("a", false, Duration::ZERO),
            job("b", false, Duration::ZERO),
        ]);
        let broken = text.replacen("\"checks\":0", "\"checks\":\"none\"", 1);
        let decoded = decode(&broken);
        let ids: Vec<_> = decoded
            .records
            .iter()
            .map(|record| record.id.as_str())
            .collect();
        assert_eq!(ids, ["b"]);
        assert_eq!(
            decoded.fault.as_deref(),
            Some("1 of 2 saved tasks cannot be read")
        );
    }

    #[test]
    fn another_version_is_not_guessed_at() {
        let text =
            encode(&[job("a", false, Duration::ZERO)]).replace("\"version\":1", "\"version\":2");
        let decoded = decode(&text);
        assert!(decoded.records.is_empty());
        assert!(
            decoded
                .fault
                .is_some_and(|fault| fault.contains("version 2"))
        );
    }

    #[test]
    fn what_is_older_than_a_day_and_all_but_the_last_50_finished_go() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let mut records: Vec<_> = (0..60)
            .map(|number| job(&format!("done-{number}"), true, Duration::from_secs(number)))
            .collect();
        records.push(job("old", false, hours(25)));
        records.push(job("long", false, hours(23)));
        let kept = kept(records, now());
        assert_eq!(kept.len(), 51);
        assert_eq!(kept[0].id, "long".into());
        assert!(kept.iter().any(|record| record.id == "done-49".into()));
        assert!(!kept.iter().any(|record| record.id == "done-50".into()));
    }

    #[test]
    fn of_what_has_ended_the_last_to_end_is_kept_whenever_it_began() {
        let mut records: Vec<_> = (0..60)
            .map(|number| job(&format!("done-{number}"), true, Duration::from_secs(number)))
            .collect();
        let mut long = job("long", true, Duration::from_secs(3600));
        long.ended = Some(now());
        records.push(long);
        let kept = kept(records, now());
        assert_eq!(kept.len(), 50);
        assert_eq!(kept[0].id, "long".into());
    }

    /// By earlier versions of this crate, which did not write when a task ended.
    #[test]
    fn a_record_that_does_not_say_when_it_ended_is_read() {
        let record = job("a", true, Duration::ZERO);
        let text = encode(std::slice::from_ref(&record));
        let ended = format!("\"ended\":{},", now().as_millis());
        assert!(text.contains(&ended));
        let decoded = decode(&text.replace(&ended, ""));
        let read = Record {
            ended: None,
            ..record
        };
        assert_eq!(decoded.records, [read]);
    }

    #[test]
    fn what_another_page_has_saved_is_kept_and_what_this_one_cleared_is_not() {
        let known = ["mine", "cleared"];
        let saved = ["mine", "cleared", "theirs"].map(|id| job(id, false, Duration::ZERO));
        let mine = job("mine", true, Duration::ZERO);
        let merged = merged(vec![mine.clone()], saved.to_vec(), |id| {
            known.contains(&id.as_str())
        });
        let merged = kept(merged, now());
        let ids: Vec<_> = merged.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(ids, ["mine", "theirs"]);
        assert_eq!(merged[0], mine);
    }

    #[test]
    fn of_two_records_of_one_task_the_further_one_is_kept() {
        let (ended, running) = (
            job("a", true, Duration::ZERO),
            job("a", false, Duration::ZERO),
        );
        for (own, saved) in [(&ended, &running), (&running, &ended)] {
            let merged = merged(vec![own.clone()], vec![saved.clone()], |_| true);
            assert_eq!(merged, std::slice::from_ref(&ended));
        }
    }

    /// The others say that an upload was cut off as soon as its tab is gone,
    /// also where that tab had heard the server's answer last of all.
    #[test]
    fn an_answer_is_further_than_the_guess_that_an_upload_was_cut_off() {
        let with = |end: fn(&mut Upload)| {
            let mut sent = Upload::new(Rc::default(), Surroundings::default(), 1);
            let begun = sent.step(upload::Event::Begin, now());
            assert!(matches!(begun[..], [upload::Action::Send(..)]));
            end(&mut sent);
            let mut record = upload();
            if let SavedWork::Upload { upload, .. } = &mut record.work {
                *upload = sent.saved();
            }
            record
        };
        let cut_off = with(Upload::cut_off);
        let stored = with(|sent| {
            let answer = upload::Event::Answered(CallId::nth(1), Ok(()));
            sent.step(answer, now());
        });
        for (own, saved) in [(&cut_off, &stored), (&stored, &cut_off)] {
            let merged = merged(vec![own.clone()], vec![saved.clone()], |_| true);
            assert_eq!(merged, std::slice::from_ref(&stored));
        }
        assert!(cut_off.rank() > with(|_| ()).rank());
    }
}
