//! A list on the screen: which rows there are, and one signal per row for what it shows.
//!
//! A key keeps its signal for as long as the list lives, also while the row is away: a row that moves is a removal and an insertion,
//! and the view keeps the element, and with it the signal, of a key it has seen.

use leptos::prelude::*;
use model::Map;
use projection::ListDiff;

/// A row.
#[derive(Clone)]
pub(crate) struct Row<K: 'static, T: 'static> {
    /// What makes it the same row.
    pub(crate) key: K,
    /// What it shows.
    pub(crate) item: ArcRwSignal<T>,
}

/// Copy handle to a list of rows.
pub(crate) struct Rows<K: 'static, T: 'static> {
    list: RwSignal<Vec<Row<K, T>>>,
    known: StoredValue<Map<K, ArcRwSignal<T>>>,
    key_of: fn(&T) -> K,
}

impl<K, T> Clone for Rows<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, T> Copy for Rows<K, T> {}

impl<K, T> Rows<K, T>
where
    K: Clone + Ord + Send + Sync,
    T: Clone + PartialEq + Send + Sync,
{
    /// An empty list.
    pub(super) fn new(key_of: fn(&T) -> K) -> Self {
        Self { list: RwSignal::new(Vec::new()), known: StoredValue::new(Map::default()), key_of }
    }

    /// The rows, tracked.
    pub(crate) fn get(self) -> Vec<Row<K, T>> {
        self.list.get()
    }

    /// True if there are none, tracked.
    pub(crate) fn is_empty(self) -> bool {
        self.list.with(Vec::is_empty)
    }

    /// Makes these changes.
    pub(super) fn apply(self, steps: Vec<ListDiff<T>>) {
        let mut changed = false;
        let mut list = self.list.get_untracked();
        for step in steps {
            match step {
                ListDiff::Reset(items) => {
                    list = items.into_iter().map(|item| self.row(item)).collect();
                    changed = true;
                }
                ListDiff::Insert { index, item } if index <= list.len() => {
                    list.insert(index, self.row(item));
                    changed = true;
                }
                ListDiff::Update { index, item } => {
                    if let Some(row) = list.get(index) {
                        row.item.set(item);
                    }
                }
                ListDiff::Remove { index } if index < list.len() => {
                    list.remove(index);
                    changed = true;
                }
                ListDiff::Insert { .. } | ListDiff::Remove { .. } => {}
            }
        }
        if changed {
            self.list.set(list);
        }
    }

    /// Forgets all rows and their signals.
    pub(super) fn clear(self) {
        self.list.set(Vec::new());
        self.known.update_value(Map::clear);
    }

    fn row(self, item: T) -> Row<K, T> {
        let key = (self.key_of)(&item);
        let known = self.known.with_value(|known| known.get(&key).cloned());
        let signal = match known {
            Some(signal) => {
                if signal.with_untracked(|old| *old != item) {
                    signal.set(item);
                }
                signal
            }
            None => {
                let signal = ArcRwSignal::new(item);
                self.known.update_value(|known| drop(known.insert(key.clone(), signal.clone())));
                signal
            }
        };
        Row { key, item: signal }
    }
}
