//! The class heads of one queue, in the order of their requirements.
//!
//! Most queues have few classes, and a search reads their heads in a row. Strangers can make many, since sizes and skill levels are
//! free numbers. The list is therefore cut into chunks, each with the bounds of what its classes require:
//!
//! ```text
//!   chunk   heads, by requirements                bounds: sizes, first head
//!   0       size 3: key 9 · size 4: key 1         3 to 4, key 1
//!   1       size 40: key 5 · size 52: key 6       40 to 52, key 5      skipped for an agent with 20 spare units
//! ```
//!
//! Classes with similar requirements are adjacent, so that the bounds of a chunk are narrow: few of the chunks that a search reads
//! have no class for the agent. A new first item of a class changes the head in place.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::waiting_order::OrderKey;
use crate::router::waiting::class_filter::ClassFilter;
use crate::router::waiting::class_key::Requirements;
use crate::router::waiting::head_chunk::{CHUNK_MAX, Chunk, ClassHead};

/// The class heads of a queue, in ascending order of their requirements and then of their handles.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeadList {
    /// INVARIANT: no chunk is empty, unless it is the only one.
    chunks: Vec<Chunk>,
}

impl HeadList {
    /// Returns the heads.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ClassHead> {
        self.chunks.iter().flat_map(|chunk| &chunk.heads)
    }

    /// Returns the number of classes. The cost is linear in the chunks.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.heads.len()).sum()
    }

    /// Returns the lowest key of a head. The cost is linear in the chunks, or in the heads of a single chunk.
    pub(crate) fn first_key(&self) -> Option<&OrderKey> {
        if self.is_single() {
            return self.iter().map(|head| &head.key).min();
        }
        self.chunks.iter().filter_map(Chunk::first_key).min()
    }

    /// Returns the heads of the classes that pass a filter.
    pub(crate) fn fitting(&self, filter: ClassFilter) -> impl Iterator<Item = &ClassHead> {
        let chunks = self.chunks_for(filter).flat_map(|(_, chunk)| &chunk.heads);
        chunks.filter(move |head| filter.fits(&head.requirements))
    }

    /// Returns the heads of the classes that pass a filter, in the order of their keys.
    ///
    /// The first head takes time linear in the chunks and in the heads of the chunks that are read. A chunk is read in vain if its
    /// bounds fit and none of its heads does. Each further head takes O(log c) for c classes, unless another chunk is read.
    #[inline]
    pub(crate) fn fitting_in_order(&self, filter: ClassFilter) -> InOrder<'_> {
        InOrder {
            list: self,
            filter,
            progress: Progress::New,
            pending: BinaryHeap::new(),
        }
    }

    /// Finds the class with these requirements for which `is_match` returns `true`. Takes O(log c) for c classes, plus O(1) per
    /// class with equal requirements.
    #[inline]
    pub(crate) fn find(
        &self,
        requirements: &Requirements,
        mut is_match: impl FnMut(ItemHandle, ClassHandle) -> bool,
    ) -> Option<(ItemHandle, ClassHandle)> {
        if self.is_single() {
            // PERF: no binary search among few heads.
            let mut heads = self.chunks.first()?.heads.iter();
            let found = heads
                .find(|head| head.requirements == *requirements && is_match(head.item, head.class));
            return found.map(|head| (head.item, head.class));
        }
        let is_before = |chunk: &Chunk| {
            let last = chunk.heads.last();
            last.is_some_and(|last| last.requirements < *requirements)
        };
        let first = self.chunks.partition_point(is_before);
        let chunks = self.chunks.get(first..)?.iter();
        let heads = chunks.flat_map(|chunk| chunk.heads_from(requirements));
        let mut equal = heads.take_while(|head| head.requirements == *requirements);
        let found = equal.find(|head| is_match(head.item, head.class));
        found.map(|head| (head.item, head.class))
    }

    /// Inserts the head of a class, or replaces it. Takes O(log c) for c classes, and O(1) per head of a chunk.
    #[inline]
    pub(crate) fn set(&mut self, head: ClassHead) {
        let number = self.chunk_of(&head.requirements, head.class);
        let is_single = self.is_single();
        let Some(chunk) = self.chunks.get_mut(number) else {
            self.chunks.push(Chunk::new([head].into()));
            return;
        };
        let position = chunk.position(head.class);
        if let Some(listed) = position.and_then(|position| chunk.heads.get_mut(position)) {
            *listed = head;
        } else {
            let place = head.place();
            let heads = &chunk.heads;
            let position = heads.partition_point(|other| other.place() < place);
            chunk.heads.insert(position, head);
        }
        if chunk.heads.len() > CHUNK_MAX {
            let behind = chunk.heads.split_off(CHUNK_MAX / 2);
            chunk.compute_bounds();
            self.chunks.insert(number + 1, Chunk::new(behind));
        } else if !is_single {
            chunk.compute_bounds();
        }
    }

    /// Removes the head of a class. Takes as long as [`set`](Self::set). INVARIANT: it is listed.
    pub(crate) fn remove(&mut self, requirements: &Requirements, class: ClassHandle) {
        let (number, is_single) = (self.chunk_of(requirements, class), self.is_single());
        if let Some(chunk) = self.chunks.get_mut(number)
            && let Some(position) = chunk.position(class)
        {
            chunk.heads.remove(position);
            if !is_single {
                chunk.compute_bounds();
                if chunk.heads.is_empty() {
                    self.chunks.remove(number);
                }
            }
        }
    }

    /// Moves the order keys by skipped time.
    pub(crate) fn skip_time(&mut self, millis: u64) {
        for head in self.chunks.iter_mut().flat_map(|chunk| &mut chunk.heads) {
            head.key.skip_time(millis);
        }
    }

    /// Returns `true` if the order, the chunks and the bounds agree with the heads. Takes O(c).
    pub(crate) fn is_consistent(&self) -> bool {
        let has_bounds = |chunk: &Chunk| Chunk::new(chunk.heads.clone()).bounds == chunk.bounds;
        let mut chunks = self.chunks.iter();
        let are_bounded =
            self.is_single() || chunks.all(|chunk| !chunk.heads.is_empty() && has_bounds(chunk));
        let places = self.iter().map(ClassHead::place);
        are_bounded && places.is_sorted_by(|place, next| place < next)
    }

    /// Returns `true` if there is at most one chunk, whose bounds are out of date.
    #[inline]
    fn is_single(&self) -> bool {
        self.chunks.len() <= 1
    }

    /// Returns the chunks that can have a head that passes a filter, with their numbers.
    #[inline]
    fn chunks_for(&self, filter: ClassFilter) -> impl Iterator<Item = (usize, &Chunk)> {
        let is_single = self.is_single();
        let chunks = self.chunks.iter().enumerate();
        chunks.filter(move |(_, chunk)| is_single || chunk.bounds.may_fit(&filter))
    }

    /// Returns the number of the chunk in which a class is, or belongs.
    #[inline]
    fn chunk_of(&self, requirements: &Requirements, class: ClassHandle) -> usize {
        if self.is_single() {
            return 0;
        }
        let place = (*requirements, class);
        let starts_before = |chunk: &Chunk| {
            let first = chunk.heads.first();
            first.is_some_and(|head| head.place() <= place)
        };
        self.chunks.partition_point(starts_before).saturating_sub(1)
    }
}

