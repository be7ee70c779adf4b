//! Forgets a store that no instance on this page uses.

use background_tasks_core::{Core, Environment, Input, Output};

use super::channel::Channel;
use super::storage::Records;
use super::{config, now, store_name};
use crate::settings::Settings;

/// Forgets everything under a store's name in all tabs: tasks, records and toasts.
pub(crate) fn forget_store(name: &str) {
    let settings = Settings::new();
    let names = store_name::named(name);
    let records = Records::new(&names);
    let channel = Channel::open(&names.key, |_| {});
    // The core of a tab that joins, forgets and leaves.
    let now = now(&settings);
    let config = config(&settings, Some(names.key));
    let mut core = Core::new(config, Environment::default(), now);
    core.handle(Input::Forget, now);
    core.handle(Input::PageHide, now);
    while let Some(output) = core.poll(now) {
        match (output, &channel) {
            (Output::Broadcast(text), Some(channel)) => channel.post(text),
            (Output::Forget(mark), _) => records.forget(&mark),
            (
                Output::Broadcast(_)
                | Output::Request(..)
                | Output::Abort(_)
                | Output::Changed(..)
                | Output::Announce(_)
                | Output::Write { .. }
                | Output::ReadStorage
                | Output::AskForFile(_)
                | Output::WatchTab(_)
                | Output::WatchOlderTabs
                | Output::Warn(_),
                _,
            ) => {}
        }
    }
}
