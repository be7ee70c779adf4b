//! Checks on their way: they go out a few at a time, several in one call where
//! the client can, and their answers come back to the tasks.

use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use futures_util::FutureExt as _;

use super::inbox::Message;
use super::life::Awaited;
use super::queue::{Queue, Waiting};
use super::{Engine, State};
use crate::client::{Answers, Call};
use crate::sorted::SortedSet;
use crate::spawned::Spawned;
use crate::task::monitor::{CallId, Event};
use crate::task::{CallError, Job, Report, TaskId};
use crate::time::Timestamp;

/// One call, for one check or several. The tasks that wait for it own it: when
/// the last one lets go, the call is given up.
pub(super) struct Flight {
    number: u64,
    call: OnceCell<Spawned>,
}

/// Checks that wait, and those that are out.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) queue: Queue,
    /// A few: no more than the setting allows at once.
    flights: Vec<Weak<Flight>>,
}

/// What came back with a flight, and for whom.
pub(super) struct Landed {
    number: u64,
    passengers: Vec<Waiting>,
    answers: Result<Answers, CallError>,
}

impl Engine {
    /// Has a check wait for its turn, which comes when this pass is over or later.
    pub(super) fn queue_check(&self, id: &TaskId, call: CallId, job: Job) {
        let until = Queue::hold(&job, self.now());
        let waiting = Waiting {
            task: id.clone(),
            ticket: self.next_number(),
            call,
            job,
            until,
            alone: false,
        };
        self.set_call(id, Some(Awaited::Turn(waiting.ticket)));
        self.0.state.borrow_mut().checks.queue.push(waiting);
    }

    /// Sends checks whose turn it is, as long as there is room for them.
    pub(super) fn send_checks(&self) {
        let client = &self.0.clients.status;
        let room = self.0.settings.checks_in_flight.max(1);
        loop {
            let limit = client.batch_limit();
            let now = self.now();
            let next = self.0.state.borrow_mut().take_off(room, limit, now);
            let Some((flight, passengers)) = next else {
                break;
            };
            let answers = match passengers.as_slice() {
                [only] => one(client.status(&only.job)),
                several => {
                    let jobs: Vec<_> = several.iter().map(|it| it.job.clone()).collect();
                    client.statuses(&jobs)
                }
            };
            let (weak, number) = (self.downgrade(), flight.number);
            let call = Spawned::new(async move {
                let answers = answers.await;
                if let Some(engine) = weak.upgrade() {
                    engine.land(Landed {
                        number,
                        passengers,
                        answers,
                    });
                }
            });
            // It is the first: the flight was made a moment ago.
            let _ = flight.call.set(call);
        }
    }

    /// Makes room for the next call at once; the answers are taken in with the
    /// others of this frame.
    fn land(&self, landed: Landed) {
        let number = landed.number;
        self.0.state.borrow_mut().checks.flights.retain(|flight| {
            let flight = flight.upgrade();
            flight.is_some_and(|flight| flight.number != number)
        });
        self.post_in_frame(Message::Landed(landed));
        self.send_checks();
        self.set_alarm();
    }

    /// Gives each task its answer, where it still waits for one.
    pub(super) fn hand_out(&self, landed: Landed, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        let Landed {
            number,
            passengers,
            answers,
        } = landed;
        let mut answers = answers.map(|answers| (answers.is_empty(), answers.into_iter()));
        let mut again = Vec::new();
        for mut passenger in passengers {
            if !self.awaits(&passenger.task, number) {
                // Answers are in the order of the passengers: its own is skipped with it.
                if let Ok((_, answers)) = &mut answers {
                    let _ = answers.next();
                }
                continue;
            }
            let (id, call) = (passenger.task.clone(), passenger.call);
            let answer = match &mut answers {
                Ok((said_nothing, answers)) => match answers.next() {
                    Some(Some(answer)) => answer,
                    unanswered => {
                        // Where the call did not come to it the next one does.
                        passenger.alone = unanswered.is_some() || *said_nothing;
                        again.push(passenger);
                        continue;
                    }
                },
                Err(error) => Err(error.clone()),
            };
            let event = Event::Checked(call, answer);
            self.step(&id, touched, |life| life.monitor_step(event, at));
        }
        // Each goes before the others, so the first comes last.
        for passenger in again.into_iter().rev() {
            self.queue_again(passenger, at, touched);
        }
    }

    fn queue_again(&self, mut waiting: Waiting, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        let event = Event::Unanswered(waiting.call);
        let id = waiting.task.clone();
        self.step(&id, touched, |life| life.monitor_step(event, at));
        waiting.ticket = self.next_number();
        self.set_call(&id, Some(Awaited::Turn(waiting.ticket)));
        self.0.state.borrow_mut().checks.queue.push_again(waiting);
    }

    /// Whether a task still waits for what this flight brings.
    fn awaits(&self, id: &TaskId, number: u64) -> bool {
        let state = self.0.state.borrow();
        let awaited = state.lives.get(id).and_then(|life| life.call.as_ref());
        matches!(awaited, Some(Awaited::Check(flight)) if flight.number == number)
    }
}

impl State {
    /// The next flight and who is on it; none where there is no room, or nobody
    /// whose turn it is.
    fn take_off(
        &mut self,
        room: usize,
        limit: usize,
        now: Timestamp,
    ) -> Option<(Rc<Flight>, Vec<Waiting>)> {
        let Self {
            lives,
            schedule,
            checks,
            number,
            ..
        } = self;
        checks.flights.retain(|flight| flight.strong_count() > 0);
        if checks.flights.len() >= room {
            return None;
        }
        let passengers = checks.queue.take(limit, schedule.next(), now, |waiting| {
            let awaited = lives.get(&waiting.task).and_then(|it| it.call.as_ref());
            matches!(awaited, Some(Awaited::Turn(ticket)) if *ticket == waiting.ticket)
        })?;
        *number += 1;
        let flight = Rc::new(Flight {
            number: *number,
            call: OnceCell::new(),
        });
        checks.flights.push(Rc::downgrade(&flight));
        for passenger in &passengers {
            if let Some(life) = lives.get_mut(&passenger.task) {
                life.call = Some(Awaited::Check(Rc::clone(&flight)));
                // Only the time limit begins, so there is nothing to be done.
                let _ = life.monitor_step(Event::Sent(passenger.call), now);
                schedule.set(&passenger.task, life.next_due(now));
            }
        }
        Some((flight, passengers))
    }
}

/// The answer of a call that is for one job, as one for several.
fn one(answer: Call<Report>) -> Call<Answers> {
    answer.map(|answer| Ok(vec![Some(answer)])).boxed_local()
}
