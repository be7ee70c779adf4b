//! A hook that selects from any Yewdux store.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use yew::functional::UseForceUpdateHandle;
use yew::prelude::*;
use yewdux::Context;
use yewdux::prelude::{Dispatch, Store};

/// Returns what `select` computes from the store of a context, and re-renders the
/// component when that changes.
///
/// yewdux's `use_selector_with_deps` selects only when its `deps` change and returns the
/// result one render late. This hook selects in each render. Little of it is instantiated for
/// each use, which saves 2 kB of WASM per use.
#[hook]
pub(crate) fn use_selection<S: Store, R: PartialEq + 'static>(
    context: &Context,
    select: impl Fn(&S) -> R + 'static,
) -> Rc<R> {
    let dispatch = Dispatch::new(context);
    let selected = Rc::new(select(&dispatch.get()));
    let (renders, kept) = use_subscription();
    let shown = Rc::clone(&selected);
    let has_changed = Rc::new(move |store: &S| select(store) != *shown);
    // In each render, since the store may be another one.
    let previous = kept.replace(Some(subscribe(dispatch, has_changed, renders)));
    drop(previous);
    selected
}

/// A subscription while the component is mounted.
type Kept = Rc<RefCell<Option<Box<dyn Any>>>>;

#[hook]
fn use_subscription() -> (UseForceUpdateHandle, Kept) {
    (use_force_update(), use_mut_ref(|| None))
}

/// Re-renders on each update of the store for which `has_changed` returns true.
fn subscribe<S: Store>(
    dispatch: Dispatch<S>,
    has_changed: Rc<dyn Fn(&S) -> bool>,
    renders: UseForceUpdateHandle,
) -> Box<dyn Any> {
    let weak = Rc::downgrade(&has_changed);
    let subscription = dispatch.subscribe_silent(move |store: Rc<S>| {
        if weak
            .upgrade()
            .is_some_and(|has_changed| has_changed(&store))
        {
            renders.force_update();
        }
    });
    // Dropped in this order: Yewdux drops the closure while it borrows its subscribers, and what
    // the predicate owns is the app's.
    Box::new((subscription, has_changed))
}
