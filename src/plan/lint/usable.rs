//! The part of a configuration that can be used: no severe lint applies to it. Warnings are about this part only.
//!
//! ```text
//! UsableChannel ─► UsableQueue ─► UsablePool ─► rule, members
//! ```
//!
//! A value without a usable part is left out, so that no list below is empty.

use alloc::vec::Vec;

use crate::id::{ChannelId, QueueId};
use crate::model::{AssignmentRule, Capacity, EligibilityPool, Queue, ServiceChannel};
use crate::plan::coverage::MemberSummary;

/// An active channel with at least one usable queue.
pub(crate) struct UsableChannel<'a> {
    pub(crate) id: &'a ChannelId,
    pub(crate) settings: &'a ServiceChannel,
    /// At least one.
    pub(crate) queues: Vec<UsableQueue<'a>>,
}

impl<'a> UsableChannel<'a> {
    /// Returns the usable pools of all usable queues.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &UsablePool<'a>> {
        self.queues.iter().flat_map(|queue| &queue.pools)
    }

    /// Returns the largest capacity of a member of a usable pool. An item above it is never assigned.
    pub(crate) fn largest_capacity(&self) -> Capacity {
        let largest = self.pools().filter_map(|pool| pool.members.largest);
        // INVARIANT: a usable pool has a member, and a usable channel has a pool.
        largest.max().unwrap_or(Capacity::Units(0))
    }
}

/// An active queue with at least one usable pool.
pub(crate) struct UsableQueue<'a> {
    pub(crate) id: &'a QueueId,
    pub(crate) settings: &'a Queue,
    /// At least one.
    pub(crate) pools: Vec<UsablePool<'a>>,
}

/// A pool with a member who can be present and has the capacity for an item.
pub(crate) struct UsablePool<'a> {
    pub(crate) settings: &'a EligibilityPool,
    pub(crate) rule: &'a AssignmentRule,
    /// The summary of the members that the rule includes.
    pub(crate) members: MemberSummary,
}
