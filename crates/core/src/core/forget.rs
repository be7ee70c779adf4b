//! Forgets everything under a store's name.

use super::Core;
use super::records::Records;
use crate::message::Message;
use crate::output::Output;
use crate::stream::Stream;
use crate::time::Now;

impl Core {
    /// Forgets everything under this store's name, in every tab. Jobs on the server continue.
    pub(super) fn forget_everything(&mut self, now: Now) {
        let mark = format!("{}-{}", self.config.tab, now.wall.as_millis());
        self.send(Message::Forget(mark.clone()));
        self.forget_locally(Some(mark.clone()));
        if self.config.store.is_some() {
            self.outputs.push_back(Output::Forget(mark));
        }
    }

    /// Forgets every task of this tab, and removes the records that it may have written
    /// before it learned of the mark.
    pub(super) fn forget_locally(&mut self, mark: Option<String>) {
        for request in self.scheduler.take_all() {
            self.outputs.push_back(Output::Abort(request));
        }
        self.connection = None;
        self.unlisted.clear();
        self.stream = Stream::default();
        let ids: Vec<_> = self.entries.keys().cloned().collect();
        for id in ids {
            let run = self.entries.get(&id).map_or(0, |it| it.snapshot.run());
            self.drop_copy(&id);
            self.remove(&id);
            if let Some(store) = self.config.store.clone() {
                self.write(&store, id.clone(), None);
            }
            self.note_cleared(id, run);
        }
        let watched = std::mem::take(&mut self.records.watched);
        self.records = Records {
            mark: Some(mark),
            watched,
            ..Records::default()
        };
    }
}
