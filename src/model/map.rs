//! A map that keeps the order in which it was written.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{Hash, Hasher};

use indexmap::IndexMap;
use indexmap::map::MutableKeys;
use serde::ser::{Serialize, Serializer};

use crate::base::hash::Seeded;

/// A map from ids (or names) to values, in the order in which they were given.
///
/// Two maps are equal when they hold the same entries in the same order: the order of a configuration is kept through
/// JSON and back.
///
/// # Examples
///
/// ```
/// use handover::{AgentId, Map};
///
/// let mut skills: Map<AgentId, u32> = [("zoe", 1), ("asha", 2)].into_iter().collect();
/// assert_eq!(skills.get("asha"), Some(&2));
/// assert_eq!(skills.keys().next().map(AgentId::as_str), Some("zoe"));
/// assert_eq!(skills.insert("zoe", 3), Some(1));
/// ```
#[derive(Clone)]
pub struct Map<K, V> {
    entries: IndexMap<K, V, Seeded>,
}

impl<K, V> Map<K, V> {
    /// Makes an empty map.
    pub fn new() -> Self {
        Self {
            entries: IndexMap::with_hasher(Seeded::default()),
        }
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the entries, in their order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self.entries.iter(),
        }
    }

    /// Returns the keys, in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &K> {
        self.entries.keys()
    }

    /// Returns the values, in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.entries.values()
    }

    // INVARIANT: the place was read off this map, which has not changed since: both are held by one plan.
    #[expect(
        clippy::indexing_slicing,
        reason = "a place in a configuration that a plan holds fast"
    )]
    pub(crate) fn nth(&self, place: u32) -> &V {
        &self.entries[place as usize]
    }

    /// Returns the values, to be changed, in the order of their keys.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut V> {
        self.entries.values_mut()
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// Returns the value under a key, which may be given as text.
    pub fn get<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key)
    }

    /// Returns the value under a key, to be changed.
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key)
    }

    /// Says whether there is a value under a key.
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.entries.contains_key(key)
    }

    // INVARIANT: the key stands in this map: it was read off it, or `Plan::new` has checked that it does.
    #[expect(
        clippy::indexing_slicing,
        reason = "a key of a configuration without problems"
    )]
    pub(crate) fn at(&self, key: &K) -> &V {
        &self.entries[key]
    }

    /// The place of a key that stands in this map.
    pub(crate) fn place_of(&self, key: &K) -> u32 {
        self.entries
            .get_index_of(key)
            .and_then(|place| u32::try_from(place).ok())
            .unwrap_or(u32::MAX)
    }

    /// Puts an equal key in the place of each, and gives back the room that is spare.
    pub(crate) fn compact<Put>(&mut self, put_equal: impl Fn(&mut K) -> Put) {
        for (key, _) in self.entries.iter_mut2() {
            put_equal(key);
        }
        self.entries.shrink_to_fit();
    }

    /// Puts a value under a key and returns the one that it replaces, whose place it takes.
    pub fn insert(&mut self, key: impl Into<K>, value: V) -> Option<V> {
        self.entries.insert(key.into(), value)
    }

    /// Takes the value under a key away; the others keep their order. The cost is linear in what stands behind it.
    pub fn remove<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.shift_remove(key)
    }
}

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

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: Hash, V: Hash> Hash for Map<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash(state));
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
        self.entries
            .extend(entries.into_iter().map(|(key, value)| (key.into(), value)));
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

/// The entries of a [`Map`], in their order.
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
