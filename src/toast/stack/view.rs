//! The visible part of each stack.

use std::rc::Rc;

use litemap::LiteMap;

use super::{Entry, PauseReason, Placement, Stacks, ToastStack, ToasterId};

/// The visible part of one stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackView {
    /// The toaster and position of the stack.
    pub placement: Placement,
    /// Whether it is expanded.
    pub expanded: bool,
    /// Its visible toasts and the next one to become visible, newest first.
    pub items: Vec<ItemView>,
    /// The number of toasts that are not visible.
    pub more: usize,
    /// Whether it contains the keyboard focus.
    pub focused: bool,
}

/// One toast of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemView {
    /// The toast.
    pub entry: Rc<Entry>,
    /// The number of visible toasts in front of it.
    pub index: usize,
    /// Whether it is visible.
    pub visible: bool,
}

impl Stacks {
    /// The stacks of a toaster: the one at its default position, and all that are not
    /// empty.
    pub fn views(&self, toaster: &ToasterId) -> Vec<StackView> {
        let default = Placement {
            toaster: toaster.clone(),
            position: self.settings(toaster).position,
        };
        let stacks = self.stacks.iter();
        let mut views: Vec<_> = stacks
            .filter(|(placement, _)| placement.toaster == *toaster)
            .map(|(placement, stack)| self.view(placement, stack))
            .collect();
        if let Err(index) = views.binary_search_by(|view| view.placement.cmp(&default)) {
            let empty = StackView {
                placement: default,
                ..StackView::default()
            };
            views.insert(index, empty);
        }
        views
    }

    fn view(&self, placement: &Placement, stack: &ToastStack) -> StackView {
        let max_visible = self.max_visible(&placement.toaster);
        // One more is rendered invisible, so that a toast fades when it loses its place.
        let live = stack.visible(max_visible + 1).enumerate();
        let mut orders = LiteMap::<_, _>::new();
        for (rank, order) in live {
            orders.insert(order, rank < max_visible);
        }
        for order in stack.exiting.iter() {
            orders.insert(*order, true);
        }
        let mut in_front = 0;
        let mut items = Vec::with_capacity(orders.len());
        for (order, &visible) in orders.iter().rev() {
            if let Some(entry) = self.entries.get(order) {
                items.push(ItemView {
                    entry: Rc::clone(entry),
                    index: if visible { in_front } else { max_visible },
                    visible,
                });
                in_front += usize::from(visible && !entry.is_exiting());
            }
        }
        let expanding = [PauseReason::Hover, PauseReason::Focus];
        let is_touched = expanding.iter().any(|reason| stack.pauses.contains(reason));
        StackView {
            placement: placement.clone(),
            expanded: (self.settings(&placement.toaster).expand || is_touched) && in_front > 1,
            items,
            more: stack.ranks.len() - in_front,
            focused: stack.pauses.contains(&PauseReason::Focus),
        }
    }
}
