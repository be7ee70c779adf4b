//! The hook for what goes on while a component is there, such as a listener.

use std::any::Any;

use yew::prelude::*;

/// Keeps what `begin` makes of `deps` after the render, and drops it when `deps`
/// change or the component goes.
///
/// `use_effect_with` can do this too, but is made anew for each use, which costs
/// 1 kB of WASM; this is made once for a type of `deps`.
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
