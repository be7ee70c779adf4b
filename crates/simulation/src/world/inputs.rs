//! How inputs and timers reach the core of a tab.

use background_tasks_core::Input;

use super::trace::describe;
use super::{Happening, World};

impl World<'_> {
    pub(super) fn set_timer(&mut self, number: u64) {
        let time = self.time;
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        let due = tab.core.timeout().map(|due| {
            let nanos = due.since(background_tasks_core::Timestamp::default());
            u64::try_from(nanos.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX)
        });
        let at = due.map(|due| {
            let due = (due + tab.slept).max(time);
            // A timer does not go off twice in a frame.
            let due = due.max(tab.last_timer + 16);
            match tab.throttle {
                0 => due,
                period if tab.visible => due.max(tab.last_timer + period.min(16)),
                period => due.max(tab.last_timer + period),
            }
        });
        if at == tab.timer_at && at.is_some() {
            return;
        }
        tab.timer += 1;
        tab.timer_at = at;
        let version = tab.timer;
        if let Some(at) = at {
            self.schedule(at, Happening::Timer(number, version));
        }
    }

    pub(super) fn timer(&mut self, number: u64, version: u64) {
        let time = self.time;
        if let Some(tab) = self.tabs.get_mut(&number)
            && tab.timer == version
        {
            tab.last_timer = time;
            tab.timer_at = None;
            self.input(number, Input::Timeout);
        }
    }

    /// An input reaches a tab, or waits while the tab does not run.
    pub fn input(&mut self, number: u64, input: Input) {
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if !tab.runs() {
            // Nobody sees a cached page, so nobody does anything there.
            if tab.cached_until.is_none() || !is_from_user(&input) {
                tab.backlog.push(input);
            }
            return;
        }
        self.ledger_input(number, &input);
        let (time, wall) = (self.time, self.wall);
        let mut leads = (false, false);
        let described = describe(&input).filter(|_| self.trace.is_some());
        if let Some(tab) = self.tabs.get_mut(&number) {
            let now = tab.now(time, wall);
            leads.0 = tab.core.is_leader();
            tab.core.handle(input, now);
            leads.1 = tab.core.is_leader();
        }
        if let Some(described) = described {
            self.note(|| format!("tab {number} receives {described}"));
        }
        match leads {
            (false, true) => {
                self.ledger.led.insert(number, time);
                self.note(|| format!("tab {number} leads"));
            }
            (true, false) => self.note(|| format!("tab {number} does not lead any more")),
            (true, true) | (false, false) => {}
        }
        self.drain(number);
    }

    /// Executes what the core asks for, and sets the timer.
    pub(super) fn drain(&mut self, number: u64) {
        for _ in 0..10_000 {
            let (time, wall) = (self.time, self.wall);
            let Some(tab) = self.tabs.get_mut(&number) else {
                return;
            };
            let now = tab.now(time, wall);
            let Some(output) = tab.core.poll(now) else {
                self.set_timer(number);
                return;
            };
            self.execute(number, output);
        }
        self.break_rule(
            "the core comes to rest",
            "it has more than 10,000 outputs".into(),
        );
    }
}

/// Whether it is something that the user does.
const fn is_from_user(input: &Input) -> bool {
    matches!(
        input,
        Input::Command(..) | Input::FileChosen(..) | Input::Clear(_) | Input::ToastClosed(_)
    )
}
