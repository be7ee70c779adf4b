//! A pass: takes in all that has happened, then writes the store once.

use std::rc::Rc;
use std::time::Duration;

use super::inbox::Message;
use super::life::{Common, Deed, Life};
use super::{Engine, State};
use crate::sorted::{SortedSet, by_start};
use crate::spawned::Spawned;
use crate::store::Change;
use crate::task::TaskId;
use crate::task::monitor::Surroundings;
use crate::time::Timestamp;

/// Answers that arrive within this time are applied in one change of the store:
/// about one frame of a 60 Hz display, so that no frame renders twice. Nor does the
/// timer go off twice in it: with hundreds of tasks something is always due.
const FRAME: Duration = Duration::from_millis(16);

/// A timer that goes off so late says that the machine slept.
const ASLEEP: Duration = Duration::from_secs(5);

impl Engine {
    /// Takes in a message now.
    pub(super) fn post(&self, message: Message) {
        let now = self.now();
        self.0.state.borrow_mut().inbox.push(now, message);
        self.pass();
    }

    /// Takes in an answer with the others of this frame. Its time is that of
    /// its arrival, so that what follows from it is not late.
    pub(super) fn post_in_frame(&self, message: Message) {
        let now = self.now();
        let mut state = self.0.state.borrow_mut();
        state.inbox.push(now, message);
        if state.frame.is_none() {
            let weak = self.downgrade();
            let frame = self.0.settings.clock.sleep(FRAME);
            state.frame = Some(Spawned::new(async move {
                frame.await;
                if let Some(engine) = weak.upgrade() {
                    engine.pass();
                }
            }));
        }
    }

    pub(super) fn pass(&self) {
        if std::mem::replace(&mut self.0.state.borrow_mut().passing, true) {
            // The pass that is going on will come to it.
            return;
        }
        self.0.state.borrow_mut().frame = None;
        loop {
            let mut touched = SortedSet::new();
            loop {
                let next = self.0.state.borrow_mut().inbox.pop();
                let Some((at, message)) = next else { break };
                self.take_in(message, at, &mut touched);
            }
            if touched.is_empty() {
                break;
            }
            self.give_turns(&mut touched);
            self.publish(touched);
        }
        self.0.state.borrow_mut().passing = false;
        self.send_checks();
        self.tend_stream();
        self.set_alarm();
    }

    fn take_in(&self, message: Message, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        match message {
            Message::Step(id, event) => {
                self.step(&id, touched, |life| life.monitor_step(event, at));
            }
            Message::StepUpload(id, event) => {
                self.step(&id, touched, |life| life.upload_step(event, at));
            }
            Message::Uploaded(id, call, answer) => self.uploaded(&id, call, answer, at, touched),
            Message::Landed(landed) => self.hand_out(landed, at, touched),
            Message::News(number, news) => self.hear_news(number, news, at, touched),
            Message::StreamEnded(number) => self.stream_ended(number, at, touched),
            Message::StreamLost => self.poll_again(at, touched),
            Message::Order(order, id) => self.order(order, &id, at, touched),
            Message::CatchUp(records) => self.take_in_saved(records, at, touched),
            Message::Heard(heard) => self.hear_tabs(heard, at, touched),
            Message::Chosen(id, file) => {
                let policy = &self.0.settings.upload;
                self.step(&id, touched, |life| life.send_file(file, policy, at));
            }
            Message::Clear(id) => {
                let mut state = self.0.state.borrow_mut();
                let ended = state
                    .lives
                    .get(&id)
                    .is_none_or(|life| life.state(at).is_ended());
                if ended {
                    state.schedule.set(&id, None);
                    let life = state.lives.remove(&id);
                    drop(state);
                    drop(life);
                    touched.insert(id);
                }
            }
            Message::Alarm => {
                let due = {
                    let mut state = self.0.state.borrow_mut();
                    state.rung = at;
                    state.schedule.take_due(at)
                };
                for id in due {
                    self.step(&id, touched, |life| life.hear(Common::Tick, at));
                }
            }
            Message::Online(online) => {
                if online {
                    self.0.state.borrow_mut().stream.hurry(at);
                }
                self.surround(touched, at, |surroundings| surroundings.online = online);
            }
            Message::Visible(visible) => {
                self.surround(touched, at, |surroundings| surroundings.visible = visible);
            }
            Message::Woken => self.step_all(touched, |life| life.hear(Common::Woken, at)),
        }
    }

    fn surround(
        &self,
        touched: &mut SortedSet<TaskId>,
        at: Timestamp,
        change: impl FnOnce(&mut Surroundings),
    ) {
        let surroundings = {
            let mut state = self.0.state.borrow_mut();
            change(&mut state.surroundings);
            state.surroundings
        };
        let news = Common::Surroundings(surroundings);
        self.step_all(touched, |life| life.hear(news, at));
    }

