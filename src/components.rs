//! Components: the provider, and views of the store.

mod provider;

pub use provider::{BackgroundTasksProvider, BackgroundTasksProviderProps};
