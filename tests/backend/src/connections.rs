//! How long connections live: keep-alive, and when it must not be.
//!
//! A browser that loses a *reused* connection without an answer sends the request again by itself,
//! out of sight of the page. A dropped answer would then be seen only sometimes, and be counted
//! twice. So, while a rule waits that drops answers, each connection carries one request.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::watch;

/// What all connections of a server share.
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
    /// Changes when the connections open now should finish what they do and close.
    #[must_use]
    pub fn retirement(&self) -> watch::Receiver<()> {
        self.retire.subscribe()
    }

    /// Asks the connections open now to finish what they do and close.
    pub fn retire(&self) {
        self.retire.send_replace(());
    }

    /// Ends keep-alive for as long as the answer is held.
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
    fn keep_alive_ends_while_anyone_asks_for_it() {
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