    pub(super) fn step_all(
        &self,
        touched: &mut SortedSet<TaskId>,
        step: impl Fn(&mut Life) -> Vec<Deed>,
    ) {
        let ids: Vec<_> = self.0.state.borrow().lives.keys().cloned().collect();
        for id in ids {
            self.step(&id, touched, &step);
        }
    }

    /// Steps one task and does what it asks for.
    pub(super) fn step(
        &self,
        id: &TaskId,
        touched: &mut SortedSet<TaskId>,
        step: impl FnOnce(&mut Life) -> Vec<Deed>,
    ) {
        let deeds = {
            let mut state = self.0.state.borrow_mut();
            let leads = state.leads;
            let Some(life) = state.lives.get_mut(id) else {
                return;
            };
            touched.insert(id.clone());
            if !life.can_act_here(leads) {
                return;
            }
            life.told = None;
            step(life)
        };
        for deed in deeds {
            match deed {
                Deed::Job(action) => self.act(id, action),
                Deed::Upload(action) => self.act_on_upload(id, action),
                Deed::AskForFile => self.ask_for_file(id),
            }
        }
    }

    /// Writes the tasks that are different now, in one change of the store.
    fn publish(&self, touched: SortedSet<TaskId>) {
        let now = self.now();
        let tasks = self.tasks();
        let mut changes = Vec::new();
        {
            let mut state = self.0.state.borrow_mut();
            let State {
                lives,
                schedule,
                ended,
                orders,
                leads,
                ..
            } = &mut *state;
            for id in touched.iter() {
                let before = tasks.get(id);
                if before.as_ref().is_some_and(|task| task.state.is_ended()) {
                    ended.remove(id);
                }
                match lives.get_mut(id) {
                    Some(life) => {
                        let is_driven = life.is_driven_here(*leads);
                        schedule.set(id, life.next_due(now).filter(|_| is_driven));
                        let after = life.task(now);
                        life.note_end(after.state.is_ended(), now);
                        if let Some(end) = life.end() {
                            ended.insert(end);
                        }
                        if before.as_deref() != Some(&after) {
                            let after = Rc::new(after);
                            changes.push(Change::Put { before, after });
                        }
                    }
                    None => {
                        // Nobody is there any more to hear what was wanted of it.
                        orders.retain(|(_, of)| of != id);
                        changes.extend(before.map(Change::Removed));
                    }
                }
            }
        }
        drop(tasks);
        if !changes.is_empty() {
            // The list has them in the order of their starts, also after a reload.
            let changes = by_start(changes, Change::start);
            self.0.dispatch.reduce_mut(|tasks| tasks.apply(&changes));
            let numbers: Vec<_> = self.0.state.borrow().observers.keys().copied().collect();
            for change in &changes {
                for number in &numbers {
                    // One may end another, or itself.
                    let observer = self.0.state.borrow().observers.get(number).cloned();
                    if let Some(observer) = observer {
                        observer(change);
                    }
                }
            }
        }
        self.tell_tabs(&touched);
        self.clear_surplus(now);
    }

    /// Of the tasks that have ended some are kept. The others are cleared as if
    /// by the person, after all have heard how they ended. The leader does it for
    /// all tabs, so that each has the same list.
    fn clear_surplus(&self, now: Timestamp) {
        let mut state = self.0.state.borrow_mut();
        if state.leads {
            for id in state.ended.take_surplus() {
                state.inbox.push(now, Message::Clear(id));
            }
        }
    }

    /// Has the one timer go off at the nearest due time.
    pub(super) fn set_alarm(&self) {
        let now = self.now();
        let mut state = self.0.state.borrow_mut();
        let release = state.checks.queue.release(now);
        let stream = state.stream.next_due();
        let all = state
            .schedule
            .next()
            .into_iter()
            .chain(release)
            .chain(stream);
        let Some(next) = all.min().map(|next| next.max(state.rung + FRAME)) else {
            return;
        };
        // One that goes off too early finds nothing due and is set again.
        if state.alarm.as_ref().is_some_and(|(at, _)| *at <= next) {
            return;
        }
        let weak = self.downgrade();
        let clock = &self.0.settings.clock;
        let sleep = clock.sleep(next.since(clock.now()));
        let alarm = Spawned::new(async move {
            sleep.await;
            if let Some(engine) = weak.upgrade() {
                engine.0.state.borrow_mut().alarm = None;
                let is_late = engine.now().since(next) > ASLEEP;
                engine.post(if is_late {
                    Message::Woken
                } else {
                    Message::Alarm
                });
            }
        });
        state.alarm = Some((next, alarm));
    }
}
