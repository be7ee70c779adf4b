//! A hook that keeps a guard, such as an event listener, while a component is mounted.

use std::any::Any;
use std::rc::Rc;

use yew::prelude::*;

/// Calls `begin` after the render in which `deps` changed and keeps what it returns.
/// The guard is dropped when `deps` change again or the component unmounts. An effect that
/// ends nothing returns `()`.
///
/// `use_effect_with` can do the same, but is instantiated for each closure, which costs
/// 1 kB of WASM per use. This hook is instantiated once.
#[hook]
pub(crate) fn use_guard<T: PartialEq + 'static, G: 'static>(
    deps: T,
    begin: impl FnOnce(&T) -> G + 'static,
) {
    let deps = Rc::new(deps);
    let begin = {
        let deps = Rc::clone(&deps);
        Box::new(move || -> Box<dyn Any> { Box::new(begin(&deps)) })
    };
    use_any_guard(AnyDeps(deps), begin);
}

#[hook]
fn use_any_guard(deps: AnyDeps, begin: Box<dyn FnOnce() -> Box<dyn Any>>) {
    use_effect_with(deps, |_| {
        let guard = begin();
        move || drop(guard)
    });
}

struct AnyDeps(Rc<dyn Deps>);

impl PartialEq for AnyDeps {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(other.0.as_any())
    }
}

/// A value that is compared with one whose type is not known.
trait Deps {
    fn equals(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: PartialEq + 'static> Deps for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
