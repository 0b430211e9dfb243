//! Handles, and the tables that they index: the one place where a number is taken for a position.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use crate::base::hint::cold_path;

/// A dense number that stands for one thing of a plan.
pub(crate) trait Handle: Copy {
    /// Makes the handle of a position.
    fn from_index(index: usize) -> Self;
    /// Returns the position.
    fn index(self) -> usize;
}

macro_rules! handle {
    ($($(#[$doc:meta])* $visible:vis $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible struct $name(u32);

        impl Handle for $name {
            #[expect(clippy::cast_possible_truncation, reason = "no list of a plan is longer than 32 bits can count")]
            fn from_index(index: usize) -> Self {
                Self(index as u32)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

handle! {
    /// A channel of one plan, as a dense number. Ask [`Plan::channel`](crate::Plan::channel) for it.
    pub ChannelHandle;
    /// A queue of one plan, as a dense number. Ask [`Plan::queue`](crate::Plan::queue) for it.
    pub QueueHandle;
    /// An agent group of one plan, as a dense number. Ask [`Plan::group`](crate::Plan::group) for it.
    pub GroupHandle;
    /// An agent of one plan, as a dense number, in the order of the agents' ids.
    /// Ask [`Plan::agent`](crate::Plan::agent) for it.
    pub AgentHandle;
    /// A presence state of one plan, as a dense number.
    /// Ask [`Plan::presence_state`](crate::Plan::presence_state) for it.
    pub PresenceStateHandle;
}

macro_rules! public_index {
    ($($name:ident)*) => {$(
        impl $name {
            /// Returns its number: 0 for the first, without gaps.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

public_index!(ChannelHandle QueueHandle GroupHandle AgentHandle PresenceStateHandle);

// The handles that stay inside.
handle! {
    /// A skill that some agent of the plan has.
    pub(crate) SkillHandle;
    /// An assignment rule.
    pub(crate) RuleHandle;
    /// A pool, of whatever queue.
    pub(crate) PoolHandle;
    /// A stage of whatever queue: a pool as far as its groups stand in one tier.
    pub(crate) StageHandle;
    /// A group in a stage.
    pub(crate) StageGroupHandle;
    /// An index of a group's members on a channel.
    pub(crate) GroupIndexHandle;
    /// An agent of a roster on a channel.
    pub(crate) AgentChannelHandle;
    /// A place among the seats of agents who have more of them than a cell holds.
    pub(crate) SlotHandle;
    /// A place among the rows of skills of all shapes.
    pub(crate) SkillRowHandle;
    /// A place among the indexes of rare skills' holders, of all shapes.
    pub(crate) RareSkillHandle;
    /// A member of a shape, in the order in which the group lists them.
    pub(crate) Member;
    /// An agent of a roster: the agent's own number, or its place among the rows that the roster was made of.
    pub(crate) LocalAgent;
}

/// A list that is indexed by one kind of handle only.
pub(crate) struct Table<H, T> {
    rows: Box<[T]>,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, T> Table<H, T> {
    #[inline]
    pub(crate) fn get(&self, handle: H) -> Option<&T> {
        self.rows.get(handle.index())
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, handle: H) -> Option<&mut T> {
        self.rows.get_mut(handle.index())
    }

    // INVARIANT: a handle that reaches this was made by the plan, or the roster, that the table belongs to; the public
    // doors check it.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "the one place that indexes by handle"
    )]
    pub(crate) fn at(&self, handle: H) -> &T {
        &self.rows[handle.index()]
    }

    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "the one place that indexes by handle"
    )]
    pub(crate) fn at_mut(&mut self, handle: H) -> &mut T {
        &mut self.rows[handle.index()]
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (H, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(index, row)| (H::from_index(index), row))
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

impl<H, T: Clone> Clone for Table<H, T> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            handle: PhantomData,
        }
    }
}

impl<H, T: PartialEq> PartialEq for Table<H, T> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<H, T: fmt::Debug> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}

/// A run of neighbouring handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<H> {
    start: u32,
    end: u32,
    handle: PhantomData<fn(H)>,
}

impl<H> Span<H> {
    pub(crate) const EMPTY: Self = Self {
        start: 0,
        end: 0,
        handle: PhantomData,
    };
}

impl<H: Handle> Span<H> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no list of a plan is longer than 32 bits can count"
    )]
    pub(crate) fn new(range: core::ops::Range<usize>) -> Self {
        Self {
            start: range.start as u32,
            end: range.end as u32,
            handle: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start >= self.end
    }

    pub(crate) fn handles(self) -> impl DoubleEndedIterator<Item = H> + ExactSizeIterator + use<H> {
        self.range().map(H::from_index)
    }
}

impl<H: Handle, T> Table<H, T> {
    /// Returns the rows of a run of handles.
    #[inline]
    pub(crate) fn span(&self, span: Span<H>) -> &[T] {
        self.rows.get(span.range()).unwrap_or_default()
    }
}

/// A list for each handle, all in one piece of memory.
#[derive(Clone)]
pub(crate) struct Lists<H, T> {
    /// Where each begins, and where the last ends.
    bounds: Box<[u32]>,
    items: Box<[T]>,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, T> Lists<H, T> {
    /// Returns the list of one handle; none for a handle that is not there.
    #[inline]
    pub(crate) fn get(&self, handle: H) -> &[T] {
        let index = handle.index();
        if let Some([start, end]) = self.bounds.get(index..index + 2)
            && let Some(items) = self.items.get(*start as usize..*end as usize)
        {
            return items;
        }
        cold_path();
        &[]
    }
}

impl<H: Handle, T> Lists<H, T> {
    /// Makes the lists of `len` handles of items that stand in the order of their handles.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no list of a plan is longer than 32 bits can count"
    )]
    pub(crate) fn from_sorted(len: usize, pairs: Vec<(H, T)>) -> Self {
        let mut bounds = Vec::with_capacity(len + 1);
        let mut items = Vec::with_capacity(pairs.len());
        for (handle, item) in pairs {
            bounds.resize(handle.index() + 1, items.len() as u32);
            items.push(item);
        }
        bounds.resize(len + 1, items.len() as u32);
        Self {
            bounds: bounds.into(),
            items: items.into(),
            handle: PhantomData,
        }
    }
}

impl<H: Handle, T> FromIterator<Vec<T>> for Lists<H, T> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no list of a plan is longer than 32 bits can count"
    )]
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(lists: I) -> Self {
        let mut items = Vec::new();
        let ends = lists.into_iter().map(|list| {
            items.extend(list);
            items.len() as u32
        });
        let bounds = core::iter::once(0).chain(ends).collect();
        Self {
            bounds,
            items: items.into(),
            handle: PhantomData,
        }
    }
}

impl<H, T: fmt::Debug> fmt::Debug for Lists<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lists")
            .field("bounds", &self.bounds)
            .field("items", &self.items)
            .finish()
    }
}
