//! The tab's title: how many tasks go on, while nobody looks at the page.

use std::cell::RefCell;
use std::collections::BTreeMap;

use yew::prelude::*;

use crate::hooks::{use_page_visible, use_unfinished_tasks};

/// Puts the number of unfinished tasks in front of the page's title while the
/// page is hidden: `(3) My app`; nothing unless it is enabled.
#[hook]
pub(super) fn use_tab_title(enabled: bool) {
    let unfinished = use_unfinished_tasks();
    let visible = use_page_visible();
    let share = use_memo((), |()| Share::new());
    let told = if enabled && !visible { unfinished } else { 0 };
    use_effect_with(told, move |told| share.set(*told));
}

thread_local! {
    /// One for the page, as its title is: two providers that each put their
    /// number in front would not find it again behind the other's.
    static NUMBERS: RefCell<Numbers> = RefCell::default();
}

/// One provider's number in the title, taken out again when it is dropped.
struct Share(u32);

impl Share {
    fn new() -> Self {
        Self(NUMBERS.with_borrow_mut(Numbers::join))
    }

    fn set(&self, tasks: usize) {
        change_title(|numbers| numbers.set(self.0, tasks));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        change_title(|numbers| numbers.set(self.0, 0));
    }
}

fn change_title(change: impl FnOnce(&mut Numbers)) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let title = document.title();
    let changed = NUMBERS.with_borrow_mut(|numbers| {
        change(numbers);
        numbers.retitle(&title)
    });
    if changed != title {
        document.set_title(&changed);
    }
}

/// The tasks of each provider, and what the title shows of them.
#[derive(Debug, Default)]
struct Numbers {
    last: u32,
    tasks: BTreeMap<u32, usize>,
    shown: usize,
}

impl Numbers {
    fn join(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    fn set(&mut self, provider: u32, tasks: usize) {
        if tasks == 0 {
            self.tasks.remove(&provider);
        } else {
            self.tasks.insert(provider, tasks);
        }
    }

    /// The title with the sum in front, in place of the one shown before. What
    /// the app has made of its title meanwhile stays.
    fn retitle(&mut self, title: &str) -> String {
        let own = match self.shown {
            0 => title,
            shown => title
                .strip_prefix(&format!("({shown})"))
                .map_or(title, str::trim_start),
        };
        self.shown = self.tasks.values().sum();
        match self.shown {
            0 => own.to_owned(),
            // The browser drops the space where the app has no title.
            shown => format!("({shown}) {own}"),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_put_in_front_kept_up_to_date_and_taken_away() {
        let mut numbers = Numbers::default();
        let provider = numbers.join();
        let mut title = "My app".to_owned();
        for (tasks, expected) in [
            (0, "My app"),
            (3, "(3) My app"),
            (3, "(3) My app"),
            (12, "(12) My app"),
            (1, "(1) My app"),
            (0, "My app"),
            (0, "My app"),
        ] {
            numbers.set(provider, tasks);
            title = numbers.retitle(&title);
            assert_eq!(title, expected);
        }
    }

    #[test]
    fn what_the_app_makes_of_its_title_meanwhile_stays() {
        for (meanwhile, expected) in [
            ("Inbox", "Inbox"),
            ("(2) My app, edited", "My app, edited"),
            // Not ours: the app's own number.
            ("(7) Inbox", "(7) Inbox"),
            ("(2)", ""),
            ("", ""),
        ] {
            let mut numbers = Numbers::default();
            let provider = numbers.join();
            numbers.set(provider, 2);
            assert_eq!(numbers.retitle("My app"), "(2) My app");
            numbers.set(provider, 0);
            assert_eq!(numbers.retitle(meanwhile), expected);
        }
    }

    #[test]
    fn a_number_of_the_apps_own_is_never_taken_away() {
        let mut numbers = Numbers::default();
        let provider = numbers.join();
        assert_eq!(numbers.retitle("(2) Inbox"), "(2) Inbox");
        numbers.set(provider, 2);
        assert_eq!(numbers.retitle("(2) Inbox"), "(2) (2) Inbox");
        numbers.set(provider, 0);
        assert_eq!(numbers.retitle("(2) (2) Inbox"), "(2) Inbox");
    }

    #[test]
    fn two_providers_are_one_number() {
        let mut numbers = Numbers::default();
        let (one, other) = (numbers.join(), numbers.join());
        numbers.set(one, 2);
        let title = numbers.retitle("My app");
        numbers.set(other, 3);
        let title = numbers.retitle(&title);
        assert_eq!(title, "(5) My app");
        numbers.set(one, 0);
        let title = numbers.retitle(&title);
        assert_eq!(title, "(3) My app");
        numbers.set(other, 0);
        assert_eq!(numbers.retitle(&title), "My app");
    }
}
