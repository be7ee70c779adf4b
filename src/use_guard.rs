//! A hook that keeps a guard, such as an event listener, while a component is mounted.

use std::any::Any;

use yew::prelude::*;

/// Calls `begin` after the render in which `deps` changed and keeps what it returns.
/// The guard is dropped when `deps` change again or the component unmounts.
///
/// `use_effect_with` can do the same, but is instantiated for each closure, which costs
/// 1 kB of WASM per use. This hook is instantiated once per type of `deps`.
#[hook]
pub(crate) fn use_guard<T: PartialEq + 'static, G: 'static>(
    deps: T,
    begin: impl FnOnce(&T) -> G + 'static,
) {
    use_any_guard(deps, Box::new(move |deps| Box::new(begin(deps))));
}

type Begin<T> = Box<dyn FnOnce(&T) -> Box<dyn Any>>;

#[hook]
fn use_any_guard<T: PartialEq + 'static>(deps: T, begin: Begin<T>) {
    use_effect_with(deps, move |deps| {
        let guard = begin(deps);
        move || drop(guard)
    });
}
