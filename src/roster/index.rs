//! The index of a roster: which agents can take an item, in rows of bits.
//!
//! The members of each group that a stage names are indexed once per channel. Most groups have a [`bitmap`], with the members
//! in the order in which the group lists them. Large groups whose rule prefers the longest wait since the last assignment
//! have a [`recency`] index, with the members in that order. The [`layout`] says which indexes exist, and where everything is
//! in them; it never changes. [`IndexState`] has what changes.

pub(crate) mod bitmap;
pub(crate) mod bits;
pub(crate) mod layout;
pub(crate) mod layout_builder;
pub(crate) mod level;
pub(crate) mod recency;
pub(crate) mod row_mask;
pub(crate) mod scope;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::base::table::{
    AgentChannelHandle, ChannelHandle, LocalAgent, RecencyHandle, Span, Table, WordHandle,
};
use crate::plan::Tables;
use bitmap::{GroupIndex, GroupIndexKind};
use layout::Layout;
use level::CapacityLevel;
use recency::RecencyIndex;
use recency::fixed_rows::FixedRows;

/// The part of the index that changes: the bits and sequence numbers of all group indexes.
#[derive(Clone, Debug, Default)]
pub(crate) struct IndexState {
    words: Box<[u64]>,
    recency: Table<RecencyHandle, RecencyIndex>,
}

/// The rows of a group index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupRows<'a> {
    /// The words of a bitmap.
    Bitmap(&'a [u64]),
    Recency(&'a RecencyIndex),
}

impl IndexState {
    /// Builds the index of absent agents, given the sequence number of each agent's last assignment on each channel.
    pub(crate) fn new(
        layout: &Layout,
        plan: &Tables,
        assigned_seq: impl Fn(LocalAgent, ChannelHandle) -> u64,
    ) -> Self {
        let mut words = vec![0; layout.words];
        let mut recency = Vec::new();
        for (_, index) in layout.indexes.iter() {
            let seq_of = |agent| assigned_seq(agent, index.channel);
            match index.kind {
                GroupIndexKind::Bitmap(own) => {
                    for (member, agent) in layout.members_of(index) {
                        let position = index.bit_position(own, member);
                        position.set_assigned_seq(&mut words, seq_of(agent));
                        for row in layout.fixed_rows(plan, index, agent) {
                            position.set_row(&mut words, row);
                        }
                    }
                }
                GroupIndexKind::Recency(_) => {
                    let members = layout.members_of(index);
                    let mut fixed = FixedRows::new(index.rows - index.level_rows(), members.len());
                    let members = members.map(|(member, agent)| {
                        for row in layout.fixed_rows(plan, index, agent) {
                            fixed.insert(member, row - index.level_rows());
                        }
                        (seq_of(agent), agent, member)
                    });
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
    #[inline]
    pub(crate) fn set_level(
        &mut self,
        layout: &Layout,
        agent_channel: AgentChannelHandle,
        levels: (CapacityLevel, CapacityLevel),
    ) {
        for slot in layout.slots.get(agent_channel) {
            let index = layout.indexes.at(slot.index);
            match index.kind {
                GroupIndexKind::Bitmap(words) => {
                    let position = index.bit_position(words, slot.member);
                    position.set_level(&mut self.words, levels);
                }
                GroupIndexKind::Recency(recency) => {
                    let recency = self.recency.at_mut(recency);
                    recency.set_level(slot.member, levels.1);
                }
            }
        }
    }

    /// Does what [`set_level`](Self::set_level) does for an agent who was just assigned an item, and writes the sequence
    /// number of the assignment.
    #[inline]
    pub(crate) fn set_level_and_seq(
        &mut self,
        layout: &Layout,
        agent_channel: AgentChannelHandle,
        levels: (CapacityLevel, CapacityLevel),
        assigned_seq: u64,
    ) {
        for slot in layout.slots.get(agent_channel) {
            let index = layout.indexes.at(slot.index);
            match index.kind {
                GroupIndexKind::Bitmap(words) => {
                    let position = index.bit_position(words, slot.member);
                    position.set_level(&mut self.words, levels);
                    position.set_assigned_seq(&mut self.words, assigned_seq);
                }
                GroupIndexKind::Recency(recency) => {
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
            GroupIndexKind::Bitmap(words) => GroupRows::Bitmap(self.words_of(words)),
            GroupIndexKind::Recency(recency) => GroupRows::Recency(self.recency.at(recency)),
        }
    }

    /// Returns whether a member of a group index is in a level row.
    pub(crate) fn is_any_in(&self, index: &GroupIndex, row: usize) -> bool {
        match self.rows(index) {
            GroupRows::Bitmap(words) => index
                .blocks(words)
                .any(|block| bits::word(block.rows, row) != 0),
            GroupRows::Recency(recency) => recency.is_any_in(row),
        }
    }

    #[inline]
    fn words_of(&self, words: Span<WordHandle>) -> &[u64] {
        self.words.get(words.range()).unwrap_or_default()
    }
}
