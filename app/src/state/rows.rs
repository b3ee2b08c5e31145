//! A list on the screen: which rows there are, and one live value per row for what it shows.
//!
//! This is the only place where lists are compared: whoever keeps a list says all of it, and a row tells only if it shows something
//! else now. A key keeps its value for as long as the list lives, also while the row is away: the view keeps the element of a key that
//! comes back before it has looked, and with it the value ([`Rows::forget_away`]).

use crate::live::Live;
use crate::ui::el::Key;
use model::Map;
use std::cell::RefCell;

/// A list of rows.
pub(crate) struct Rows<T> {
    keys: Live<Vec<Key>>,
    known: RefCell<Map<Key, Live<T>>>,
    key_of: fn(&T) -> Key,
}

impl<T> Rows<T> {
    /// An empty list.
    pub(super) fn new(key_of: fn(&T) -> Key) -> Self {
        Self { keys: Live::default(), known: RefCell::default(), key_of }
    }

    /// The keys, in order, tracked.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.keys.get()
    }

    /// The keys, in order, not tracked.
    pub(crate) fn keys_now(&self) -> Vec<Key> {
        self.keys.now()
    }

    /// What the row with this key shows.
    pub(crate) fn row(&self, key: &Key) -> Option<Live<T>> {
        self.known.borrow().get(key).cloned()
    }

    /// True if there are no rows, tracked.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.with(Vec::is_empty)
    }

    /// Forgets all rows and what they show.
    pub(super) fn clear(&self) {
        self.keys.set(Vec::new());
        self.known.take();
    }
}

impl<T> Rows<T> {
    /// Forgets what rows that are away show. Only for when the view has looked: then their elements are gone, too.
    pub(crate) fn forget_away(&self) {
        let mut known = self.known.borrow_mut();
        self.keys.peek(|keys| {
            // A few are no burden.
            if known.len() > 2 * keys.len() + 100 {
                let stay =
                    keys.iter().filter_map(|key| Some((Key::clone(key), known.get(key)?.clone()))).collect();
                *known = stay;
            }
        });
    }
}

impl<T: PartialEq> Rows<T> {
    /// Shows these items and no others.
    pub(super) fn show(&self, items: Vec<T>) {
        let mut known = self.known.borrow_mut();
        let mut keys = Vec::with_capacity(items.len());
        for item in items {
            let key = (self.key_of)(&item);
            match known.get(&key) {
                Some(row) => row.set_if_new(item),
                None => drop(known.insert(Key::clone(&key), Live::new(item))),
            }
            keys.push(key);
        }
        self.keys.set_if_new(keys);
    }
}
