//! A map and a set on a sorted vector.
//!
//! Every type a `BTreeMap` is used with costs 3 to 6 KB of code in the download (measured: 74 KB for all of ours); a binary search in a
//! vector costs a few hundred bytes and is as quick at the sizes we have: contacts, open chats, requests. Inserting moves
//! what comes after, so this is not for a hundred thousand keys in random order. Iteration is in the order of the keys.

use std::borrow::Borrow;

/// A sorted map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord, V> Map<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.entries.binary_search_by(|(other, _)| other.borrow().cmp(key))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// The value of a key, to change.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        self.entries.get_mut(at).map(|(_, value)| value)
    }

    /// True if the key is there.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Sets the value of a key; returns the old one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => self.entries.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    /// The value of a key, made first if it is not there.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, (key, make()));
                at
            }
        };
        &mut self.entries[at].1
    }

    /// Takes a key out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        Some(self.entries.remove(at).1)
    }

    /// The entries below a key.
    pub fn below<Q: Ord + ?Sized>(&self, key: &Q) -> &[(K, V)]
    where
        K: Borrow<Q>,
    {
        let (Ok(at) | Err(at)) = self.find(key);
        self.entries.get(..at).unwrap_or_default()
    }

    /// Takes out all entries below a key.
    pub fn take_below<Q: Ord + ?Sized>(&mut self, key: &Q) -> Vec<(K, V)>
    where
        K: Borrow<Q>,
    {
        let (Ok(at) | Err(at)) = self.find(key);
        let rest = self.entries.split_off(at);
        std::mem::replace(&mut self.entries, rest)
    }
}

impl<K, V> Map<K, V> {
    /// All entries.
    pub fn entries(&self) -> &[(K, V)] {
        &self.entries
    }

    /// All keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// All values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Keeps the entries this is true of; returns the others.
    pub fn extract(&mut self, is: impl Fn(&V) -> bool) -> Vec<(K, V)> {
        let (out, rest) = std::mem::take(&mut self.entries).into_iter().partition(|(_, value)| is(value));
        self.entries = rest;
        out
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// All entries, taken out.
    pub fn into_entries(self) -> Vec<(K, V)> {
        self.entries
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        // What comes in order, as from a store, is only appended; a sort would cost half a kilobyte for each type.
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// A sorted set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<K>(Map<K, ()>);

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<K: Ord> Set<K> {
    /// Adds a key; true if it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }

    /// Takes a key out; true if it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).is_some()
    }

    /// True if the key is there.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// All keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.keys()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All keys, taken out.
    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> {
        self.0.into_entries().into_iter().map(|(key, ())| key)
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key, ())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn behaves_like_the_tree() {
        // A small generator of its own: xorshift, so that the sequence is the same everywhere.
        let mut seed = 0x9e37_79b9_u32;
        let mut draw = || {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed
        };
        let (mut map, mut tree) = (Map::default(), BTreeMap::new());
        for _ in 0..5_000 {
            let (key, value) = (draw() % 64, draw());
            match draw() % 3 {
                0 => assert_eq!(map.insert(key, value), tree.insert(key, value)),
                1 => assert_eq!(map.remove(&key), tree.remove(&key)),
                _ => assert_eq!(map.get(&key), tree.get(&key)),
            }
            assert!(map.keys().eq(tree.keys()) && map.len() == tree.len());
        }
        let below: Vec<_> = tree.range(..32).map(|(key, value)| (*key, *value)).collect();
        assert_eq!(map.below(&32), below);
        assert_eq!(map.take_below(&32), below);
    }

    #[test]
    fn of_equal_keys_the_last_counts() {
        let map: Map<u8, char> = [(2, 'a'), (1, 'b'), (2, 'c')].into_iter().collect();
        assert_eq!(map.entries(), [(1, 'b'), (2, 'c')]);
    }
}
