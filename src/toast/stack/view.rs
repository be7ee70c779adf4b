//! The stacks as they are seen.

use std::rc::Rc;

use litemap::LiteMap;

use super::{Entry, Pause, Pile, Place, Stack, ToasterId};

/// One stack as it is seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackView {
    /// Where it is.
    pub place: Place,
    /// Whether it is spread out.
    pub expanded: bool,
    /// Its toasts, newest first; those that are not seen are left out, but for
    /// the one that would be next.
    pub items: Vec<ItemView>,
    /// How many toasts have no place.
    pub more: usize,
    /// Whether the keyboard's focus holds it.
    pub focused: bool,
}

/// One toast as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemView {
    /// The toast.
    pub entry: Rc<Entry>,
    /// How many of the seen ones are in front of it.
    pub index: usize,
    /// Whether it is seen.
    pub visible: bool,
}

impl Stack {
    /// The stacks of a toaster as they are seen: the one at its own place, and
    /// those that hold something.
    pub fn views(&self, toaster: &ToasterId) -> Vec<StackView> {
        let own = Place {
            toaster: toaster.clone(),
            position: self.settings(toaster).position,
        };
        let piles = self.piles.iter();
        let mut views: Vec<_> = piles
            .filter(|(place, _)| place.toaster == *toaster)
            .map(|(place, pile)| self.view(place, pile))
            .collect();
        if let Err(index) = views.binary_search_by(|view| view.place.cmp(&own)) {
            let empty = StackView {
                place: own,
                ..StackView::default()
            };
            views.insert(index, empty);
        }
        views
    }

    fn view(&self, place: &Place, pile: &Pile) -> StackView {
        let places = self.places(&place.toaster);
        // One more is rendered unseen, so that it can fade where it loses its place.
        let live = pile.seen(places + 1).enumerate();
        let mut orders = LiteMap::<_, _>::new();
        for (rank, order) in live {
            orders.insert(order, rank < places);
        }
        for order in pile.exiting.iter() {
            orders.insert(*order, true);
        }
        let mut in_front = 0;
        let mut items = Vec::with_capacity(orders.len());
        for (order, &visible) in orders.iter().rev() {
            if let Some(entry) = self.entries.get(order) {
                items.push(ItemView {
                    entry: Rc::clone(entry),
                    index: if visible { in_front } else { places },
                    visible,
                });
                in_front += usize::from(visible && !entry.is_exiting());
            }
        }
        let touched = [Pause::Hover, Pause::Focus];
        let touched = touched.iter().any(|reason| pile.pauses.contains(reason));
        StackView {
            place: place.clone(),
            expanded: (self.settings(&place.toaster).expand || touched) && in_front > 1,
            items,
            more: pile.ranks.len() - in_front,
            focused: pile.pauses.contains(&Pause::Focus),
        }
    }
}
