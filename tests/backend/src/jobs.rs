//! Jobs: from a plan and the time that passed to the status that is answered.

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};

use crate::plan::{JobKind, JobPlan, Outcome, Plan};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is worked on.
    Running {
        /// How much of it is done, 0 to 99.
        percent: u8,
    },
    /// It is done.
    Completed,
    /// It failed.
    Failed,
    /// It was given up.
    Cancelled,
}

impl State {
    /// Where a job stands that began `elapsed` ago and goes as planned.
    #[must_use]
    pub fn after(elapsed: Duration, kind: JobKind, plan: &JobPlan) -> Self {
        let Some(worked) = elapsed.checked_sub(plan.queued()) else {
            return Self::Queued;
        };
        let running = plan.running(kind);
        let percent = match worked.as_millis().saturating_mul(100) / running.as_millis().max(1) {
            percent @ 0..100 => u8::try_from(percent).unwrap_or(99),
            _ => 99,
        };
        match plan.outcome {
            Outcome::Stuck => Self::Running {
                percent: percent.min(50),
            },
            _ if worked < running => Self::Running { percent },
            Outcome::Completed => Self::Completed,
            Outcome::Failed => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
        }
    }

    /// Whether the job has ended.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running { .. } => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }

    /// Its name, whatever words the plan has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running { .. } => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status as it goes over the wire.
    #[must_use]
    pub fn status(self, plan: &JobPlan) -> Value {
        let words = &plan.words;
        let (word, progress) = match self {
            Self::Queued => (&words.queued, None),
            Self::Running { percent } => (&words.running, Some(percent)),
            Self::Completed => (&words.completed, Some(100)),
            Self::Failed => (&words.failed, None),
            Self::Cancelled => (&words.cancelled, None),
        };
        let mut status = Map::new();
        status.insert("status".to_owned(), json!(word));
        if let (Some(progress), true) = (progress, plan.progress) {
            status.insert("progress".to_owned(), json!(progress));
        }
        if self == Self::Failed {
            status.insert("error".to_owned(), json!(plan.error));
        }
        Value::Object(status)
    }
}

/// One job.
#[derive(Clone, Debug, Default)]
pub struct Job {
    attachment_id: Option<String>,
    began: Option<Instant>,
    cancelled: bool,
    checks: usize,
    pushes: usize,
}

impl Job {
    /// A job whose time begins to run at `now`.
    #[must_use]
    pub fn started(attachment_id: Option<String>, now: Instant) -> Self {
        Self {
            attachment_id,
            began: Some(now),
            ..Self::default()
        }
    }

    /// A job whose time begins to run when it is first asked for.
    #[must_use]
    pub fn waiting(attachment_id: Option<String>) -> Self {
        Self {
            attachment_id,
            ..Self::default()
        }
    }

    /// How often its status was answered.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// How often its status was pushed, to whomever.
    #[must_use]
    pub fn pushes(&self) -> usize {
        self.pushes
    }

    /// The attachment that it was started for.
    #[must_use]
    pub fn attachment_id(&self) -> Option<&str> {
        self.attachment_id.as_deref()
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, kind: JobKind, plan: &JobPlan, now: Instant) -> State {
        if self.cancelled {
            return State::Cancelled;
        }
        let elapsed = self
            .began
            .map_or(Duration::ZERO, |began| now.saturating_duration_since(began));
        State::after(elapsed, kind, plan)
    }

    /// Answers one check.
    pub fn check(&mut self, kind: JobKind, plan: &JobPlan, now: Instant) -> Value {
        self.began.get_or_insert(now);
        let status = self.status(kind, plan, now);
        self.checks = self.checks.saturating_add(1);
        status
    }

    /// What the next check would answer.
    #[must_use]
    pub fn status(&self, kind: JobKind, plan: &JobPlan, now: Instant) -> Value {
        let scripted = plan.script.get(self.checks).or(plan.script.last()).cloned();
        scripted.unwrap_or_else(|| self.state(kind, plan, now).status(plan))
    }

