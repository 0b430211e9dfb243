//! Handles, and the tables that they index.
//!
//! Ids are texts, but everything behind a plan works with handles: dense numbers from 0, one type for each kind of entity.
//! A lookup by handle is one index into an array, and a handle of one kind cannot index the table of another:
//!
//! ```text
//! Table<QueueHandle, _>      row of queue 0 | row of queue 1 | row of queue 2
//! Span<PoolHandle>                  └─ 0..2        └─ 2..3          └─ 3..3      the queue's rows in a table of pools
//! Lists<GroupHandle, _>      bounds: 0, 2, 3, 3        list 0 = items 0..2, list 1 = items 2..3, list 2 is empty
//! ```
//!
//! # Broken invariants
//!
//! Handles and positions are computed by this crate, so one that is out of bounds is a fault of the crate. In the whole crate:
//!
//! - A lookup of one value panics, such as [`Table::at`], `Slab::at` and `bits::word`. It has no value to return, and a
//!   substitute would corrupt the state.
//! - A lookup of a list returns an empty list, such as [`Table::span`], [`Lists::get`] and `Layout::indexes_of`. Without a list
//!   of stages, members or skills, an agent is not eligible, so the fault assigns no item to a wrong agent.
//! - A lookup that returns an option, such as [`Table::get`], is for handles that can be out of bounds.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;

/// A handle: a dense index that identifies an entity of a plan or a router.
///
/// A handle is only meaningful together with the plan, roster or router that made it. Another plan may use an equal handle for
/// another entity, so public functions compare the fingerprints of plans before they use one.
pub(crate) trait Handle: Copy {
    /// Creates the handle of an index.
    fn from_index(index: usize) -> Self;
    /// Returns the index.
    fn index(self) -> usize;
}

/// Converts a number of entries, which a `u32` holds.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "fewer than 2^32 entries of a kind"
)]
pub(crate) const fn to_u32(number: usize) -> u32 {
    number as u32
}

