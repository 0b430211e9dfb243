//! Which members of a group come into question: rows of bits where there are rows, questions where there are none.

use crate::roster::index::row_mask::RowMask;
use core::ops::{ControlFlow, Range};

use crate::base::hint::cold_path;
use crate::base::table::{Handle, LocalAgent, Member, PoolHandle};
use crate::decide::search::Search;
use crate::plan::{HeldSkill, RulePlan};
use crate::roster::index::bits;
use crate::roster::index::bits::Ones;
use crate::roster::{Block, GroupIndex, GroupIndexKind, RecencyIndex};
use crate::routing::requested_skills::RequestedSkill;

/// A group's index, and what its members have to pass.
pub(crate) struct Filtered<'a> {
    pub(crate) shape: &'a GroupIndex,
    pub(crate) rows: GroupRows<'a>,
    mask: RowMask,
    /// Whether skills have to be asked of each agent besides.
    ask_skills: bool,
    /// Whether room has to be asked of each agent besides: the item is larger than levels tell.
    ask_room: bool,
    /// Whether nothing has to be asked of an agent besides.
    pub(crate) plain: bool,
}

/// Members of one level row that are met together.
#[derive(Clone, Copy)]
pub(crate) struct SkillCover<'s> {
    /// The place that the first bit stands for.
    first: usize,
    members: u64,
    block: Block<'s>,
}

impl SkillCover<'_> {
    /// Each of them, with its stamp.
    #[inline]
    pub(crate) fn each(self) -> impl Iterator<Item = (Member, u64)> {
        Ones(self.members)
            .map(move |bit| (Member::from_index(self.first + bit), self.block.stamp(bit)))
    }

    /// The one with the least stamp, with that; of several who were never given anything the first.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn least(self) -> (Member, u64) {
        let mut least = (0, u64::MAX);
        for bit in Ones(self.members) {
            let stamp = self.block.stamp(bit);
            if stamp < least.1 {
                least = (bit, stamp);
            }
        }
        (Member::from_index(self.first + least.0), least.1)
    }
}

/// The rows of a shape.
#[derive(Clone, Copy)]
pub(crate) enum GroupRows<'a> {
    /// The shape's blocks in the memory of all places, from this position on.
    Bitmap {
        memory: &'a [u64],
        base: u32,
    },
    Recency(&'a RecencyIndex),
}

