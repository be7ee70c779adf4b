//! A hook that selects from any Yewdux store.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::{Dispatch, Store};

/// Returns what `select` computes from the store of `dispatch`, and re-renders the
/// component when that changes.
///
/// yewdux's `use_selector_with_deps` selects only when its `deps` change and returns the
/// result one render late. This hook selects in each render. It is instantiated per store
/// and not per use, which saves 2 kB of WASM for each use.
#[hook]
pub(crate) fn use_selection<S: Store, R: PartialEq + 'static>(
    dispatch: Dispatch<S>,
    select: impl Fn(&S) -> R + 'static,
) -> Rc<R> {
    let selected = Rc::new(select(&dispatch.get()));
    let has_changed = use_store_updates(dispatch);
    let shown = Rc::clone(&selected);
    let previous = has_changed.replace(Box::new(move |store| select(store) != *shown));
    // Outside of the borrow: what `select` owned is the app's.
    drop(previous);
    selected
}

/// Tells whether a new state of the store requires a render.
type HasChanged<S> = Rc<RefCell<Box<dyn Fn(&S) -> bool>>>;

/// Re-renders the component on each store update for which the current predicate
/// returns true.
#[hook]
fn use_store_updates<S: Store>(dispatch: Dispatch<S>) -> HasChanged<S> {
    let renders = use_force_update();
    let has_changed = use_mut_ref(|| -> Box<dyn Fn(&S) -> bool> { Box::new(|_| false) });
    let subscription = use_mut_ref(|| None);
    // In each render, since the store may be another one: dispatches cannot be compared.
    let new = dispatch.subscribe_silent({
        let has_changed = Rc::clone(&has_changed);
        move |store: Rc<S>| {
            if has_changed.borrow()(&store) {
                renders.force_update();
            }
        }
    });
    drop(subscription.replace(Some(new)));
    has_changed
}
