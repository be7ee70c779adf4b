//! Deletes attachments. It does not depend on whoever has asked for it: a dialog may be
//! closed meanwhile, and the tasks that work on the attachment must end all the same.

use std::cell::Cell;

use background_tasks_core::{Command, Input, RequestError};

use super::{Driver, Notice};
use crate::abort_on_drop::AbortOnDrop;
use crate::client::Attachment;

impl Driver {
    /// Deletes an attachment on the server and cancels the tasks that work on it. Observers
    /// are notified of the result. A second call in the meantime changes nothing.
    pub(crate) fn delete(&self, attachment: Attachment) {
        let id = attachment.id.clone();
        if self.0.held.borrow().deletions.contains_key(&id) {
            return;
        }
        let answer = self.0.clients.storage.delete(&id);
        let weak = self.downgrade();
        let deletion = AbortOnDrop::new(async move {
            let answer = answer.await;
            let Some(driver) = weak.upgrade() else { return };
            let ended = driver.0.held.borrow_mut().deletions.remove(&attachment.id);
            drop(ended);
            if let (Err(error), false) = (&answer, driver.deleted(&attachment, &answer)) {
                driver.notify(Notice::NotDeleted(&attachment, error));
            }
        });
        // The client may have shut the driver down.
        if self.is_alive() {
            self.0.held.borrow_mut().deletions.insert(id, deletion);
        }
    }

    /// Cancels the tasks that work on an attachment if it was deleted, and notifies observers.
    /// Whether one of them shows the result.
    pub(crate) fn deleted(
        &self,
        attachment: &Attachment,
        answer: &Result<(), RequestError>,
    ) -> bool {
        if answer.is_ok() {
            let tasks = self.tasks().of_attachment(Some(&attachment.id));
            let cancel = |id| Input::Command(id, Command::Cancel);
            self.command(tasks.iter().map(|task| cancel(task.id.clone())));
        }
        let is_shown = Cell::new(false);
        self.notify(Notice::Deleted(attachment, answer, &is_shown));
        is_shown.get()
    }
}
