//! The class heads of one queue, in order.
//!
//! Most queues have few classes, and a search reads their heads in a row. Strangers can make many, since sizes and skill levels are
//! free numbers. The list is therefore cut into chunks:
//!
//! ```text
//!   chunk            heads, by order key                 summary: sizes, skills that all heads require
//!   0                key 1: size 3 · key 4: size 9       3 to 9, none
//!   1                key 5: size 40 · key 6: size 52     40 to 52, none      skipped for an agent with 20 spare units
//! ```
//!
//! An insertion moves the heads of one chunk, and a search skips the chunks whose summary does not fit. A list of more than
//! one chunk also has an index of its classes by their requirements.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::base::table::Handle;
use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::waiting_order::{OrderKey, SortValues};
use crate::router::waiting::class_key::Requirements;

/// The most heads of a chunk. Few in unit tests, so that they have several chunks.
const CHUNK_MAX: usize = if cfg!(test) { 4 } else { 256 };

/// The head of a class: its first item, and what the class requires.
#[derive(Clone, Debug)]
pub(crate) struct ClassHead {
    /// The order key of the item.
    pub(crate) key: OrderKey,
    pub(crate) requirements: Requirements,
    pub(crate) item: ItemHandle,
    pub(crate) class: ClassHandle,
}

/// The class heads of a queue, in ascending order of their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeadList {
    /// INVARIANT: no chunk is empty, unless it is the only one.
    chunks: Vec<Chunk>,
    /// The classes by their requirements. Empty if there is at most one chunk.
    by_requirements: BTreeSet<(Requirements, ClassHandle, ItemHandle)>,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    heads: Vec<ClassHead>,
    /// PERF: out of date while there is only one chunk.
    summary: Summary,
}

/// Bounds of the requirements of some classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) min_size: u32,
    pub(crate) max_size: u32,
    /// The skills that all classes require.
    pub(crate) skills: u64,
}

impl Default for Summary {
    /// The summary of no classes.
    fn default() -> Self {
        Self {
            min_size: u32::MAX,
            max_size: 0,
            skills: u64::MAX,
        }
    }
}

impl Chunk {
    fn new(heads: Vec<ClassHead>) -> Self {
        let mut chunk = Self {
            heads,
            summary: Summary::default(),
        };
        chunk.summarize();
        chunk
    }

    /// Computes the summary again.
    fn summarize(&mut self) {
        self.summary = self.heads.iter().fold(Summary::default(), |sum, head| {
            let Requirements { size, skills, .. } = head.requirements;
            Summary {
                min_size: sum.min_size.min(size),
                max_size: sum.max_size.max(size),
                skills: sum.skills & skills,
            }
        });
    }

    /// Returns the number of heads before a key.
    fn position(&self, key: &OrderKey<&SortValues>) -> usize {
        self.heads
            .partition_point(|head| head.key.as_ref().cmp(key).is_lt())
    }
}