    /// Gives the job up, unless it has ended.
    pub fn cancel(&mut self, kind: JobKind, plan: &JobPlan, now: Instant) {
        self.cancelled = self.cancelled || !self.state(kind, plan, now).is_final();
    }
}

/// The jobs of one kind in one world.
#[derive(Debug)]
pub struct Jobs {
    kind: JobKind,
    jobs: BTreeMap<String, Job>,
    removed: HashSet<String>,
}

impl Jobs {
    /// No jobs yet.
    #[must_use]
    pub fn new(kind: JobKind) -> Self {
        Self {
            kind,
            jobs: BTreeMap::new(),
            removed: HashSet::new(),
        }
    }

    /// Puts a job in, in place of one of the same id.
    pub fn start(&mut self, id: String, job: Job) {
        self.removed.remove(&id);
        self.jobs.insert(id, job);
    }

    /// Puts a job in, unless there is one of this id.
    pub fn start_if_absent(&mut self, id: String, job: Job) {
        self.removed.remove(&id);
        self.jobs.entry(id).or_insert(job);
    }

    /// Whether a job of this id is or was there.
    #[must_use]
    pub fn has_seen(&self, id: &str) -> bool {
        self.jobs.contains_key(id) || self.removed.contains(id)
    }

    /// Removes every job of a deleted attachment.
    pub fn remove_attachment(&mut self, attachment_id: &str) {
        let removed = &mut self.removed;
        self.jobs.retain(|id, job| {
            let stays = job.attachment_id.as_deref() != Some(attachment_id);
            if !stays {
                removed.insert(id.clone());
            }
            stays
        });
    }

    /// Answers one check; `None` if there is no such job.
    pub fn check(&mut self, id: &str, plan: &Plan, now: Instant) -> Option<Value> {
        let kind = self.kind;
        let job = self.find_or_create(id, plan)?;
        Some(job.check(kind, plan.job(kind, id), now))
    }

    /// Gives a job up; `None` if there is no such job.
    pub fn cancel(&mut self, id: &str, plan: &Plan, now: Instant) -> Option<()> {
        let kind = self.kind;
        let job = self.find_or_create(id, plan)?;
        job.cancel(kind, plan.job(kind, id), now);
        Some(())
    }

    /// The kind of all of them.
    #[must_use]
    pub fn kind(&self) -> JobKind {
        self.kind
    }

