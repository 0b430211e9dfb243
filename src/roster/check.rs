//! What must always be true of a roster.

use crate::roster::index::level::CapacityLevel;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::table::{AgentChannelHandle, Handle, LocalAgent, Member};
use crate::roster::index::bitmap::Block;
use crate::roster::index::bits::word;
use crate::roster::{BrokenInvariant, GroupIndex, GroupIndexKind, Roster};

impl Roster {
    /// Compares every row of the index with what is true of the agents, for tests: linear in the whole roster.
    ///
    /// # Errors
    ///
    /// [`BrokenInvariant`] says what is wrong. That is a fault of this crate: no call can bring it about.
    pub fn check_invariants(&self) -> Result<(), BrokenInvariant> {
        for agent in (0..self.agents.len()).map(LocalAgent::from_index) {
            self.check_agent(agent)?;
        }
        for (handle, shape) in self.layout.shapes.iter() {
            let place = || format!("index {}", handle.index());
            let fault = match shape.kind {
                GroupIndexKind::Bitmap { base } => self.places_fault(shape, base),
                GroupIndexKind::Recency { line } => self.line_fault(shape, line),
            };
            if let Some(fault) = fault {
                return Err(BrokenInvariant {
                    place: place(),
                    fault: fault.into(),
                });
            }
        }
        Ok(())
    }

    /// Compares an agent's standing with what it is made of.
    fn check_agent(&self, agent: LocalAgent) -> Result<(), BrokenInvariant> {
        let broken = |fault: String| {
            let place = format!(
                "agent `{}`",
                self.plan.compiled().agents.name(self.handle_of(agent))
            );
            Err(BrokenInvariant { place, fault })
        };
        let is_limited = self.agents.at(agent).universal_capacity().is_some();
        for channel in self.layout.scope.each_channel() {
            let Some(agent_channel) = self.layout.scope.agent_channel(agent, channel) else {
                continue;
            };
            let row = self.agent_channels.at(agent_channel);
            if row.is_limited != is_limited {
                return broken("does not know of its universal capacity".into());
            }
            let present = self.passes_presence(agent, agent_channel, channel);
            let expected = if present {
                self.level(agent, agent_channel)
            } else {
                CapacityLevel::ABSENT
            };
            if row.level != expected {
                return broken(format!("stands as {:?}, expected {expected:?}", row.level));
            }
            if row.stamp > self.stamp {
                return broken(format!(
                    "has stamp {}, the last given is {}",
                    row.stamp, self.stamp
                ));
            }
        }
        Ok(())
    }

    /// The cell of a member, with its agent.
    fn seated(
        &self,
        shape: &GroupIndex,
        member: Member,
    ) -> Option<(LocalAgent, AgentChannelHandle)> {
        let agent = self.layout.member(shape, member)?;
        Some((
            agent,
            self.layout.scope.agent_channel(agent, shape.channel)?,
        ))
    }

    fn places_fault(&self, shape: &GroupIndex, base: u32) -> Option<&'static str> {
        let blocks: Vec<Block<'_>> = shape.blocks_in(&self.memory, base).collect();
        if blocks.len() != shape.members.range().len().div_ceil(64) {
            return Some("a block is missing");
        }
        let places = blocks
            .iter()
            .enumerate()
            .flat_map(|(index, block)| (0..64).map(move |bit| (index * 64 + bit, block, bit)));
        for (place, block, bit) in places {
            let is_set = |row: usize| word(block.rows, row) >> bit & 1 == 1;
            let seated = self.seated(shape, Member::from_index(place));
            let level = seated.map_or(CapacityLevel::ABSENT, |(_, agent_channel)| {
                self.agent_channels.at(agent_channel).level
            });
            let level = |row: usize| {
                if row == 0 {
                    level.is_present()
                } else {
                    level.level_row() == Some(row)
                }
            };
            if (0..shape.level_rows()).any(|row| is_set(row) != level(row)) {
                return Some("a row of levels is wrong");
            }
            let fixed = |row: usize| {
                seated.is_some_and(|(agent, _)| {
                    self.layout
                        .fixed_rows(self.plan.compiled(), shape, agent)
                        .any(|own| own == row)
                })
            };
            if (shape.level_rows()..shape.rows()).any(|row| is_set(row) != fixed(row)) {
                return Some("a row of skills is wrong");
            }
            let member = Member::from_index(place);
            if seated.is_some_and(|(agent, _)| self.member(shape, member) != Some(agent)) {
                return Some("a place is another agent's");
            }
            if seated.is_some_and(|(_, agent_channel)| {
                self.agent_channels.at(agent_channel).stamp != block.stamp(bit)
            }) {
                return Some("a stamp is wrong");
            }
        }
        None
    }

    fn line_fault(&self, shape: &GroupIndex, line: u32) -> Option<&'static str> {
        let Some(line) = self.line(line) else {
            return Some("a line is missing");
        };
        let agent_channel = |member: Member| {
            self.seated(shape, member)
                .map(|(_, agent_channel)| self.agent_channels.at(agent_channel))
        };
        let members = shape.members.range().len();
        if (0..members)
            .map(Member::from_index)
            .any(|member| line.agent(member) != self.layout.member(shape, member))
        {
            return Some("a member of the line is another agent");
        }
        if (0..members).map(Member::from_index).any(|member| {
            line.level(member) != agent_channel(member).map(|agent_channel| agent_channel.level)
        }) {
            return Some("a member of the line stands otherwise than the agent");
        }
        line.fault(
            |member| agent_channel(member).map_or(0, |agent_channel| agent_channel.stamp),
            shape.level_rows()..shape.rows(),
        )
    }
}
