//! The hook that follows a selection of any store.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::{Dispatch, Store};

/// What `select` makes of the store of `dispatch`. Re-renders when that changes.
/// The store is the same one as long as the component is there.
///
/// yewdux's own `use_selector_with_deps` selects once per change of its `deps` and
/// is one render late then; this selects with each render. It is made for each
/// store and not for each use, which costs 2 kB of WASM less per use.
#[hook]
pub(crate) fn use_selection<S: Store, R: PartialEq + 'static>(
    dispatch: Dispatch<S>,
    select: impl Fn(&S) -> R + 'static,
) -> Rc<R> {
    let selected = Rc::new(select(&dispatch.get()));
    let has_changed = use_renders(dispatch);
    let shown = Rc::clone(&selected);
    *has_changed.borrow_mut() = Box::new(move |store| select(store) != *shown);
    selected
}

/// Tells whether a store has something new for a component.
type HasChanged<S> = Rc<RefCell<Box<dyn Fn(&S) -> bool>>>;

/// Re-renders with each change of the store of which the last test put there says so.
#[hook]
fn use_renders<S: Store>(dispatch: Dispatch<S>) -> HasChanged<S> {
    let renders = use_force_update();
    let has_changed = use_mut_ref(|| -> Box<dyn Fn(&S) -> bool> { Box::new(|_| false) });
    use_memo((), {
        let has_changed = Rc::clone(&has_changed);
        move |()| {
            dispatch.subscribe_silent(move |store: Rc<S>| {
                if has_changed.borrow()(&store) {
                    renders.force_update();
                }
            })
        }
    });
    has_changed
}
