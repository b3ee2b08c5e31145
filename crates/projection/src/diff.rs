//! Changes of a list as data.

/// One step from an old list to a new one. Indices count in the list as the steps before have left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListDiff<T> {
    /// Everything is new.
    Reset(Vec<T>),
    /// An item came in.
    Insert {
        /// Its place.
        index: usize,
        /// The item.
        item: T,
    },
    /// An item has the same key and another content.
    Update {
        /// Its place.
        index: usize,
        /// What it is now.
        item: T,
    },
    /// An item went.
    Remove {
        /// Where it was.
        index: usize,
    },
}

impl<T> ListDiff<T> {
    /// Takes this step on a list. A step that does not fit (an index beyond the end) is ignored.
    pub fn apply(self, list: &mut Vec<T>) {
        match self {
            Self::Reset(items) => *list = items,
            Self::Insert { index, item } if index <= list.len() => list.insert(index, item),
            Self::Update { index, item } => {
                if let Some(slot) = list.get_mut(index) {
                    *slot = item;
                }
            }
            Self::Remove { index } if index < list.len() => {
                list.remove(index);
            }
            Self::Insert { .. } | Self::Remove { .. } => {}
        }
    }
}

/// An item that stays the same one while its content changes. Keys are unique within a list.
pub(crate) trait Keyed: Clone + PartialEq {
    /// What makes it the same one.
    type Key<'a>: Ord
    where
        Self: 'a;
    /// Its key.
    fn key(&self) -> Self::Key<'_>;
}

/// The steps from `old` to `new`. What both have at the ends costs only a comparison.
pub(crate) fn diff<T: Keyed>(old: &[T], new: &[T]) -> Vec<ListDiff<T>> {
    let same = |(a, b): &(&T, &T)| a.key() == b.key();
    let prefix = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (old.get(prefix..).unwrap_or_default(), new.get(prefix..).unwrap_or_default());
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let old_middle = old_rest.get(..old_rest.len() - suffix).unwrap_or_default();
    let new_middle = new_rest.get(..new_rest.len() - suffix).unwrap_or_default();

    let mut steps = Vec::new();
    let update = |index: usize, was: &T, now: &T, steps: &mut Vec<ListDiff<T>>| {
        if was != now {
            steps.push(ListDiff::Update { index, item: now.clone() });
        }
    };
    for (index, (was, now)) in old.iter().zip(new).take(prefix).enumerate() {
        update(index, was, now, &mut steps);
    }
    middle(prefix, old_middle, new_middle, &mut steps);
    let start = prefix + new_middle.len();
    let tail = old_rest.iter().skip(old_middle.len()).zip(new_rest.iter().skip(new_middle.len()));
    for (offset, (was, now)) in tail.enumerate() {
        update(start + offset, was, now, &mut steps);
    }
    steps
}

/// Removes what went, then walks the new items; what is not where it must be is put there.
fn middle<T: Keyed>(start: usize, old: &[T], new: &[T], steps: &mut Vec<ListDiff<T>>) {
    let mut wanted: Vec<_> = new.iter().map(Keyed::key).collect();
    wanted.sort_unstable();
    let mut left: Vec<&T> = Vec::with_capacity(old.len());
    for item in old {
        if wanted.binary_search(&item.key()).is_ok() {
            left.push(item);
        } else {
            steps.push(ListDiff::Remove { index: start + left.len() });
        }
    }
    for (index, item) in (start..).zip(new) {
        match left.iter().position(|known| known.key() == item.key()) {
            Some(0) => {
                if *left.remove(0) != *item {
                    steps.push(ListDiff::Update { index, item: item.clone() });
                }
            }
            found => {
                if let Some(offset) = found {
                    left.remove(offset);
                    steps.push(ListDiff::Remove { index: index + offset });
                }
                steps.push(ListDiff::Insert { index, item: item.clone() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    impl Keyed for (u8, u8) {
        type Key<'a> = u8;
        fn key(&self) -> u8 {
            self.0
        }
    }

    fn any_list() -> impl Strategy<Value = Vec<(u8, u8)>> {
        let pairs = proptest::collection::vec((0_u8..12, 0_u8..3), 0..12);
        pairs
            .prop_map(|pairs| pairs.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect::<Vec<_>>())
            .prop_shuffle()
    }

    #[test]
    fn little_changes_are_few_steps() {
        let old = [(1, 0), (2, 0), (4, 0)];
        assert_eq!(diff(&old, &old), []);
        assert_eq!(
            diff(&old, &[(1, 0), (2, 0), (3, 0), (4, 0)]),
            [ListDiff::Insert { index: 2, item: (3, 0) }]
        );
        assert_eq!(diff(&old, &[(1, 0), (4, 0)]), [ListDiff::Remove { index: 1 }]);
        assert_eq!(diff(&old, &[(1, 0), (2, 0), (4, 1)]), [ListDiff::Update { index: 2, item: (4, 1) }]);
        let moved = [ListDiff::Remove { index: 2 }, ListDiff::Insert { index: 0, item: (4, 0) }];
        assert_eq!(diff(&old, &[(4, 0), (1, 0), (2, 0)]), moved);
    }

    #[test]
    fn steps_that_do_not_fit_are_ignored() {
        let mut list = vec![(1, 0)];
        ListDiff::Insert { index: 2, item: (2, 0) }.apply(&mut list);
        ListDiff::Update { index: 1, item: (2, 0) }.apply(&mut list);
        ListDiff::Remove { index: 1 }.apply(&mut list);
        assert_eq!(list, [(1, 0)]);
        ListDiff::Reset(vec![]).apply(&mut list);
        assert!(list.is_empty());
    }

    proptest! {
        #[test]
        fn steps_lead_from_old_to_new(old in any_list(), new in any_list()) {
            let mut list = old.clone();
            for step in diff(&old, &new) {
                step.apply(&mut list);
            }
            prop_assert_eq!(list, new);
        }
    }
}