impl Filtered<'_> {
    /// Visits the members who stand in one of the level rows and pass the rows of skills, each with its stamp. Those of a
    /// line come in the order of their stamps.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        match self.rows {
            GroupRows::Bitmap { memory, base } => {
                for (index, block) in self.shape.blocks_in(memory, base).enumerate() {
                    let level = bits::any_of(block.rows, &rows);
                    if level == 0 {
                        continue;
                    }
                    for bit in Ones(level & self.mask.word(block.rows)) {
                        visit(Member::from_index(index * 64 + bit), block.stamp(bit))?;
                    }
                }
                ControlFlow::Continue(())
            }
            GroupRows::Recency(line) => line.visit(&rows, &self.mask, visit),
        }
    }

    /// Visits the members who pass the rows of skills, from the highest of some level rows down to where the visitor says
    /// that one will do: nobody below comes into question then.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn descend(
        &self,
        rows: Range<usize>,
        visit: impl FnMut(usize, SkillCover<'_>) -> bool,
    ) {
        match self.rows {
            GroupRows::Bitmap { memory, base } => self.descend_places(memory, base, rows, visit),
            GroupRows::Recency(line) => self.descend_line(line, rows, visit),
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn descend_places(
        &self,
        memory: &[u64],
        base: u32,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, SkillCover<'_>) -> bool,
    ) {
        let mut lowest = rows.start;
        for (index, block) in self.shape.blocks_in(memory, base).enumerate() {
            let passed = self.mask.word(block.rows);
            let mut end = rows.end;
            loop {
                let levels = block.rows.get(lowest..end).unwrap_or_default();
                let (above, members) = bits::last_in(levels, passed);
                if members == 0 {
                    break;
                }
                let first = index * 64;
                let together = SkillCover {
                    first,
                    members,
                    block,
                };
                end = lowest + above;
                if visit(end, together) {
                    lowest = end;
                    break;
                }
            }
        }
    }

    /// Kept apart: what it takes is much more code, and few groups are so large.
    #[inline(never)]
    fn descend_line(
        &self,
        line: &RecencyIndex,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, SkillCover<'_>) -> bool,
    ) {
        let equal = |row: usize| row != self.shape.more_row();
        for row in rows.rev() {
            let mut will_do = false;
            let _ = line.visit(&(row..row + 1), &self.mask, |member, stamp| {
                let place = [stamp, 0];
                let together = SkillCover {
                    first: member.index(),
                    members: 1,
                    block: Block::of_one(&place),
                };
                will_do |= visit(row, together);
                // Of equal members who come in the order of their stamps the first is the one.
                if will_do && equal(row) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            if will_do {
                return;
            }
        }
    }

    /// Whether members are visited in the order of their stamps.
    #[inline]
    pub(crate) fn is_in_order(&self) -> bool {
        matches!(self.rows, GroupRows::Recency(_))
    }
}

impl<'a> Search<'a> {
    /// Sifts a group of a stage: none if nobody of it comes into question.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn filter(
        &self,
        group: &'a GroupIndex,
        rule: &RulePlan,
        ai: bool,
    ) -> Option<Filtered<'a>> {
        let mut shape = group;
        let mut mask = RowMask::new();
        let mut ask_skills = false;
        if self.ask.has_skills && rule.skills.requires() {
            let holders = if shape.holders.is_empty() {
                None
            } else {
                self.fewest_holders(shape)
            };
            match holders {
                Some(holders) => {
                    shape = holders;
                    ask_skills = rule.skills.levels() || self.item.requested_skills().len() > 1;
                }
                None => ask_skills = self.demand_skills(shape, rule, &mut mask)?,
            }
        }
        // Asked of the index that is searched: of the holders of a skill all may be people, or all of them AI agents.
        if ai && !shape.has_ai {
            return None;
        }
        if shape.has_ai {
            cold_path();
            mask.only_ai(shape.ai_row(), ai);
        }
        let rows = self.rows(shape)?;
        let ask_room = self.ask.size as usize > shape.more_row();
        let plain = !ask_skills && !ask_room && !self.ask.has_declines && rule.gates.is_empty();
        Some(Filtered {
            shape,
            rows,
            mask,
            ask_skills,
            ask_room,
            plain,
        })
    }

    fn rows(&self, shape: &GroupIndex) -> Option<GroupRows<'a>> {
        match shape.kind {
            GroupIndexKind::Bitmap { base } => {
                let memory = self.roster.memory();
                Some(GroupRows::Bitmap { memory, base })
            }
            GroupIndexKind::Recency { line } => {
                cold_path();
                self.roster.line(line).map(GroupRows::Recency)
            }
        }
    }

    /// The index of the holders of the rarest of the mandatory skills, if one of them is rare.
    #[inline(never)]
    fn fewest_holders(&self, shape: &GroupIndex) -> Option<&'a GroupIndex> {
        let layout = self.roster.layout();
        let mandatory = self
            .item
            .requested_skills()
            .iter()
            .filter(|asked| asked.is_mandatory)
            .filter_map(|asked| asked.skill);
        let holders = mandatory.filter_map(|skill| layout.holders_of(shape, skill));
        holders
            .map(|holders| layout.shapes.at(holders))
            .min_by_key(|shape| shape.members.range().len())
    }

    /// Demands the rows of the mandatory skills, none if nobody has one of them; says whether agents have to be asked
    /// besides.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn demand_skills(
        &self,
        shape: &GroupIndex,
        rule: &RulePlan,
        mask: &mut RowMask,
    ) -> Option<bool> {
        let mut ask_skills = false;
        for asked in self
            .item
            .requested_skills()
            .iter()
            .filter(|asked| asked.is_mandatory)
        {
            let level = if rule.skills.levels() { asked.level } else { 0 };
            let (row, exact) = self.roster.layout().skill_row(shape, asked.skill?, level)?;
            ask_skills |= !mask.demand(row) || !exact;
        }
        Some(ask_skills)
    }

    /// Asks of one agent what no row of bits can say.
    pub(crate) fn admits(
        &mut self,
        filtered: &Filtered<'_>,
        rule: &RulePlan,
        pool: PoolHandle,
        agent: LocalAgent,
    ) -> bool {
        filtered.plain
            || (!filtered.ask_room || self.has_room_for_it(agent))
                && (!filtered.ask_skills || self.holds_mandatory(agent, rule))
                && !self
                    .item
                    .is_declined_by(self.roster.handle_of(agent), self.now)
                && self.passes_gates(agent, rule, pool)
    }

    pub(crate) fn has_room_for_it(&self, agent: LocalAgent) -> bool {
        self.roster.spare_units(agent, self.ask.channel) >= self.ask.size.into()
    }

    /// Whether someone in the row *more* has room for an item larger than levels tell.
    pub(crate) fn has_roomier_agent(&self, shape: &'a GroupIndex) -> bool {
        let Some(rows) = self.rows(shape) else {
            return false;
        };
        let all = Filtered {
            shape,
            rows,
            mask: RowMask::new(),
            ask_skills: false,
            ask_room: true,
            plain: false,
        };
        let more = shape.more_row();
        let found = all.visit(more..more + 1, |member, _| {
            let agent = self.roster.member(shape, member);
            if agent.is_some_and(|agent| self.has_room_for_it(agent)) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found.is_break()
    }

    /// The skill of the agent that is asked for, if it has it.
    pub(crate) fn held(&self, agent: LocalAgent, asked: RequestedSkill) -> Option<HeldSkill> {
        let skills = self.compiled.agent_skills.get(self.roster.handle_of(agent));
        let place = skills
            .binary_search_by_key(&asked.skill?, |held| held.skill)
            .ok()?;
        skills.get(place).copied()
    }

    pub(crate) fn holds_mandatory(&self, agent: LocalAgent, rule: &RulePlan) -> bool {
        let levels = rule.skills.levels();
        let mandatory = self
            .item
            .requested_skills()
            .iter()
            .filter(|asked| asked.is_mandatory);
        mandatory
            .map(|&asked| (asked, self.held(agent, asked)))
            .all(|(asked, held)| held.is_some_and(|held| !levels || held.level >= asked.level))
    }

    /// Asks the rule's own gates, in turn.
    pub(crate) fn passes_gates(
        &mut self,
        agent: LocalAgent,
        rule: &RulePlan,
        pool: PoolHandle,
    ) -> bool {
        if rule.gates.is_empty() {
            return true;
        }
        let (case, candidate) = (self.case(pool), self.candidate(agent));
        let excluded = rule.gates.iter().find_map(|(_, gate)| {
            gate.check(&case, &candidate)
                .err()
                .filter(|exclusion| exclusion.holds_at(self.now))
        });
        let Some(exclusion) = excluded else {
            return true;
        };
        self.exclusion_ends = self
            .exclusion_ends
            .into_iter()
            .chain(exclusion.ends_at())
            .min();
        false
    }
}
