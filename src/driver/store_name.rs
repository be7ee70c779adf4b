//! The name under which the tasks of an instance are stored and shared with other tabs.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::Url;

use super::warn;
use crate::settings::StoreName;

/// The prefix of all keys in the local storage, and of the names of channels and locks.
const PREFIX: &str = "background-tasks:";

/// The default name if the client has no base URL.
const UNNAMED: &str = "tasks";

thread_local! {
    static IN_USE: RefCell<Vec<Names>> = const { RefCell::new(Vec::new()) };
}

/// The names of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The prefix of the store's keys, and the name of its channel.
    pub(super) key: Rc<str>,
    /// The key under which version 1 stored all tasks of this store; `None` if another
    /// instance on this page reads it.
    pub(super) version_1: Option<Rc<str>>,
}

/// Names in use on this page until they are dropped.
pub(super) struct NamesInUse {
    names: Names,
    is_kept: bool,
}

impl NamesInUse {
    /// Names for an instance whose client has this base URL; `None` if it stores nothing.
    ///
    /// A name of the app's own may be in use several times; those instances share their tasks.
    /// Without one, the instance takes the first default name that is not in use.
    pub(super) fn new(name: &StoreName, base_url: Option<&str>) -> Option<Self> {
        let own = match name {
            StoreName::None => return None,
            StoreName::Named(name) if name.is_empty() => {
                warn("the name of the store is empty; the default name is used");
                None
            }
            StoreName::Named(name) => Some(&**name),
            StoreName::Default => None,
        };
        let default = base_url.map_or_else(|| UNNAMED.to_owned(), absolute);
        let names = IN_USE.with_borrow(|in_use| choose(own, &default, in_use));
        let mut in_use = Self {
            names,
            is_kept: false,
        };
        in_use.keep(true);
        Some(in_use)
    }

    pub(super) const fn names(&self) -> &Names {
        &self.names
    }

    /// Whether the names count as in use.
    pub(super) fn keep(&mut self, keep: bool) {
        if std::mem::replace(&mut self.is_kept, keep) == keep {
            return;
        }
        // Fails only while the page is destroyed.
        let _ = IN_USE.try_with(|in_use| {
            let mut in_use = in_use.borrow_mut();
            if keep {
                in_use.push(self.names.clone());
            } else if let Some(index) = in_use.iter().position(|names| *names == self.names) {
                in_use.swap_remove(index);
            }
        });
    }
}

impl Drop for NamesInUse {
    fn drop(&mut self) {
        self.keep(false);
    }
}

/// The names of a store called `name` by the app.
pub(super) fn named(name: &str) -> Names {
    Names {
        key: key(name),
        version_1: Some(format!("{PREFIX}{name}").into()),
    }
}

fn choose(own: Option<&str>, default: &str, in_use: &[Names]) -> Names {
    let reads_version_1 = |key: &Rc<str>| {
        let mut in_use = in_use.iter();
        in_use.any(|names| names.version_1.as_ref() == Some(key))
    };
    if let Some(own) = own {
        let mut names = named(own);
        names.version_1 = names.version_1.filter(|key| !reads_version_1(key));
        return names;
    }
    let is_free = |key: &Rc<str>| !in_use.iter().any(|names| names.key == *key);
    // Version 1 numbered the instances of a page, whatever their base URL.
    let version_1 = numbered(UNNAMED).map(|name| format!("{PREFIX}{name}").into());
    Names {
        key: first(numbered(default).map(|name| key(&name)), is_free),
        version_1: Some(first(version_1, |key| !reads_version_1(key))),
    }
}

/// `name`, `name-2`, `name-3` and so on.
fn numbered(name: &str) -> impl Iterator<Item = String> {
    let others = (2_u32..).map(move |number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(others)
}

/// The first key of an infinite sequence for which `test` is true.
fn first(mut keys: impl Iterator<Item = Rc<str>>, test: impl FnMut(&Rc<str>) -> bool) -> Rc<str> {
    keys.find(test).unwrap_or_else(|| PREFIX.into())
}

/// The key of a name. The characters that follow a store's key in the keys of its records
/// and of its mark are escaped, so that no key begins with that of another store.
fn key(name: &str) -> Rc<str> {
    let mut key = PREFIX.to_owned();
    for character in name.chars() {
        match character {
            '%' => key.push_str("%25"),
            '/' => key.push_str("%2F"),
            '!' => key.push_str("%21"),
            _ => key.push(character),
        }
    }
    key.into()
}

/// The absolute URL of an API, without query and fragment. It ends with a slash, so that the
/// second name of one API, `/api/-2`, is not the first of another, `/api-2/`.
fn absolute(base_url: &str) -> String {
    let page = web_sys::window().and_then(|window| window.document());
    let page = page.and_then(|document| document.base_uri().ok().flatten());
    // An empty base URL is the root of the origin, not the document.
    let url = format!("{base_url}/");
    let url = Url::new_with_base(&url, page.as_deref().unwrap_or_default());
    let href = url.map_or_else(|_| base_url.to_owned(), |url| url.href());
    let path = href.split(['?', '#']).next().unwrap_or_default();
    format!("{}/", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_use(names: &[(Option<&str>, &str)]) -> Vec<Names> {
        let mut in_use = Vec::new();
        for (own, default) in names {
            let names = choose(*own, default, &in_use);
            in_use.push(names);
        }
        in_use
    }

    fn keys(names: &[(Option<&str>, &str)]) -> Vec<String> {
        let in_use = in_use(names).into_iter();
        in_use.map(|names| names.key.to_string()).collect()
    }

    fn version_1(names: &[(Option<&str>, &str)]) -> Vec<Option<String>> {
        let in_use = in_use(names).into_iter();
        let keys = in_use.map(|names| names.version_1.map(|key| key.to_string()));
        keys.collect()
    }

    #[test]
    fn unnamed_instances_take_first_free_name() {
        let expected = [
            "background-tasks:a",
            "background-tasks:a-2",
            "background-tasks:b",
        ];
        assert_eq!(keys(&[(None, "a"), (None, "a"), (None, "b")]), expected);
        let mut in_use = in_use(&[(None, "a"), (None, "a"), (None, "a")]);
        in_use.remove(1);
        assert_eq!(&*choose(None, "a", &in_use).key, "background-tasks:a-2");
    }

    #[test]
    fn name_of_app_is_shared_but_not_taken_by_unnamed_instance() {
        let expected = [
            "background-tasks:a",
            "background-tasks:a",
            "background-tasks:a-2",
        ];
        assert_eq!(
            keys(&[(Some("a"), ""), (Some("a"), ""), (None, "a")]),
            expected
        );
    }

    #[test]
    fn tasks_of_version_1_go_to_first_unnamed_instance() {
        let key = |name: &str| Some(format!("background-tasks:{name}"));
        assert_eq!(
            version_1(&[(None, "a"), (None, "b"), (Some("c"), ""), (Some("c"), "")]),
            [key("tasks"), key("tasks-2"), key("c"), None]
        );
        assert_eq!(
            version_1(&[(None, "a"), (Some("tasks"), "")]),
            [key("tasks"), None]
        );
    }

    #[test]
    fn no_key_is_beginning_of_key_of_another_store() {
        for (name, other) in [("a", "a/b"), ("a", "a!"), ("a/", "a%2F"), ("a/b", "a/b/c")] {
            let (record, mark) = (format!("{}/", key(name)), format!("{}!", key(name)));
            let other = key(other);
            assert!(
                !other.starts_with(&record) && !other.starts_with(&mark),
                "{other}"
            );
            assert_ne!(other, key(name));
        }
    }
}
