//! The index of a roster: the agents who can take an item, as rows of bits.
//!
//! Each group that a stage names has one [group index](group_index) per channel. A group index is of one of two kinds:
//!
//! - a [`bitmap`], whose members are in the order in which the group lists them. Most groups have one.
//! - a [`recency`] index, whose members are in the order of their last assignments. Groups of more than 512 members have one
//!   if a rule prefers the longest time since the last assignment.
//!
//! The data is split by what changes:
//!
//! ```text
//!   Layout, computed once                          IndexState, changed by every assignment
//!   group indexes, members, rows                   bits, sequence numbers
//!
//!   agent on a channel ──► slot ──► group index ──► bit position or recency index
//!                      └─► slot ──► group index ──► ...
//! ```
//!
//! So clones of a roster share the [`layout`]. A change of an agent costs O(1) per slot. An agent has a slot for each group index
//! of which it is a member; they are stored with its state on the channel.

pub(crate) mod bitmap;
pub(crate) mod bits;
pub(crate) mod group_index;
pub(crate) mod layout;
pub(crate) mod layout_builder;
pub(crate) mod level;
pub(crate) mod recency;
pub(crate) mod row_mask;
pub(crate) mod scope;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, Handle, LocalAgent, Member, RecencyHandle, Table};
use crate::plan::Tables;
use group_index::{BLOCK_MEMBERS, GroupIndex, GroupIndexKind};
use layout::{Layout, Slot};
use level::{CapacityLevel, PRESENT};
use recency::RecencyIndex;
use recency::fixed_rows::FixedRows;

/// The part of the index that changes: the bits and sequence numbers of all group indexes.
#[derive(Clone, Debug, Default)]
pub(crate) struct IndexState {
    /// The words of all bitmaps, each at the span of its [`GroupIndexKind::Bitmap`].
    words: Box<[u64]>,
    /// The recency indexes, each at the handle of its [`GroupIndexKind::Recency`].
    recency: Table<RecencyHandle, RecencyIndex>,
}

/// The rows of a group index, of either kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupRows<'a> {
    /// The words of a bitmap.
    Bitmap(&'a [u64]),
    Recency(&'a RecencyIndex),
}

impl IndexState {
    /// Builds the index with all agents absent, given the sequence number of each agent's last assignment on each channel.
    ///
    /// The caller then sets the level of each agent. The cost is O(n log n) in the members of the group indexes.
    pub(crate) fn new(
        layout: &Layout,
        tables: &Tables,
        assigned_seq: impl Fn(LocalAgent, ChannelHandle) -> u64,
    ) -> Self {
        // Without bits in the level rows, everyone is absent.
        let mut words = vec![0; layout.words];
        let mut recency = Vec::new();
        for (_, index) in layout.indexes.iter() {
            let seq_of = |agent| assigned_seq(agent, index.channel);
            let members = layout.members_of(index);
            match index.kind {
                GroupIndexKind::Bitmap(own) => {
                    for (member, agent) in members {
                        let position = index.bit_position(own, member);
                        position.set_assigned_seq(&mut words, seq_of(agent));
                        for row in layout.fixed_rows(tables, index, agent) {
                            position.set_row(&mut words, row);
                        }
                    }
                }
                GroupIndexKind::Recency(_) => {
                    let level_rows = index.level_rows();
                    let mut fixed = FixedRows::new(index.rows - level_rows, members.len());
                    let members = members.map(|(member, agent)| {
                        for row in layout.fixed_rows(tables, index, agent) {
                            fixed.insert(member, row - level_rows);
                        }
                        (seq_of(agent), agent, member)
                    });
                    // Sorted by sequence number, then by agent, who breaks the ties of those never assigned an item.
                    let members = members.collect();
                    // INVARIANT: the layout numbers recency indexes in this order.
                    recency.push(RecencyIndex::new(index, fixed, members));
                }
            }
        }
        Self {
            words: words.into(),
            recency: recency.into(),
        }
    }

    /// Moves an agent on a channel from one capacity level to another, in the indexes of all its groups.
    ///
    /// The cost is linear in the slots of the agent.
    #[inline]
    pub(crate) fn set_level(
        &mut self,
        layout: &Layout,
        slots: &[Slot],
        levels: (CapacityLevel, CapacityLevel),
    ) {
        // PERF: the slots name the positions, so nothing is searched.
        for slot in slots {
            let index = layout.indexes.at(slot.index);
            match index.kind {
                GroupIndexKind::Bitmap(words) => {
                    let position = index.bit_position(words, slot.member);
                    position.set_level(&mut self.words, levels);
                }
                GroupIndexKind::Recency(recency) => {
                    // The index stores the level of each member, so the level before is not passed.
                    let recency = self.recency.at_mut(recency);
                    recency.set_level(slot.member, levels.1);
                }
            }
        }
    }

    /// Does what [`set_level`](Self::set_level) does after an assignment to the agent, and writes its sequence number.
    // PERF: apart from `set_level`, so that neither tests per slot whether there is a sequence number.
    #[inline]
    pub(crate) fn set_level_and_seq(
        &mut self,
        layout: &Layout,
        slots: &[Slot],
        levels: (CapacityLevel, CapacityLevel),
        assigned_seq: u64,
    ) {
        for slot in slots {
            let index = layout.indexes.at(slot.index);
            match index.kind {
                GroupIndexKind::Bitmap(words) => {
                    let position = index.bit_position(words, slot.member);
                    position.set_level(&mut self.words, levels);
                    position.set_assigned_seq(&mut self.words, assigned_seq);
                }
                GroupIndexKind::Recency(recency) => {
                    // Only an assignment changes the position of a member.
                    let recency = self.recency.at_mut(recency);
                    recency.append(slot.member, levels.1, assigned_seq);
                }
            }
        }
    }

    /// Returns the rows of a group index.
    #[inline]
    pub(crate) fn rows(&self, index: &GroupIndex) -> GroupRows<'_> {
        match index.kind {
            GroupIndexKind::Bitmap(words) => {
                let words = self.words.get(words.range());
                GroupRows::Bitmap(words.unwrap_or_default())
            }
            GroupIndexKind::Recency(recency) => GroupRows::Recency(self.recency.at(recency)),
        }
    }

    /// Iterates over the present members of a group index, in the order of the group.
    ///
    /// The cost is linear in the present members, plus one word per 64 members.
    pub(crate) fn present_members(&self, index: &GroupIndex) -> impl Iterator<Item = Member> {
        let (bitmap, recency) = match self.rows(index) {
            GroupRows::Bitmap(words) => (words, &[][..]),
            GroupRows::Recency(recency) => (&[][..], recency.present()),
        };
        // One of the two is empty.
        let blocks = index.blocks(bitmap);
        let words = blocks.map(|block| bits::word(block.rows, PRESENT));
        let words = words.chain(recency.iter().copied());
        words.enumerate().flat_map(|(number, word)| {
            bits::Ones(word).map(move |bit| Member::from_index(number * BLOCK_MEMBERS + bit))
        })
    }

    /// Returns `true` if a level row of a group index has a member. The cost is at most linear in the blocks of a bitmap, and
    /// O(1) in a recency index.
    pub(crate) fn is_any_in(&self, index: &GroupIndex, row: usize) -> bool {
        match self.rows(index) {
            GroupRows::Bitmap(words) => {
                let mut blocks = index.blocks(words);
                blocks.any(|block| bits::word(block.rows, row) != 0)
            }
            GroupRows::Recency(recency) => recency.is_any_in(row),
        }
    }
}