impl HeadList {
    /// Returns the heads, in order.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ClassHead> + Clone {
        self.chunks.iter().flat_map(|chunk| &chunk.heads)
    }

    /// Returns the number of classes. Takes O(c / 256) for c classes.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.heads.len()).sum()
    }

    /// Returns the chunks whose summary fits, in order.
    // PERF: chunks and not heads, so that a search is a loop over a slice.
    #[inline]
    pub(crate) fn chunks_if(
        &self,
        fits: impl Fn(&Summary) -> bool,
    ) -> impl Iterator<Item = &[ClassHead]> {
        let is_single = self.is_single();
        let chunks = self.chunks.iter();
        let chunks = chunks.filter(move |chunk| is_single || fits(&chunk.summary));
        chunks.map(|chunk| &*chunk.heads)
    }

    /// Finds the class with these requirements that matches. Takes O(c) for c classes in one chunk, else O(log c) per class with
    /// equal requirements.
    #[inline]
    pub(crate) fn find(
        &self,
        requirements: &Requirements,
        mut is_match: impl FnMut(ItemHandle, ClassHandle) -> bool,
    ) -> Option<(ItemHandle, ClassHandle)> {
        if self.is_single() {
            let mut heads = self.chunks.first()?.heads.iter();
            let is_found = |head: &&ClassHead| {
                head.requirements == *requirements && is_match(head.item, head.class)
            };
            return heads.find(is_found).map(|head| (head.item, head.class));
        }
        let (class, item) = (ClassHandle::from_index(0), ItemHandle::from_index(0));
        let entries = self.by_requirements.range((*requirements, class, item)..);
        let mut entries = entries.take_while(|(other, ..)| other == requirements);
        let found = entries.find(|(_, class, item)| is_match(*item, *class));
        found.map(|(_, class, item)| (*item, *class))
    }

    /// Inserts a class head. Takes O(log c) for c classes, and moves at most the heads of a chunk.
    pub(crate) fn insert(&mut self, head: ClassHead) {
        let (number, is_single) = (self.chunk_of(&head.key.as_ref()), self.is_single());
        if !is_single {
            self.by_requirements.insert(entry(&head));
        }
        let Some(chunk) = self.chunks.get_mut(number) else {
            self.chunks.push(Chunk::new([head].into()));
            return;
        };
        let position = chunk.position(&head.key.as_ref());
        // INVARIANT: no other head has this key. A class is listed once, and keys contain the arrival number.
        chunk.heads.insert(position, head);
        if chunk.heads.len() > CHUNK_MAX {
            let behind = chunk.heads.split_off(CHUNK_MAX / 2);
            chunk.summarize();
            self.chunks.insert(number + 1, Chunk::new(behind));
            if is_single {
                self.by_requirements = self.iter().map(entry).collect();
            }
        } else if !is_single {
            chunk.summarize();
        }
    }

    /// Removes the class head with an order key, if there is one. Takes as long as [`insert`](Self::insert).
    pub(crate) fn take(&mut self, key: &OrderKey<&SortValues>) -> Option<ClassHead> {
        let (number, is_single) = (self.chunk_of(key), self.is_single());
        let chunk = self.chunks.get_mut(number)?;
        let position = chunk.position(key);
        // The head at the position has the least key that is not below `key`, so it may have another key.
        let found = chunk.heads.get(position)?.key.as_ref() == *key;
        if !found {
            return None;
        }
        let head = chunk.heads.remove(position);
        if !is_single {
            self.by_requirements.remove(&entry(&head));
            chunk.summarize();
            if chunk.heads.is_empty() {
                self.chunks.remove(number);
            }
            if self.is_single() {
                self.by_requirements.clear();
            }
        }
        Some(head)
    }

    /// Moves the order keys by skipped time.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        for head in self.chunks.iter_mut().flat_map(|chunk| &mut chunk.heads) {
            head.key.skip_time(millis);
        }
    }

    /// Returns `true` if the order, the chunks, the summaries and the index agree with the heads. Takes O(c log c).
    pub(crate) fn is_consistent(&self) -> bool {
        let is_summary = |chunk: &Chunk| Chunk::new(chunk.heads.clone()).summary == chunk.summary;
        let is_indexed = if self.is_single() {
            self.by_requirements.is_empty()
        } else {
            self.by_requirements == self.iter().map(entry).collect()
                && self
                    .chunks
                    .iter()
                    .all(|chunk| !chunk.heads.is_empty() && is_summary(chunk))
        };
        is_indexed && self.iter().is_sorted_by(|head, next| head.key < next.key)
    }

    /// Returns `true` if there is at most one chunk, which has no summary and whose classes are not indexed.
    #[inline]
    fn is_single(&self) -> bool {
        self.chunks.len() <= 1
    }

    /// Returns the number of the chunk in which a key is, or belongs.
    #[inline]
    fn chunk_of(&self, key: &OrderKey<&SortValues>) -> usize {
        if self.is_single() {
            return 0;
        }
        let starts_before = |chunk: &Chunk| {
            let first = chunk.heads.first();
            first.is_some_and(|head| head.key.as_ref().cmp(key).is_le())
        };
        self.chunks.partition_point(starts_before).saturating_sub(1)
    }
}

/// Returns the entry of a head in the index of the classes.
fn entry(head: &ClassHead) -> (Requirements, ClassHandle, ItemHandle) {
    (head.requirements, head.class, head.item)
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{ClassHead, HeadList};
    use crate::base::table::Handle;
    use crate::router::handles::{ClassHandle, ItemHandle};
    use crate::router::store::waiting_order::OrderKey;
    use crate::router::waiting::class_key::Requirements;

    fn head(number: u8, size: u32) -> ClassHead {
        ClassHead {
            key: OrderKey::of_arrival(number.into()),
            requirements: Requirements {
                skills: u64::from(size % 4),
                size,
                pools_open: 1,
                rare_hash: 0,
            },
            item: ItemHandle::from_index(number.into()),
            class: ClassHandle::from_index(number.into()),
        }
    }

    proptest! {
        #[test]
        fn list_behaves_like_a_sorted_map(changes in vec((0..60_u8, 1..9_u32), 0..300), spare in 0..9_u32) {
            let mut list = HeadList::default();
            let mut model: BTreeMap<u8, u32> = BTreeMap::new();
            for (number, size) in changes {
                let key = OrderKey::of_arrival(number.into());
                let taken = list.take(&key.as_ref()).map(|head| head.requirements.size);
                prop_assert_eq!(taken, model.remove(&number));
                if taken.is_none() {
                    list.insert(head(number, size));
                    model.insert(number, size);
                }
                prop_assert!(list.is_consistent());
                let listed = |head: &ClassHead| (head.item.index(), head.requirements.size);
                prop_assert!(list.iter().map(listed).eq(model.iter().map(|(key, size)| (usize::from(*key), *size))));
                // A skipped chunk has no head that fits.
                let fitting = list.chunks_if(|summary| summary.min_size <= spare).flatten().map(listed);
                let fitting: Vec<_> = fitting.filter(|(_, size)| *size <= spare).collect();
                let expected = model.iter().filter(|(_, size)| **size <= spare);
                prop_assert!(fitting.into_iter().eq(expected.map(|(key, size)| (usize::from(*key), *size))));
                // The index finds a class by its requirements.
                let wanted = head(number, size);
                let found = list.find(&wanted.requirements, |_, class| class == wanted.class);
                prop_assert_eq!(found.is_some(), model.get(&number) == Some(&size));
            }
        }
    }
}