    /// Every job with its id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Job)> {
        self.jobs.iter().map(|(id, job)| (id.as_str(), job))
    }

    /// Counts that the status of a job was pushed.
    pub fn count_push(&mut self, id: &str) {
        if let Some(job) = self.jobs.get_mut(id) {
            job.pushes = job.pushes.saturating_add(1);
        }
    }

    fn find_or_create(&mut self, id: &str, plan: &Plan) -> Option<&mut Job> {
        if !self.jobs.contains_key(id) && !plan.known_only && !self.removed.contains(id) {
            self.jobs.insert(id.to_owned(), Job::waiting(None));
        }
        self.jobs.get_mut(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: JobKind = JobKind::Video;

    fn plan(outcome: Outcome) -> JobPlan {
        JobPlan {
            queued_ms: 100,
            running_ms: Some(1000),
            outcome,
            ..JobPlan::default()
        }
    }

    fn state(ms: u64, outcome: Outcome) -> State {
        State::after(Duration::from_millis(ms), KIND, &plan(outcome))
    }

    #[test]
    fn a_job_is_queued_then_runs_then_ends_as_planned() {
        assert_eq!(state(0, Outcome::Completed), State::Queued);
        assert_eq!(state(99, Outcome::Completed), State::Queued);
        assert_eq!(
            state(100, Outcome::Completed),
            State::Running { percent: 0 }
        );
        assert_eq!(state(1099, Outcome::Failed), State::Running { percent: 99 });
        assert_eq!(state(1100, Outcome::Completed), State::Completed);
        assert_eq!(state(1100, Outcome::Failed), State::Failed);
        assert_eq!(state(1100, Outcome::Cancelled), State::Cancelled);
    }

    #[test]
    fn a_stuck_job_stays_at_half_for_ever() {
        assert_eq!(state(400, Outcome::Stuck), State::Running { percent: 30 });
        assert_eq!(
            state(u64::MAX, Outcome::Stuck),
            State::Running { percent: 50 }
        );
    }

    #[test]
    fn a_job_without_any_duration_is_done_at_once() {
        let plan = JobPlan {
            queued_ms: 0,
            running_ms: Some(0),
            ..JobPlan::default()
        };
        assert_eq!(State::after(Duration::ZERO, KIND, &plan), State::Completed);
    }

    #[test]
    fn a_status_says_what_the_plan_lets_it_say() {
        let mut plan = plan(Outcome::Failed);
        assert_eq!(State::Queued.status(&plan), json!({"status": "queued"}));
        assert_eq!(
            State::Running { percent: 7 }.status(&plan),
            json!({"status": "running", "progress": 7})
        );
        plan.progress = false;
        plan.words.running = "In_Progress".to_owned();
        plan.error = "no sound".to_owned();
        assert_eq!(
            State::Running { percent: 7 }.status(&plan),
            json!({"status": "In_Progress"})
        );
        assert_eq!(
            State::Failed.status(&plan),
            json!({"status": "failed", "error": "no sound"})
        );
    }

    #[test]
    fn a_script_is_answered_one_body_per_check_and_its_last_for_ever() {
        let plan = JobPlan {
            script: vec![json!({"status": "odd"}), json!([])],
            ..JobPlan::default()
        };
        let now = Instant::now();
        let mut job = Job::started(None, now);
        let answers = [(); 3].map(|()| job.check(KIND, &plan, now));
        assert_eq!(answers, [json!({"status": "odd"}), json!([]), json!([])]);
        assert_eq!(job.checks(), 3);
    }

    #[test]
    fn the_time_of_a_waiting_job_begins_with_its_first_check() {
        let plan = plan(Outcome::Completed);
        let now = Instant::now();
        let later = now + Duration::from_secs(60);
        let mut job = Job::waiting(None);
        assert_eq!(job.check(KIND, &plan, later), json!({"status": "queued"}));
        let mut job = Job::started(None, now);
        assert_eq!(
            job.check(KIND, &plan, later),
            json!({"status": "completed", "progress": 100})
        );
    }

    #[test]
    fn cancelling_ends_a_running_job_and_leaves_a_finished_one() {
        let plan = plan(Outcome::Completed);
        let now = Instant::now();
        let later = now + Duration::from_secs(60);
        let mut running = Job::started(None, now);
        running.cancel(KIND, &plan, now);
        assert_eq!(
            running.check(KIND, &plan, later),
            json!({"status": "cancelled"})
        );
        let mut finished = Job::started(None, now);
        finished.cancel(KIND, &plan, later);
        assert_eq!(finished.state(KIND, &plan, later), State::Completed);
    }

    #[test]
    fn an_unknown_job_is_made_on_the_fly_unless_only_known_ones_count() {
        let now = Instant::now();
        let mut jobs = Jobs::new(KIND);
        let strict = Plan {
            known_only: true,
            ..Plan::default()
        };
        assert_eq!(jobs.check("q-1", &strict, now), None);
        assert!(jobs.check("q-1", &Plan::default(), now).is_some());
        assert!(jobs.check("q-1", &strict, now).is_some());
    }

    #[test]
    fn the_jobs_of_a_deleted_attachment_do_not_come_back() {
        let now = Instant::now();
        let mut jobs = Jobs::new(KIND);
        jobs.start("q-1".to_owned(), Job::started(Some("7".to_owned()), now));
        jobs.start("q-2".to_owned(), Job::started(Some("8".to_owned()), now));
        jobs.remove_attachment("7");
        assert_eq!(jobs.check("q-1", &Plan::default(), now), None);
        assert!(jobs.check("q-2", &Plan::default(), now).is_some());
        assert!(jobs.has_seen("q-1"));
    }
}
