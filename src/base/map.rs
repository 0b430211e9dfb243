//! A map in insertion order.
//!
//! [`Map`] wraps `indexmap::IndexMap`, so that the dependency is no part of the public API, and adds what a configuration
//! needs: equality and hashes in order, positions that stay, and a reader that refuses a repeated key.
//!
//! ```text
//! entries  0: zoe ─► 3 │ 1: asha ─► 2      in the order of insertion, which JSON keeps
//! index    hash of "asha" ─► 1             a lookup by key: one hash; by position: none
//! ```

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use indexmap::IndexMap;
use indexmap::map::MutableKeys;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::base::hash::Seeded;
use crate::base::strict::given_twice;
use crate::base::table::to_u32;

/// A map from ids (or names) to values, in insertion order.
///
/// Lookup and insertion take O(1). Two maps are equal if they hold the same entries in the same order: the order of a
/// configuration is kept through JSON and back. Reading fails if a key is given twice.
///
/// # Examples
///
/// ```
/// use handover::{Map, SkillId};
///
/// let mut levels: Map<SkillId, u32> = [("spanish", 1), ("french", 2)].into_iter().collect();
/// assert_eq!(levels.get("french"), Some(&2));
/// assert_eq!(levels.keys().next().map(SkillId::as_str), Some("spanish"));
/// assert_eq!(levels.insert("spanish", 3), Some(1));
/// ```
#[derive(Clone)]
pub struct Map<K, V> {
    entries: IndexMap<K, V, Seeded>,
}

impl<K, V> Map<K, V> {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self {
            entries: IndexMap::with_hasher(Seeded::default()),
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the map has no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Iterates over the entries, in the order in which their keys were inserted first.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self.entries.iter(),
        }
    }

    /// Iterates over the keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &K> {
        self.entries.keys()
    }

    /// Iterates over the values, in the order of the keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.entries.values()
    }

    /// Returns the value at a position of [`position_of`](Self::position_of), without a hash.
    // INVARIANT: a plan holds both the positions and the map, and changes neither.
    #[expect(clippy::indexing_slicing, reason = "the position is one of this map's")]
    pub(crate) fn at_position(&self, position: u32) -> &V {
        &self.entries[position as usize]
    }

    /// Iterates over the values as mutable references, in the order of the keys. The keys cannot be changed in place.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut V> {
        self.entries.values_mut()
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// Returns the value under a key. An id may be given as text.
    pub fn get<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key)
    }

    /// Returns the value under a key as a mutable reference.
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key)
    }

    /// Returns whether the map contains a key.
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.entries.contains_key(key)
    }

    /// Returns the value under a key of this map. Takes one hash; see [`at_position`](Self::at_position) for none.
    // INVARIANT: the key is in the map: it was read from it, or `Plan::new` has checked the reference.
    #[expect(clippy::indexing_slicing, reason = "the key is in the map")]
    pub(crate) fn at(&self, key: &K) -> &V {
        &self.entries[key]
    }

    /// Returns the position of a key of this map: the number of entries before it. Removing an entry changes it.
    // INVARIANT: the key is in the map, as for `at`, and a map has fewer than 2^32 entries.
    pub(crate) fn position_of(&self, key: &K) -> u32 {
        self.entries.get_index_of(key).map_or(u32::MAX, to_u32)
    }

    /// Replaces each key by an equal one whose text is shared, and frees unused capacity.
    pub(crate) fn compact<T>(&mut self, replace_by_equal: impl Fn(&mut K) -> T) {
        // INVARIANT: an equal key has the same hash, so that the map need not be built again.
        for (key, _) in self.entries.iter_mut2() {
            replace_by_equal(key);
        }
        self.entries.shrink_to_fit();
    }

    /// Inserts a value under a key and returns the value that it replaces, if any. A replaced entry keeps its position.
    pub fn insert(&mut self, key: impl Into<K>, value: V) -> Option<V> {
        self.entries.insert(key.into(), value)
    }

    /// Removes a key and returns its value, if any. The other entries keep their order.
    ///
    /// The cost is linear in the number of entries after the removed one.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::{Map, SkillId};
    ///
    /// let mut levels: Map<SkillId, u32> = [("spanish", 1), ("french", 2), ("welsh", 3)].into();
    /// assert_eq!(levels.remove("spanish"), Some(1));
    /// assert!(levels.keys().map(SkillId::as_str).eq(["french", "welsh"]));
    /// ```
    pub fn remove<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        // Not `swap_remove`, which would put the last entry here.
        self.entries.shift_remove(key)
    }
}

// By hand: a derived implementation would require that keys and values have a default.
impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

// By hand: an `IndexMap` ignores the order.
impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

// By hand: an `IndexMap` has no hash. The length comes first, so that nested maps cannot be mistaken for longer ones.
impl<K: Hash + Ord, V: Hash> Hash for Map<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        // In the order of the keys: a database that sorts the keys of JSON objects must not change the fingerprint of a
        // configuration.
        let mut entries: Vec<(&K, &V)> = self.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        for entry in entries {
            entry.hash(state);
        }
    }
}

impl<I: Into<K>, K: Hash + Eq, V> FromIterator<(I, V)> for Map<K, V> {
    fn from_iter<T: IntoIterator<Item = (I, V)>>(entries: T) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<I: Into<K>, K: Hash + Eq, V> Extend<(I, V)> for Map<K, V> {
    fn extend<T: IntoIterator<Item = (I, V)>>(&mut self, entries: T) {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        self.entries.extend(entries);
    }
}

impl<I: Into<K>, K: Hash + Eq, V, const N: usize> From<[(I, V); N]> for Map<K, V> {
    fn from(entries: [(I, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

// A type of its own, so that the iterator of `indexmap` is no part of the public API.
/// An iterator over the entries of a [`Map`], in order.
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    entries: indexmap::map::Iter<'a, K, V>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, K, V> Deserialize<'de> for Map<K, V>
where
    K: Deserialize<'de> + Hash + Eq + fmt::Display,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor::at_most(usize::MAX))
    }
}

/// A visitor that reads a map of limited size. The limit applies while reading, so that a longer map is never built.
pub(crate) struct MapVisitor<K, V> {
    /// The maximum number of entries.
    max: usize,
    entries: PhantomData<(K, V)>,
}

impl<K, V> MapVisitor<K, V> {
    /// Makes a visitor that fails at the entry after the first `max`.
    pub(crate) fn at_most(max: usize) -> Self {
        Self {
            max,
            entries: PhantomData,
        }
    }
}

// By hand: the usual reader of a map lets the last of two equal keys win.
impl<'de, K, V> Visitor<'de> for MapVisitor<K, V>
where
    K: Deserialize<'de> + Hash + Eq + fmt::Display,
    V: Deserialize<'de>,
{
    type Value = Map<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value under each key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<K, V>, A::Error> {
        // Not preallocated: the length comes from the document.
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<K>()? {
            if map.contains_key(&key) {
                return Err(given_twice(key));
            }
            if map.len() == self.max {
                let text = format_args!("too many entries, expected at most {}", self.max);
                return Err(A::Error::custom(text));
            }
            map.insert(key, entries.next_value()?);
        }
        Ok(map)
    }
}
