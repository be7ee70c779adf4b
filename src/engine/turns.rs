//! Which uploads are under way, and whose turn is next.

use super::life::{Life, Source, Work};
use super::{Engine, State};
use crate::sorted::SortedSet;
use crate::task::{TaskId, upload};
use crate::time::Timestamp;

/// Uploads that are under way or wait to be, oldest first.
#[derive(Debug, Default)]
pub(super) struct Turns {
    waiting: SortedSet<(Timestamp, TaskId)>,
    under_way: SortedSet<TaskId>,
}

impl Turns {
    /// Takes in where a task is now. Jobs wait for nobody.
    fn note(&mut self, life: &Life) {
        let Work::Upload(sending) = &life.work else {
            return;
        };
        let place = (life.started, life.id.clone());
        if sending.upload.is_queued() && matches!(sending.source, Source::There(_)) {
            self.waiting.insert(place);
        } else {
            self.waiting.remove(&place);
        }
        if sending.upload.is_under_way() {
            self.under_way.insert(life.id.clone());
        } else {
            self.under_way.remove(&life.id);
        }
    }

    fn forget(&mut self, id: &TaskId) {
        self.waiting.retain(|(_, waiting)| waiting != id);
        self.under_way.remove(id);
    }

    /// Whose turn it is, where there is room.
    fn next(&self, room: usize) -> Option<TaskId> {
        (self.under_way.len() < room)
            .then(|| self.waiting.first().map(|(_, id)| id.clone()))
            .flatten()
    }
}

impl State {
    fn note_turn(&mut self, id: &TaskId) {
        match self.lives.get(id) {
            Some(life) => self.turns.note(life),
            None => self.turns.forget(id),
        }
    }
}

impl Engine {
    /// Has uploads begin as long as there is room for them.
    pub(super) fn give_turns(&self, touched: &mut SortedSet<TaskId>) {
        let now = self.now();
        for id in touched.iter() {
            self.0.state.borrow_mut().note_turn(id);
        }
        loop {
            let room = self.0.settings.upload.concurrent;
            let next = self.0.state.borrow().turns.next(room);
            let Some(id) = next else { break };
            let begin = |life: &mut Life| life.upload_step(upload::Event::Begin, now);
            self.step(&id, touched, begin);
            self.0.state.borrow_mut().note_turn(&id);
        }
    }
}
