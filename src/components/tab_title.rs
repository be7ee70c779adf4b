//! The number of unfinished tasks in the title of a hidden page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use litemap::LiteMap;
use yewdux::{Context, Dispatch};

use crate::page_visibility;
use crate::store::Tasks;

/// Prefixes the page's title with the number of unfinished tasks while the page is hidden:
/// `(3) My app`. The prefix is removed when this is dropped.
pub(super) struct TabTitle {
    _tasks: Dispatch<Tasks>,
    _visibility: Option<EventListener>,
}

impl TabTitle {
    pub(super) fn new(context: &Context) -> Self {
        let tasks = Dispatch::<Tasks>::new(context);
        let count = ProviderCount::new();
        let update = Rc::new(move |tasks: &Tasks| {
            let is_visible = page_visibility::is_visible();
            count.set(if is_visible { 0 } else { tasks.unfinished() });
        });
        update(&tasks.get());
        let visibility = page_visibility::listen({
            let (tasks, update) = (tasks.clone(), Rc::clone(&update));
            move || update(&tasks.get())
        });
        Self {
            _tasks: tasks.subscribe_silent(move |tasks: Rc<Tasks>| update(&tasks)),
            _visibility: visibility,
        }
    }
}

thread_local! {
    /// Shared by all providers of the page, because the page has one title: a provider could
    /// not find its own prefix again behind the prefix of another.
    static COUNTS: RefCell<Counts> = RefCell::default();
}

/// One provider's share of the number in the title, removed when it is dropped.
struct ProviderCount {
    provider: u32,
    tasks: Cell<usize>,
}

impl ProviderCount {
    fn new() -> Self {
        Self {
            provider: COUNTS.with_borrow_mut(Counts::register),
            tasks: Cell::default(),
        }
    }

    fn set(&self, tasks: usize) {
        if self.tasks.replace(tasks) != tasks {
            change_title(self.provider, tasks);
        }
    }
}

impl Drop for ProviderCount {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// Changes the share of a provider.
fn change_title(provider: u32, tasks: usize) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let title = document.title();
    let changed = COUNTS.with_borrow_mut(|counts| {
        counts.set(provider, tasks);
        counts.update_prefix(&title)
    });
    if changed != title {
        document.set_title(&changed);
    }
}

/// The number of unfinished tasks of each provider, and the sum that the title shows.
#[derive(Debug, Default)]
struct Counts {
    last_provider: u32,
    tasks: LiteMap<u32, usize>,
    shown: usize,
}

impl Counts {
    fn register(&mut self) -> u32 {
        self.last_provider += 1;
        self.last_provider
    }

    fn set(&mut self, provider: u32, tasks: usize) {
        if tasks == 0 {
            self.tasks.remove(&provider);
        } else {
            self.tasks.insert(provider, tasks);
        }
    }

    /// Replaces the prefix of `title` with the current sum. Changes that the app has made to
    /// its title are kept.
    fn update_prefix(&mut self, title: &str) -> String {
        let own = match self.shown {
            0 => title,
            shown => title
                .strip_prefix(&format!("({shown})"))
                .map_or(title, str::trim_start),
        };
        self.shown = self.tasks.values().sum();
        match self.shown {
            0 => own.to_owned(),
            // The browser trims the space if the app has no title.
            shown => format!("({shown}) {own}"),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn prefix_is_added_updated_and_removed() {
        let mut counts = Counts::default();
        let provider = counts.register();
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
            counts.set(provider, tasks);
            title = counts.update_prefix(&title);
            assert_eq!(title, expected);
        }
    }

    #[test]
    fn title_changed_by_the_app_is_kept() {
        for (changed, expected) in [
            ("Inbox", "Inbox"),
            ("(2) My app, edited", "My app, edited"),
            // A number of the app's own.
            ("(7) Inbox", "(7) Inbox"),
            ("(2)", ""),
            ("", ""),
        ] {
            let mut counts = Counts::default();
            let provider = counts.register();
            counts.set(provider, 2);
            assert_eq!(counts.update_prefix("My app"), "(2) My app");
            counts.set(provider, 0);
            assert_eq!(counts.update_prefix(changed), expected);
        }
    }

    #[test]
    fn number_of_the_apps_own_is_kept() {
        let mut counts = Counts::default();
        let provider = counts.register();
        assert_eq!(counts.update_prefix("(2) Inbox"), "(2) Inbox");
        counts.set(provider, 2);
        assert_eq!(counts.update_prefix("(2) Inbox"), "(2) (2) Inbox");
        counts.set(provider, 0);
        assert_eq!(counts.update_prefix("(2) (2) Inbox"), "(2) Inbox");
    }

    #[test]
    fn counts_of_two_providers_are_added() {
        let mut counts = Counts::default();
        let (first, second) = (counts.register(), counts.register());
        counts.set(first, 2);
        let title = counts.update_prefix("My app");
        counts.set(second, 3);
        let title = counts.update_prefix(&title);
        assert_eq!(title, "(5) My app");
        counts.set(first, 0);
        let title = counts.update_prefix(&title);
        assert_eq!(title, "(3) My app");
        counts.set(second, 0);
        assert_eq!(counts.update_prefix(&title), "My app");
    }
}