/// The heads that pass a filter, in the order of their keys.
///
/// The heads of a chunk are read only when the lowest key of the chunk is the next one.
pub(crate) struct InOrder<'a> {
    list: &'a HeadList,
    filter: ClassFilter,
    progress: Progress<'a>,
    pending: BinaryHeap<Reverse<Pending<'a>>>,
}

/// A head to return at its key, or a chunk to read at the lowest key of its heads: the key, the number of the chunk, and the
/// position of the head.
type Pending<'a> = (&'a OrderKey, usize, Option<usize>);

/// The progress of an iteration.
enum Progress<'a> {
    /// Nothing was returned yet.
    New,
    /// The first head of a single chunk was returned. PERF: it is found without the heap, and most searches need no other.
    First(&'a ClassHead),
    /// The other heads are pending.
    Heap,
}

impl<'a> InOrder<'a> {
    /// Returns the fitting heads of a chunk, with their positions.
    #[inline]
    fn fitting(&self, chunk: usize) -> impl Iterator<Item = (usize, &'a ClassHead)> + use<'a> {
        let chunk = self.list.chunks.get(chunk);
        let heads = chunk.map_or(&[][..], |chunk| &chunk.heads);
        let filter = self.filter;
        let heads = heads.iter().enumerate();
        heads.filter(move |(_, head)| filter.fits(&head.requirements))
    }

    /// Adds the fitting heads of a chunk that come after a key.
    fn push_heads(&mut self, chunk: usize, after: Option<&OrderKey>) {
        let heads = self.fitting(chunk);
        let heads = heads.filter(|(_, head)| after.is_none_or(|after| *after < head.key));
        self.pending
            .extend(heads.map(|(position, head)| Reverse((&head.key, chunk, Some(position)))));
    }

    /// Returns the next head from the heap.
    fn pop(&mut self) -> Option<&'a ClassHead> {
        while let Some(Reverse((_, number, position))) = self.pending.pop() {
            match position {
                Some(position) => return self.list.chunks.get(number)?.heads.get(position),
                None => self.push_heads(number, None),
            }
        }
        None
    }
}

