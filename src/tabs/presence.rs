//! Which tabs are there and which of them leads, by signs of life alone: for
//! browsers without Web Locks. Pure.

use std::time::Duration;

use litemap::LiteMap;

use super::note::TabId;
use crate::time::Timestamp;

/// Between two signs of life.
pub(super) const BEAT: Duration = Duration::from_secs(2);

/// A tab that gives none for so long is gone. With [`BEAT`] a new leader is
/// there within 8 s; CONTRACT §7 allows 10.
pub(super) const SILENCE: Duration = Duration::from_secs(6);

/// A sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) visible: bool,
    /// When the tab was opened.
    pub(super) since: Timestamp,
    pub(super) heard: Timestamp,
}

/// The other tabs by their last signs of life.
#[derive(Debug, Default)]
pub(super) struct Presence(LiteMap<TabId, Sign>);

impl Presence {
    pub(super) fn heard(&mut self, tab: TabId, sign: Sign) {
        self.0.insert(tab, sign);
    }

    /// As if it was heard, unless it really was.
    pub(super) fn expect(&mut self, tab: &TabId, sign: Sign) {
        self.0.entry(tab.clone()).or_insert(sign);
    }

    pub(super) fn left(&mut self, tab: &TabId) {
        self.0.remove(tab);
    }

    /// Takes out those that are gone.
    pub(super) fn take_silent(&mut self, now: Timestamp) -> Vec<TabId> {
        let is_silent = |sign: &Sign| now.since(sign.heard) >= SILENCE;
        let silent = self.0.iter().filter(|(_, sign)| is_silent(sign));
        let silent: Vec<_> = silent.map(|(tab, _)| tab.clone()).collect();
        self.0.retain(|_, sign| !is_silent(sign));
        silent
    }

    /// Whether a tab that gives this sign leads: the visible before the hidden,
    /// then the oldest. Every tab comes to the same answer by itself.
    pub(super) fn leads(&self, own: &TabId, sign: Sign) -> bool {
        let rank = |tab: &TabId, sign: Sign| (!sign.visible, sign.since, tab.clone());
        let mine = rank(own, sign);
        self.0.iter().all(|(tab, sign)| mine < rank(tab, *sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tab(name: &str) -> TabId {
        TabId(name.to_owned())
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn sign(visible: bool, since: u64, heard: u64) -> Sign {
        Sign {
            visible,
            since: at(since),
            heard: at(heard),
        }
    }

    #[test]
    fn alone_a_tab_leads() {
        assert!(Presence::default().leads(&tab("a"), sign(false, 5, 5)));
    }

    #[test]
    fn the_oldest_visible_tab_leads_and_all_agree() {
        let signs = [
            ("a", sign(false, 1, 10)),
            ("b", sign(true, 3, 10)),
            ("c", sign(true, 2, 10)),
            ("d", sign(true, 2, 10)),
        ];
        let leaders: Vec<_> = signs
            .iter()
            .filter(|(own, sign)| {
                let mut presence = Presence::default();
                for (other, sign) in signs.iter().filter(|(other, _)| other != own) {
                    presence.heard(tab(other), *sign);
                }
                presence.leads(&tab(own), *sign)
            })
            .map(|(own, _)| *own)
            .collect();
        assert_eq!(leaders, ["c"]);
    }

    #[test]
    fn who_is_silent_is_gone_and_who_says_goodbye_at_once() {
        let mut presence = Presence::default();
        presence.heard(tab("a"), sign(true, 1, 10));
        presence.heard(tab("b"), sign(true, 2, 10));
        let own = sign(true, 3, 10);
        assert!(!presence.leads(&tab("c"), own));
        presence.left(&tab("b"));
        assert_eq!(presence.take_silent(at(15)), []);
        assert_eq!(presence.take_silent(at(16)), [tab("a")]);
        assert!(presence.leads(&tab("c"), own));
        assert!(SILENCE + BEAT < Duration::from_secs(10));
    }
}
