//! Ordered collections that need little WASM: a sorted list as a set, and a heap sort.

use std::borrow::Borrow;
use std::collections::BinaryHeap;

use litemap::LiteMap;

use crate::TaskId;
use crate::time::Timestamp;

/// Sorts items by when their tasks were started, then by id. It uses a heap, since each type
/// that the standard library's `sort` is used with costs 4 kB of WASM.
pub fn by_start<T>(things: Vec<T>, start: impl Fn(&T) -> (Timestamp, TaskId)) -> Vec<T> {
    let starts = things.iter().map(start);
    let order: BinaryHeap<_> = starts.enumerate().map(|(at, start)| (start, at)).collect();
    let mut things: Vec<_> = things.into_iter().map(Some).collect();
    let order = order.into_sorted_vec().into_iter();
    order
        .filter_map(|(_, at)| things.get_mut(at)?.take())
        .collect()
}

/// A set in place of a B-tree, which costs some 5 kB of WASM per type. An insertion moves the
/// members behind it: a copy of a few kilobytes in a set of a thousand.
#[derive(Clone, Debug, PartialEq)]
pub struct SortedSet<T>(LiteMap<T, ()>);

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> SortedSet<T> {
    /// An empty set.
    pub const fn new() -> Self {
        Self(LiteMap::new_vec())
    }

    /// Whether it has no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes all members.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The lowest member.
    pub fn first(&self) -> Option<&T> {
        self.0.first().map(|(member, ())| member)
    }

    /// The members in ascending order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.keys()
    }
}

impl<T: Ord> SortedSet<T> {
    /// Keeps the members for which `stays` is true.
    pub fn retain(&mut self, mut stays: impl FnMut(&T) -> bool) {
        self.0.retain(|member, ()| stays(member));
    }

    /// Removes and returns the first members for which `is_taken` is true.
    pub fn take_first_while(&mut self, is_taken: impl Fn(&T) -> bool) -> Vec<T> {
        let mut taken = std::mem::take(self).0.into_tuple_vec();
        let rest = taken.split_off(taken.partition_point(|(member, ())| is_taken(member)));
        self.0 = LiteMap::from_sorted_store_unchecked(rest);
        taken.into_iter().map(|(member, ())| member).collect()
    }

    /// Adds a member. Returns whether it is new.
    pub fn insert(&mut self, member: T) -> bool {
        self.0.insert(member, ()).is_none()
    }

    /// Removes a member. Returns whether it was one.
    pub fn remove<Q: Ord + ?Sized>(&mut self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.remove(member).is_some()
    }

    /// Whether it is a member.
    pub fn contains<Q: Ord + ?Sized>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(member)
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        // One by one: most come in order, and a sort per type would cost 5 kB of WASM.
        let mut set = Self::new();
        for member in members {
            set.insert(member);
        }
        set
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0
            .into_tuple_vec()
            .into_iter()
            .map(|(member, ())| member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_by_start_then_by_id() {
        let things = vec![(2, "a"), (1, "c"), (1, "b"), (0, "d")];
        let ordered = by_start(things, |(start, name)| {
            (Timestamp::from_millis(*start), (*name).into())
        });
        assert_eq!(ordered, [(0, "d"), (1, "b"), (1, "c"), (2, "a")]);
    }

    #[test]
    fn members_are_unique_and_sorted() {
        let mut set: SortedSet<u32> = [3, 1, 2, 3].into_iter().collect();
        assert!(set.insert(0) && !set.insert(0));
        assert_eq!(set.iter().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert!(set.remove(&2) && !set.remove(&2) && !set.contains(&2));
        assert_eq!(set.first(), Some(&0));
        set.retain(|member| *member > 0);
        assert_eq!(set.into_iter().collect::<Vec<_>>(), [1, 3]);
    }
}
