//! Chunks of the class heads of one queue, with their bounds.

use alloc::vec::Vec;

use crate::router::handles::{ClassHandle, ItemHandle};
use crate::router::store::waiting_order::OrderKey;
use crate::router::waiting::class_filter::ClassFilter;
use crate::router::waiting::class_key::Requirements;

/// The most heads of a chunk. Few in unit tests, so that they have several chunks.
pub(crate) const CHUNK_MAX: usize = if cfg!(test) { 4 } else { 128 };

/// The head of a class: its first item, and what the class requires.
#[derive(Clone, Debug)]
pub(crate) struct ClassHead {
    pub(crate) requirements: Requirements,
    pub(crate) class: ClassHandle,
    /// The order key of the item.
    pub(crate) key: OrderKey,
    pub(crate) item: ItemHandle,
}

impl ClassHead {
    /// Returns the sort key of the list.
    pub(crate) fn place(&self) -> (Requirements, ClassHandle) {
        (self.requirements, self.class)
    }
}

/// Some class heads, in the order of their requirements and then of their handles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) heads: Vec<ClassHead>,
    /// PERF: out of date while there is only one chunk.
    pub(crate) bounds: ChunkBounds,
}

/// Bounds of the requirements of some classes, and the first of their heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkBounds {
    pub(crate) min_size: u32,
    pub(crate) max_size: u32,
    pub(crate) min_level: u32,
    /// The skills that all classes require.
    pub(crate) skills: u64,
    /// The position of the head with the lowest key.
    first: usize,
}

impl Default for ChunkBounds {
    /// The bounds of no classes.
    fn default() -> Self {
        Self {
            min_size: u32::MAX,
            max_size: 0,
            min_level: u32::MAX,
            skills: u64::MAX,
            first: 0,
        }
    }
}

impl ChunkBounds {
    /// Returns `true` if a class within the bounds can pass a filter.
    pub(crate) fn may_fit(&self, filter: &ClassFilter) -> bool {
        filter.spare_before < u64::from(self.max_size)
            && u64::from(self.min_size) <= filter.spare_now
            && self.min_level <= filter.highest_level
            && self.skills & !filter.skills == 0
    }
}

impl Chunk {
    pub(crate) fn new(heads: Vec<ClassHead>) -> Self {
        let mut chunk = Self {
            heads,
            bounds: ChunkBounds::default(),
        };
        chunk.compute_bounds();
        chunk
    }

    /// Computes the bounds again.
    pub(crate) fn compute_bounds(&mut self) {
        let mut sum = ChunkBounds::default();
        let mut lowest: Option<&OrderKey> = None;
        for (position, head) in self.heads.iter().enumerate() {
            let requirements = &head.requirements;
            sum.min_size = sum.min_size.min(requirements.size);
            sum.max_size = sum.max_size.max(requirements.size);
            sum.min_level = sum.min_level.min(requirements.highest_level);
            sum.skills &= requirements.skills;
            if lowest.is_none_or(|lowest| head.key < *lowest) {
                lowest = Some(&head.key);
                sum.first = position;
            }
        }
        self.bounds = sum;
    }

    /// Returns the lowest key of a head. INVARIANT: the list has several chunks. The bounds of a single chunk are out of date.
    pub(crate) fn first_key(&self) -> Option<&OrderKey> {
        let first = self.heads.get(self.bounds.first)?;
        Some(&first.key)
    }

    /// Returns the heads from the first one with these requirements.
    pub(crate) fn heads_from(&self, requirements: &Requirements) -> &[ClassHead] {
        let first = self
            .heads
            .partition_point(|head| head.requirements < *requirements);
        self.heads.get(first..).unwrap_or_default()
    }

    /// Returns the position of a class.
    #[inline]
    pub(crate) fn position(&self, class: ClassHandle) -> Option<usize> {
        // PERF: equal handles are found sooner than equal requirements.
        self.heads.iter().position(|head| head.class == class)
    }
}
