//! The invariants of a roster: the index agrees with the state of the agents.
//!
//! The check computes each row of the index again from the agents, and compares. It shares no code with the changes that
//! keep the index up to date, except for [`Roster::level`](super::Roster::level).

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::base::table::{AgentChannelHandle, ChannelHandle, LocalAgent, Table};
use crate::roster::agent::AgentChannel;
use crate::roster::index::bitmap::Block;
use crate::roster::index::group_index::{BLOCK_MEMBERS, GroupIndex};
use crate::roster::index::layout::Slot;
use crate::roster::index::level::PRESENT;
use crate::roster::index::{GroupRows, bits};
use crate::roster::{BrokenInvariant, Roster};

impl Roster {
    /// Compares the index with the state of the agents, for tests. The cost is linear in the whole roster.
    ///
    /// # Errors
    ///
    /// [`BrokenInvariant`] describes the first fault. It is a bug of this crate: no call can cause it.
    ///
    /// # Examples
    ///
    /// ```
    /// use handover::*;
    ///
    /// let config = Config::new()
    ///     .channel("chat", ServiceChannel::new().active(true))
    ///     .agent("asha", Agent::new());
    /// let mut roster = Roster::new(&Plan::new(config)?);
    /// roster.give("asha", "chat", 1)?;
    /// assert_eq!(roster.check_invariants(), Ok(()));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn check_invariants(&self) -> Result<(), BrokenInvariant> {
        let scope = &self.layout.scope;
        let slots = self.expected_slots();
        for agent in scope.each_agent() {
            for (channel, row) in scope.channels_of(agent) {
                let agent_channel = self.agent_channels.at(row);
                let slots = slots.at(row);
                let fault = self.broken_agent_channel(agent, channel, agent_channel, slots);
                if let Some(fault) = fault {
                    let id = self.plan.tables().agents.id(scope.handle(agent));
                    let place = format!("agent `{id}`");
                    return Err(BrokenInvariant { place, fault });
                }
            }
        }
        for (handle, index) in self.layout.indexes.iter() {
            if let Some(fault) = self.broken_index(index) {
                return Err(BrokenInvariant {
                    place: format!("index {handle:?}"),
                    fault: fault.into(),
                });
            }
        }
        Ok(())
    }

    /// Computes the slots of each agent on each channel: its positions among the members of the group indexes, in the order of
    /// the indexes.
    fn expected_slots(&self) -> Table<AgentChannelHandle, Vec<Slot>> {
        let mut slots: Table<_, Vec<Slot>> = vec![Vec::new(); self.agent_channels.len()].into();
        for (index, group) in self.layout.indexes.iter() {
            for (member, agent) in self.layout.members_of(group) {
                let row = self.layout.scope.agent_channel(agent, group.channel);
                slots.at_mut(row).push(Slot { index, member });
            }
        }
        slots
    }

    /// Compares an agent's state on a channel with what it follows from: the plan, the members of the group indexes, and the
    /// state of the roster. Returns the fault, if there is one.
    fn broken_agent_channel(
        &self,
        agent: LocalAgent,
        channel: ChannelHandle,
        agent_channel: &AgentChannel,
        slots: &[Slot],
    ) -> Option<String> {
        let levels = self.plan.tables().channel_plans.at(channel).levels;
        let state = self.working_state(agent);
        let expected = self.level(agent, state, channel, agent_channel);
        let (level, seq) = (agent_channel.level, agent_channel.assigned_seq);
        let last = self.last_seq;
        if agent_channel.levels != levels {
            let own = agent_channel.levels;
            Some(format!("has {own} levels, the channel has {levels}"))
        } else if agent_channel.slots.as_slice() != slots {
            let own = &agent_channel.slots;
            Some(format!("has slots {own:?}, expected {slots:?}"))
        } else if level != expected {
            Some(format!("has level {level:?}, expected {expected:?}"))
        } else if seq > last {
            Some(format!(
                "has sequence number {seq}, the last given is {last}"
            ))
        } else {
            None
        }
    }

    /// Returns the first invariant of a group index that does not hold; `None` if all hold.
    fn broken_index(&self, index: &GroupIndex) -> Option<&'static str> {
        match self.index.rows(index) {
            GroupRows::Bitmap(words) => self.broken_bitmap(index, words),
            GroupRows::Recency(recency) => {
                // A recency index identifies its members by number, not by agent.
                let members = index.members.range().len();
                recency.broken_invariant(members, |member| {
                    let agent = self.layout.member(index, member);
                    let agent_channel = self.agent_channel(agent, index.channel);
                    (agent_channel.level, agent_channel.assigned_seq)
                })
            }
        }
    }

    /// Compares every bit and sequence number of a bitmap with the state of the member. Returns the fault, if there is one.
    fn broken_bitmap(&self, index: &GroupIndex, words: &[u64]) -> Option<&'static str> {
        // Computes all rows from the agents, and compares them at the end: a bit too many is a fault, too.
        let blocks: Vec<Block<'_>> = index.blocks(words).collect();
        let members = self.layout.members_of(index);
        if blocks.len() != members.len().div_ceil(BLOCK_MEMBERS) {
            return Some("a block is missing");
        }
        // The expected words are in the order of the bitmap, without the sequence numbers.
        let mut expected = vec![0; blocks.len() * index.rows];
        for (member, agent) in members {
            let agent_channel = self.agent_channel(agent, index.channel);
            let (block, bit) = bits::split(member.index());
            let seqs = blocks.get(block).map(|block| block.assigned_seqs);
            if seqs.and_then(|seqs| seqs.get(bit as usize)) != Some(&agent_channel.assigned_seq) {
                return Some("a sequence number is wrong");
            }
            // The level row and the row of presence; level 0 has no row of its own.
            let present = agent_channel.is_present().then_some(PRESENT);
            let tables = self.plan.tables();
            let rows = present.into_iter().chain(agent_channel.level.row());
            for row in rows.chain(self.layout.fixed_rows(tables, index, agent)) {
                bits::set(&mut expected, block * index.rows + row, bit);
            }
        }
        let is_right = blocks.iter().flat_map(|block| block.rows).eq(&expected);
        (!is_right).then_some("a row is wrong")
    }
}
