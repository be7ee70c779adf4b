//! A spawned future that is dropped together with its owner.

use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use wasm_bindgen_futures::spawn_local;

/// Drives a future; dropping this drops the future, at once.
pub(crate) struct AbortOnDrop(Rc<Spawned>);

/// A cell, because the future may drop its own owner while it is polled.
struct Spawned(Cell<State>);

enum State {
    Pending(Pin<Box<dyn Future<Output = ()>>>),
    Polled,
    Ended,
}

impl AbortOnDrop {
    pub(crate) fn new(future: impl Future<Output = ()> + 'static) -> Self {
        Self::spawn(Box::pin(future))
    }

    fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) -> Self {
        let spawned = Rc::new(Spawned(Cell::new(State::Pending(future))));
        let owned = Self(Rc::clone(&spawned));
        spawn_local(poll_fn(move |context| spawned.poll(context)));
        owned
    }
}

impl Spawned {
    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let State::Pending(mut future) = self.0.replace(State::Polled) else {
            self.0.set(State::Ended);
            return Poll::Ready(());
        };
        let poll = future.as_mut().poll(context);
        match self.0.replace(State::Ended) {
            State::Polled if poll.is_pending() => {
                self.0.set(State::Pending(future));
                Poll::Pending
            }
            State::Polled | State::Pending(_) | State::Ended => Poll::Ready(()),
        }
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        let state = self.0.0.replace(State::Ended);
        drop(state);
    }
}

impl fmt::Debug for AbortOnDrop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AbortOnDrop")
            .finish_non_exhaustive()
    }
}