/// Defines handle types.
macro_rules! handle {
    ($($(#[$doc:meta])* $visible:vis $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible struct $name(u32);

        impl $name {
            /// Returns the index: from 0, without gaps.
            $visible const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Handle for $name {
            fn from_index(index: usize) -> Self {
                Self(to_u32(index))
            }

            fn index(self) -> usize {
                Self::index(self)
            }
        }
    )*};
}

handle! {
    /// The handle of a channel in a plan, from [`Plan::channel`](crate::Plan::channel).
    pub ChannelHandle;
    /// The handle of a queue in a plan, from [`Plan::queue`](crate::Plan::queue).
    pub QueueHandle;
    /// The handle of an agent group in a plan, from [`Plan::group`](crate::Plan::group).
    pub GroupHandle;
    /// The handle of an agent in a plan, from [`Plan::agent`](crate::Plan::agent). Handles are in the order of the ids.
    pub AgentHandle;
    /// The handle of a presence state in a plan, from [`Plan::presence_state`](crate::Plan::presence_state).
    pub PresenceStateHandle;
}

// The private handles.
handle! {
    /// A skill that at least one agent of the plan has.
    pub(crate) SkillHandle;
    /// An assignment rule.
    pub(crate) RuleHandle;
    /// An eligibility pool of any queue.
    pub(crate) PoolHandle;
    /// A stage of any queue: the groups of a pool that are in one tier.
    pub(crate) StageHandle;
    /// A group in a stage.
    pub(crate) StageGroupHandle;
    /// An index of a group's members on a channel.
    pub(crate) GroupIndexHandle;
    /// An agent of a roster on a channel.
    pub(crate) AgentChannelHandle;
    /// A word of the bitmaps of a roster.
    pub(crate) WordHandle;
    /// A recency index of a roster.
    pub(crate) RecencyHandle;
    /// A skill row of a group index.
    pub(crate) SkillRowHandle;
    /// The index of the members who hold a rare skill.
    pub(crate) RareSkillHandle;
    /// A member of a group index, numbered in the order in which the group lists its members.
    pub(crate) Member;
    /// A row of the table of the members of all group indexes.
    pub(crate) MemberRow;
    /// An agent of a roster, numbered from 0 in the order of the ids.
    pub(crate) LocalAgent;
}

/// A table: a list that is indexed by handles of one type. It does not grow: the size of a plan or a roster is fixed.
#[derive(Clone, PartialEq)]
pub(crate) struct Table<H, T> {
    /// The row of handle n is at n.
    rows: Box<[T]>,
    /// As a function, so that the table is `Send` and `Sync` whatever a handle is.
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, T> Table<H, T> {
    /// Returns the row of a handle, which may belong to another table: `None` if it is out of range here.
    ///
    /// For handles that come from a caller. Inside the crate, [`at`](Self::at) is used.
    #[inline]
    pub(crate) fn get(&self, handle: H) -> Option<&T> {
        self.rows.get(handle.index())
    }

    /// Returns the row of a handle, which may belong to another table.
    #[inline]
    pub(crate) fn get_mut(&mut self, handle: H) -> Option<&mut T> {
        self.rows.get_mut(handle.index())
    }

    // INVARIANT: a handle that reaches `at` or `at_mut` belongs to the plan or roster of the table. Public functions check
    // the handles that they are given.

    /// Returns the row of a handle of this table.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the handle belongs to the table")]
    pub(crate) fn at(&self, handle: H) -> &T {
        &self.rows[handle.index()]
    }

    /// Returns the row of a handle of this table.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the handle belongs to the table")]
    pub(crate) fn at_mut(&mut self, handle: H) -> &mut T {
        &mut self.rows[handle.index()]
    }

    /// Returns the rows of a range of handles; no row if the range belongs to another table.
    #[inline]
    pub(crate) fn span(&self, span: Span<H>) -> &[T] {
        self.rows.get(span.range()).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns all rows, in the order of their handles.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Returns all rows, to change them.
    pub(crate) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    /// Iterates over the rows with their handles.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (H, &T)> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(index, row)| (H::from_index(index), row))
    }
}

impl<H, T> Default for Table<H, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<H, T> From<Vec<T>> for Table<H, T> {
    fn from(rows: Vec<T>) -> Self {
        Self {
            rows: rows.into(),
            handle: PhantomData,
        }
    }
}

impl<H, T> FromIterator<T> for Table<H, T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Vec::from_iter(rows).into()
    }
}

// By hand: the derived form would repeat the type of the handle for each table of a plan.
impl<H, T: fmt::Debug> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

/// A range of consecutive handles. Takes 8 bytes, where a list of them would take 16 and an allocation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<H> {
    start: u32,
    end: u32,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle> Span<H> {
    /// Makes the span of a range of indexes.
    pub(crate) const fn new(range: Range<usize>) -> Self {
        Self {
            start: to_u32(range.start),
            end: to_u32(range.end),
            handle: PhantomData,
        }
    }

    /// Returns the range of the indexes.
    #[inline]
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Iterates over the handles.
    pub(crate) fn handles(self) -> impl DoubleEndedIterator<Item = H> + ExactSizeIterator + use<H> {
        self.range().map(H::from_index)
    }
}

/// A list for each handle, all in one allocation.
///
/// PERF: a `Vec` per handle would take 24 bytes and an allocation each, spread over the heap. Here a list takes 4 bytes, and
/// neighboring lists are side by side.
#[derive(Clone, Debug)]
pub(crate) struct Lists<H, T> {
    /// The start of each list in `items`, and the end of the last.
    bounds: Box<[u32]>,
    items: Box<[T]>,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, T> Lists<H, T> {
    /// Returns the list of a handle; an empty list if the handle belongs to another table.
    #[inline]
    pub(crate) fn get(&self, handle: H) -> &[T] {
        let index = handle.index();
        // The end of a list is the start of the next one.
        match self.bounds.get(index..index + 2) {
            Some([start, end]) => {
                let range = *start as usize..*end as usize;
                self.items.get(range).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Makes the lists of `len` handles of items that are in the order of their handles.
    pub(crate) fn from_sorted(len: usize, pairs: Vec<(H, T)>) -> Self {
        let mut bounds = Vec::with_capacity(len + 1);
        let mut items = Vec::with_capacity(pairs.len());
        for (handle, item) in pairs {
            // The lists between the last handle and this one are empty: they start here too.
            bounds.resize(handle.index() + 1, to_u32(items.len()));
            items.push(item);
        }
        bounds.resize(len + 1, to_u32(items.len()));
        Self {
            bounds: bounds.into(),
            items: items.into(),
            handle: PhantomData,
        }
    }
}

impl<H: Handle, T> FromIterator<Vec<T>> for Lists<H, T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(lists: I) -> Self {
        let mut items = Vec::new();
        let ends = lists.into_iter().map(|list| {
            items.extend(list);
            to_u32(items.len())
        });
        let bounds = core::iter::once(0).chain(ends).collect();
        Self {
            bounds,
            items: items.into(),
            handle: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AgentHandle, Handle, Lists, Span, Table};

    #[test]
    fn lists_from_sorted_items_may_be_empty() {
        let handle = AgentHandle::from_index;
        let items = [(handle(1), 'a'), (handle(1), 'b'), (handle(3), 'c')];
        let lists = Lists::from_sorted(5, items.into());
        // The last handle is one too many: its list is empty as well.
        let expected: [&[char]; 6] = [&[], &['a', 'b'], &[], &['c'], &[], &[]];
        for (index, list) in expected.into_iter().enumerate() {
            assert_eq!(lists.get(handle(index)), list, "{index}");
        }
    }

    #[test]
    fn span_selects_the_rows_of_its_handles() {
        let table: Table<AgentHandle, char> = "abcd".chars().collect();
        let span: Span<AgentHandle> = Span::new(1..3);
        assert_eq!(table.span(span), ['b', 'c']);
        assert!(
            span.handles()
                .map(|handle| *table.at(handle))
                .eq(['b', 'c'])
        );
        assert!(table.span(Span::new(0..0)).is_empty());
    }
}
