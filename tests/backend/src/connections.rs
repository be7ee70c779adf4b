//! Keep-alive, and when connections must not be reused.
//!
//! A browser that loses a *reused* connection without a response repeats the request by itself,
//! unnoticed by the page. A dropped response would be seen only sometimes, and be counted twice.
//! So each connection carries one request while there is a rule that drops responses.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::watch;

/// State that all connections of a server share.
#[derive(Clone, Debug)]
pub struct Connections {
    retire: watch::Sender<()>,
    single_use: Arc<AtomicUsize>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            retire: watch::Sender::new(()),
            single_use: Arc::default(),
        }
    }
}

impl Connections {
    /// Changes when all open connections should finish their request and close.
    #[must_use]
    pub fn retirement(&self) -> watch::Receiver<()> {
        self.retire.subscribe()
    }

    /// Asks all open connections to finish their request and close.
    pub fn retire(&self) {
        self.retire.send_replace(());
    }

    /// Turns keep-alive off as long as the returned value is held.
    #[must_use]
    pub fn single_use(&self) -> SingleUse {
        self.single_use.fetch_add(1, Ordering::SeqCst);
        self.retire();
        SingleUse(Arc::clone(&self.single_use))
    }

    /// Whether a connection may carry a second request.
    #[must_use]
    pub fn keep_alive(&self) -> bool {
        self.single_use.load(Ordering::SeqCst) == 0
    }
}

/// While this is held, each connection carries one request.
#[derive(Debug)]
pub struct SingleUse(Arc<AtomicUsize>);

impl Drop for SingleUse {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alive_is_off_while_requested() {
        let connections = Connections::default();
        let open = connections.retirement();
        let first = connections.single_use();
        let second = connections.single_use();
        assert!(open.has_changed().unwrap_or(false));
        drop(first);
        assert!(!connections.keep_alive());
        drop(second);
        assert!(connections.keep_alive());
    }
}
