//! Forgets a store without an instance that uses it.

use background_tasks_core::TabId;
use background_tasks_core::internals::{Message, to_text};

use super::channel::Channel;
use super::config::random;
use super::storage::Records;
use super::{kept_files, store_name};

/// Forgets everything under a store's name in all tabs: tasks, records, toasts and kept files.
pub(crate) fn forget_store(name: &str) {
    let names = store_name::named(name);
    // A tab of its own, which the others need not watch.
    let tab = TabId(random());
    let mark = tab.to_string();
    Records::new(&names).forget(&mark);
    kept_files::forget(&names.key);
    if let Some(channel) = Channel::open(&names.key, |_| {}) {
        channel.post(to_text(tab, Message::Forget(mark)));
        channel.post(to_text(tab, Message::Bye));
    }
}
