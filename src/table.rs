//! Handles, and the tables that they index: the one place where a number is taken for a position.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

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

        impl $name {
            /// Returns its number: 0 for the first, without gaps.
            #[allow(dead_code, reason = "not every kind of handle is asked for its number")]
            $visible const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl $crate::table::Handle for $name {
            #[expect(clippy::cast_possible_truncation, reason = "a plan refuses more than 32 bits of anything")]
            fn from_index(index: usize) -> Self {
                Self(index as u32)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
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
    /// A skill that some agent of the plan has.
    pub(crate) SkillHandle;
    /// An assignment rule.
    pub(crate) RuleHandle;
}

/// A list that is indexed by one kind of handle only.
pub(crate) struct Table<H, T> {
    rows: Box<[T]>,
    handle: PhantomData<fn(H)>,
}

impl<H: Handle, T> Table<H, T> {
    pub(crate) fn get(&self, handle: H) -> Option<&T> {
        self.rows.get(handle.index())
    }

    pub(crate) fn get_mut(&mut self, handle: H) -> Option<&mut T> {
        self.rows.get_mut(handle.index())
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

    pub(crate) fn handles(&self) -> impl ExactSizeIterator<Item = H> + use<H, T> {
        (0..self.rows.len()).map(H::from_index)
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

impl<H, T: fmt::Debug> fmt::Debug for Table<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}

// INVARIANT: a handle that reaches this was made by the plan that the table belongs to; the public doors check it.
#[expect(
    clippy::indexing_slicing,
    reason = "the one place that indexes by handle"
)]
impl<H: Handle, T> core::ops::Index<H> for Table<H, T> {
    type Output = T;

    fn index(&self, handle: H) -> &T {
        &self.rows[handle.index()]
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "the one place that indexes by handle"
)]
impl<H: Handle, T> core::ops::IndexMut<H> for Table<H, T> {
    fn index_mut(&mut self, handle: H) -> &mut T {
        &mut self.rows[handle.index()]
    }
}
