//! The open state of the indicators' lists. At most one list is open.

use yew::prelude::*;
use yewdux::Context;
use yewdux::prelude::*;

use crate::use_guard::use_guard;
use crate::use_selection::use_selection;

/// The numbers of the mounted indicators in the order of mounting, and the one whose list is
/// open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Store)]
struct TaskPanels {
    last: u32,
    mounted: Vec<u32>,
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    number: u32,
    /// Whether it was opened by another component, in which case it takes the focus.
    takes_focus: bool,
}

/// One indicator's list.
#[derive(Clone, PartialEq)]
pub(super) struct UseTaskPanelHandle {
    dispatch: Dispatch<TaskPanels>,
    number: u32,
    open: Option<Open>,
}

impl UseTaskPanelHandle {
    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether it was opened by another component, in which case it takes the focus.
    pub(super) fn takes_focus(&self) -> bool {
        self.open.is_some_and(|open| open.takes_focus)
    }

    pub(super) fn set_open(&self, open: bool) {
        let number = self.number;
        self.dispatch.reduce_mut(move |panels| {
            let is_open = panels.open.is_some_and(|open| open.number == number);
            if open {
                panels.open = Some(Open {
                    number,
                    takes_focus: false,
                });
            } else if is_open {
                panels.open = None;
            }
        });
    }
}

/// The list of the indicator that calls this hook.
#[hook]
pub(super) fn use_task_panel(context: &Context) -> UseTaskPanelHandle {
    let dispatch = Dispatch::<TaskPanels>::new(context);
    let number = *use_ref(|| {
        dispatch.reduce_mut(|panels| {
            panels.last += 1;
            panels.last
        })
    });
    let open = use_selection(context, move |panels: &TaskPanels| {
        panels.open.filter(|open| open.number == number)
    });
    use_guard((), {
        let dispatch = dispatch.clone();
        move |()| {
            dispatch.reduce_mut(|panels| panels.mounted.push(number));
            Mounted { dispatch, number }
        }
    });
    UseTaskPanelHandle {
        dispatch,
        number,
        open: *open,
    }
}

/// An indicator that is mounted until this is dropped.
struct Mounted {
    dispatch: Dispatch<TaskPanels>,
    number: u32,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.dispatch.reduce_mut(|panels| {
            panels.mounted.retain(|mounted| *mounted != self.number);
            panels.open = panels.open.filter(|open| open.number != self.number);
        });
    }
}

/// Opens the list of the most recently mounted indicator; `None` if there is none.
#[hook]
pub(super) fn use_open_task_panel(context: &Context) -> Option<Callback<()>> {
    let dispatch = Dispatch::<TaskPanels>::new(context);
    let number = *use_selection(context, |panels: &TaskPanels| {
        panels.mounted.last().copied()
    });
    let opened = Some(Open {
        number: number?,
        takes_focus: true,
    });
    let open = move |()| dispatch.reduce_mut(|panels| panels.open = opened);
    Some(open.into())
}