impl<'a> Iterator for InOrder<'a> {
    type Item = &'a ClassHead;

    #[inline]
    fn next(&mut self) -> Option<&'a ClassHead> {
        match self.progress {
            Progress::New if self.list.is_single() => {
                let heads = self.fitting(0).map(|(_, head)| head);
                let first = heads.min_by(|head, other| head.key.cmp(&other.key))?;
                self.progress = Progress::First(first);
                return Some(first);
            }
            Progress::New => {
                let chunks = self.list.chunks_for(self.filter);
                let chunks = chunks.filter_map(|(number, chunk)| {
                    let first = chunk.first_key()?;
                    Some(Reverse((first, number, None)))
                });
                self.pending = chunks.collect();
            }
            Progress::First(first) => self.push_heads(0, Some(&first.key)),
            Progress::Heap => {}
        }
        self.progress = Progress::Heap;
        self.pop()
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{ClassFilter, ClassHead, HeadList};
    use crate::base::table::Handle;
    use crate::router::handles::{ClassHandle, ItemHandle};
    use crate::router::store::waiting_order::OrderKey;
    use crate::router::waiting::class_key::Requirements;

    fn head(class: u8, size: u32, arrival: u64) -> ClassHead {
        ClassHead {
            requirements: Requirements {
                skills: u64::from(class % 4),
                size,
                highest_level: u32::from(class % 3),
                pools_open: 1,
                rare_hash: 0,
            },
            class: ClassHandle::from_index(class.into()),
            key: OrderKey::of_arrival(arrival),
            item: ItemHandle::from_index(class.into()),
        }
    }

    proptest! {
        #[test]
        fn list_behaves_like_a_map_from_classes_to_heads(
            changes in vec((0..60_u8, 0..200_u64), 0..300),
            (skills, level, before, now) in (0..4_u64, 0..3_u32, 0..9_u64, 0..9_u64),
        ) {
            let mut list = HeadList::default();
            let mut model: BTreeMap<u8, ClassHead> = BTreeMap::new();
            let filter = ClassFilter { skills, highest_level: level, spare_before: before, spare_now: now };
            for (step, (class, key)) in (0..).zip(changes) {
                // Keys are unique.
                let new = head(class, u32::from(class % 8), key * 1_000 + step);
                if key % 4 == 0 {
                    list.remove(&new.requirements, new.class);
                    model.remove(&class);
                } else {
                    list.set(new.clone());
                    model.insert(class, new.clone());
                }
                prop_assert!(list.is_consistent());
                prop_assert_eq!(list.len(), model.len());
                prop_assert_eq!(list.first_key(), model.values().map(|head| &head.key).min());
                let found = list.find(&new.requirements, |_, class| class == new.class);
                prop_assert_eq!(found.is_some(), model.contains_key(&class));

                let classes = |heads: Vec<&ClassHead>| -> Vec<_> { heads.iter().map(|head| head.class).collect() };
                let mut expected: Vec<_> = model.values().filter(|head| filter.fits(&head.requirements)).collect();
                expected.sort_by_key(|head| head.key.clone());
                prop_assert_eq!(classes(list.fitting_in_order(filter).collect()), classes(expected.clone()));
                expected.sort_by_key(|head| head.place());
                prop_assert_eq!(classes(list.fitting(filter).collect()), classes(expected));
            }
        }
    }
}
