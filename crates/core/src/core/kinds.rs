//! Kinds of jobs that the app has registered.

use super::Core;
use super::entry::Machine;
use crate::kind::{JobKind, TaskKind};
use crate::monitor;
use crate::time::Now;

impl Core {
    /// Registers a kind, in place of one of the same name. Tasks of that name which are there
    /// already, as after a reload, get its endpoint, policy and texts.
    pub(super) fn register_kind(&mut self, kind: &JobKind, now: Now) {
        let kinds = &mut self.config.kinds;
        match kinds.iter_mut().find(|it| it.name() == kind.name()) {
            Some(known) if known == kind => return,
            Some(known) => *known = kind.clone(),
            None => kinds.push(kind.clone()),
        }
        let kind = TaskKind::Job(kind.clone());
        let others = self.entries.values().filter(|entry| {
            let task = &entry.snapshot.kind;
            task.name() == kind.name() && matches!(task, TaskKind::Job(_)) && *task != kind
        });
        let ids: Vec<_> = others.map(|entry| entry.snapshot.id.clone()).collect();
        for id in ids {
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            entry.snapshot.kind = kind.clone();
            if let (Some(Machine::Job(monitor)), TaskKind::Job(kind)) = (&mut entry.machine, &kind)
            {
                monitor.set_kind(kind.clone());
            }
            self.touched.insert(id.clone());
            // The policy decides when the next check is due.
            self.step_job(&id, monitor::Event::Tick, now);
        }
    }

    /// The kind of this name, if it is built in or registered.
    pub fn registered(&self, name: &str) -> Option<JobKind> {
        let config = &self.config;
        let built_in = [&config.video, &config.embedding].into_iter();
        let mut all = built_in.chain(&config.kinds);
        all.find(|kind| kind.name() == name).cloned()
    }
}
