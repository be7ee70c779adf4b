//! Pushed news: the stream is opened and ended, and what it says reaches the tasks.

use litemap::LiteMap;
use yew::Callback;

use super::inbox::Message;
use super::life::{Life, Work};
use super::stream::Deed;
use super::{Engine, State};
use crate::client::{News, Pushed};
use crate::sorted::SortedSet;
use crate::spawned::Spawned;
use crate::task::monitor::Event;
use crate::task::{Report, TaskId};
use crate::time::Timestamp;

impl Engine {
    /// Opens or closes the stream, as the tasks of this moment want it.
    pub(super) fn tend_stream(&self) {
        let now = self.now();
        let deed = {
            let mut state = self.0.state.borrow_mut();
            if state.stream.rests(now) {
                return;
            }
            let seed = state.jitter(now);
            let wanted = state.leads && state.lives.values().any(|life| life.is_followed(now));
            state.stream.tick(wanted, seed, now)
        };
        match deed {
            Some(Deed::Open) => self.open_stream(now),
            Some(Deed::Close) => self.close_stream(now),
            None => {}
        }
    }

    fn open_stream(&self, now: Timestamp) {
        let number = self.next_number();
        let weak = self.downgrade();
        let on_news = Callback::from(move |news| {
            if let Some(engine) = weak.upgrade() {
                engine.post_in_frame(Message::News(number, news));
            }
        });
        let Some(stream) = self.0.clients.status.events(on_news) else {
            self.0.state.borrow_mut().stream.unavailable(now);
            return;
        };
        let weak = self.downgrade();
        let connection = Spawned::new(async move {
            // Why it ended matters to the client, which knows how to go on.
            let _ = stream.await;
            if let Some(engine) = weak.upgrade() {
                engine.post(Message::StreamEnded(number));
            }
        });
        let before = self
            .0
            .state
            .borrow_mut()
            .connection
            .replace((number, connection));
        drop(before);
    }

    fn close_stream(&self, now: Timestamp) {
        let connection = self.0.state.borrow_mut().connection.take();
        if connection.is_some() {
            let mut state = self.0.state.borrow_mut();
            state.inbox.push(now, Message::StreamLost);
            drop(state);
            drop(connection);
            self.pass();
        }
    }

    pub(super) fn stream_ended(&self, number: u64, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        if !self.is_connection(number) {
            return;
        }
        let connection = {
            let mut state = self.0.state.borrow_mut();
            let seed = state.jitter(at);
            state.stream.ended(seed, at);
            state.connection.take()
        };
        drop(connection);
        self.poll_again(at, touched);
    }

    /// The stream is gone: nothing is pushed any more.
    pub(super) fn poll_again(&self, at: Timestamp, touched: &mut SortedSet<TaskId>) {
        self.step_all(touched, |life| life.monitor_step(Event::StreamEnded, at));
    }

    pub(super) fn hear_news(
        &self,
        number: u64,
        news: News,
        at: Timestamp,
        touched: &mut SortedSet<TaskId>,
    ) {
        if !self.is_connection(number) {
            return;
        }
        self.0.state.borrow_mut().stream.heard(at);
        match news {
            News::Alive => {}
            News::ReconnectAfter(wait) => {
                self.0.state.borrow_mut().stream.ask_to_wait(wait);
            }
            News::Reports(pushed) => {
                for (id, report) in self.addressed(pushed, at) {
                    let event = Event::Pushed(report);
                    self.step(&id, touched, |life| life.monitor_step(event, at));
                }
            }
        }
    }

    /// Whose news these are. One pass over the tasks for all of them: a stream
    /// may tell of jobs that nobody here follows.
    fn addressed(&self, pushed: Vec<Pushed>, now: Timestamp) -> Vec<(TaskId, Report)> {
        let mut reports = LiteMap::<_, _>::new();
        for Pushed {
            endpoint,
            key,
            report,
        } in pushed
        {
            // Of two that are about one job the later one counts.
            reports.insert((key, endpoint), report);
        }
        let state = self.0.state.borrow();
        let jobs = state.lives.values().filter(|life| life.is_followed(now));
        let addressed = jobs.filter_map(|life| {
            let Work::Job(monitor) = &life.work else {
                return None;
            };
            let (own, endpoint) = (monitor.key()?, monitor.kind().endpoint());
            let report =
                reports.get_by(|(key, of)| key.cmp(own).then_with(|| (**of).cmp(endpoint)));
            Some((life.id.clone(), report?.clone()))
        });
        addressed.collect()
    }

    fn is_connection(&self, number: u64) -> bool {
        let state = self.0.state.borrow();
        let connection = state.connection.as_ref();
        connection.is_some_and(|(current, _)| *current == number)
    }
}

impl State {
    /// What spreads the pages of a server that comes back.
    fn jitter(&self, now: Timestamp) -> u64 {
        self.seed.wrapping_add(now.as_millis())
    }
}

impl Life {
    /// Whether it is a job that goes on.
    fn is_followed(&self, now: Timestamp) -> bool {
        matches!(self.work, Work::Job(_)) && !self.state(now).is_ended()
    }
}
