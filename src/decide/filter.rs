//! The filter: the members of a group who can take an item.
//!
//! The filter turns the gates into rows of the group's index, and a search then visits the members whose bits remain:
//!
//! ```text
//!   gate                    row                                              checked per agent as well
//!   presence, capacity      the level rows of the item's size and above      if the item is larger than the levels
//!   skills                  one row per mandatory skill                      if a row is not exact or the mask is full
//!   AI                      the row of AI agents, or its complement          never
//!   declined, custom        none                                             always
//! ```
//!
//! If no gate is left to check per agent, the filter is *exact*, and each visited member is eligible. Most filters are exact:
//! few items are large, declined or subject to custom gates.
//!
//! A search visits the members in one of two ways. [`visit`](GroupFilter::visit) takes all level rows at once, in the order of
//! the members. [`descend`](GroupFilter::descend) goes from the highest level row down.

#![expect(
    clippy::inline_always,
    reason = "measured: passing the arguments of these functions costs as much as their work"
)]

use core::ops::{ControlFlow, Range};

use crate::base::table::{Handle, LocalAgent, Member, PoolHandle};
use crate::decide::search::Search;
use crate::plan::{HeldSkill, RulePlan};
use crate::roster::index::GroupRows;
use crate::roster::index::bits::{self, Ones, word};
use crate::roster::index::group_index::{BLOCK_MEMBERS, GroupIndex};
use crate::roster::index::recency::RecencyIndex;
use crate::roster::index::row_mask::RowMask;
use crate::routing::requested_skills::RequestedSkill;
use crate::rule::Case;

/// The filter of a group in a stage: the index of the group, with the gates that its members have to pass.
pub(crate) struct GroupFilter<'a> {
    /// The group's index, or the index of those members who hold a rare skill.
    pub(crate) index: &'a GroupIndex,
    /// The rows of the index.
    rows: GroupRows<'a>,
    /// The rule of the group's stage.
    pub(crate) rule: &'a RulePlan,
    /// The pool of the group's stage.
    pub(crate) pool: PoolHandle,
    /// The fixed rows that a member must be in.
    mask: RowMask,
    /// Whether the mask admits members who lack a mandatory skill.
    checks_skills: bool,
    /// Whether the level rows admit members with too little spare capacity: the item is larger than the levels.
    checks_capacity: bool,
    /// Whether the rows decide about all gates.
    pub(crate) is_exact: bool,
}

/// The members of a level row in one block who pass the mask.
///
/// PERF: a visit of a whole word lets the fast path compare sequence numbers without a call per member.
#[derive(Clone, Copy)]
pub(crate) struct LevelMembers<'s> {
    /// The member of the lowest bit.
    first: usize,
    /// The members as bits, at least one.
    bits: u64,
    /// The sequence numbers of the last assignments, by bit.
    assigned_seqs: &'s [u64],
}

impl LevelMembers<'_> {
    /// Iterates over the members, with the sequence numbers of their last assignments.
    #[inline]
    pub(crate) fn iter(self) -> impl Iterator<Item = (Member, u64)> {
        // In the order of the members, and not of the sequence numbers.
        Ones(self.bits).map(move |bit| {
            let member = Member::from_index(self.first + bit);
            (member, word(self.assigned_seqs, bit))
        })
    }
}

/// Visits.
impl GroupFilter<'_> {
    /// Visits the members who are in one of the level rows and pass the mask, with the sequence numbers of their last
    /// assignments, until `visit` returns `Break`. Visits a [recency index](Self::is_ordered) in ascending order of these.
    ///
    /// The cost is linear in the blocks times the rows, plus the members visited.
    #[inline]
    pub(crate) fn visit(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let words = match self.rows {
            GroupRows::Bitmap(words) => words,
            GroupRows::Recency(recency) => return recency.visit(&rows, &self.mask, visit),
        };
        for (number, block) in self.index.blocks(words).enumerate() {
            let in_rows = bits::union(block.rows, &rows);
            if in_rows == 0 {
                // PERF: in most blocks of a busy group nobody has capacity; the mask is not read.
                continue;
            }
            // The order of the members: the caller compares sequence numbers.
            for bit in Ones(in_rows & self.mask.passing(block.rows)) {
                let member = Member::from_index(number * BLOCK_MEMBERS + bit);
                visit(member, word(block.assigned_seqs, bit))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Visits the members who pass the mask, from the highest of some level rows down to the first row for which `visit`
    /// returns `true`: a member of that row is eligible.
    ///
    /// In a bitmap it visits the rows per block, and keeps the best row so far as the lower bound for the next blocks:
    ///
    /// ```text
    ///              block 0            block 1            block 2
    ///   row 3      0 0 0 0            0 0 0 0            0 0 0 0
    ///   row 2      0 0 0 0            0 1 0 0 ◄ visit    1 0 0 0 ◄ visit
    ///   row 1      0 1 0 1 ◄ visit    not read           not read
    /// ```
    // PERF: 3 % of the instructions of `assign`.
    #[inline(always)]
    pub(crate) fn descend(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, LevelMembers<'_>) -> bool,
    ) {
        let words = match self.rows {
            GroupRows::Bitmap(words) => words,
            GroupRows::Recency(recency) => {
                self.descend_recency(recency, rows, visit);
                return;
            }
        };
        // PERF: the blocks are in the outer loop, so that each is read once. A block is read down to the best row of the
        // blocks before it: members in lower rows cannot win.
        let mut lowest = rows.start;
        for (number, block) in self.index.blocks(words).enumerate() {
            let passing = self.mask.passing(block.rows);
            let mut end = rows.end;
            loop {
                let levels = block.rows.get(lowest..end).unwrap_or_default();
                let (above, bits) = bits::last_in(levels, passing);
                if bits == 0 {
                    break;
                }
                let members = LevelMembers {
                    first: number * BLOCK_MEMBERS,
                    bits,
                    assigned_seqs: block.assigned_seqs,
                };
                // If nobody in this row is eligible, the search continues below it.
                end = lowest + above;
                if visit(end, members) {
                    // The row itself is searched again: a later block may have a member who was assigned less recently.
                    lowest = end;
                    break;
                }
            }
        }
    }

    /// Descends a recency index: visits row by row, and one member per call, since the members of a row are in order.
    ///
    /// Its blocks have the positions of a ring, and no sequence numbers, so a visit of a whole word would not help.
    fn descend_recency(
        &self,
        recency: &RecencyIndex,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, LevelMembers<'_>) -> bool,
    ) {
        for row in rows.rev() {
            let mut is_found = false;
            // The result only states whether the visit ended early.
            let _ = recency.visit(&(row..row + 1), &self.mask, |member, seq| {
                let members = LevelMembers {
                    first: member.index(),
                    bits: 1,
                    assigned_seqs: &[seq],
                };
                is_found |= visit(row, members);
                // Members with equal spare units are visited in their order, so the first eligible one is the best. In the
                // row *more* the units differ, so all members are visited.
                if is_found && row != self.index.more_row() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            if is_found {
                return;
            }
        }
    }

    /// Returns `true` if members are visited in the order of their last assignments.
    #[inline]
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.rows, GroupRows::Recency(_))
    }
}

/// Gates as rows.
impl<'a> Search<'a> {
    /// Returns the filter of a group for the item; `None` if the rows exclude all members.
    ///
    /// `is_ai` selects the AI agents of the group, or the people.
    // PERF: 5 % of the instructions of `assign`.
    #[inline(always)]
    pub(crate) fn filter(
        &self,
        group: &'a GroupIndex,
        pool: PoolHandle,
        rule: &'a RulePlan,
        is_ai: bool,
    ) -> Option<GroupFilter<'a>> {
        // Replaced by the index of a rare skill, if the item requires one.
        let mut index = group;
        let mut mask = RowMask::default();
        let mut checks_skills = false;
        if self.item.request.has_skills && rule.skills.requires_mandatory() {
            // PERF: only large groups have rare skills.
            if !index.rare_skills.is_empty()
                && let Some(rarest) = self.rarest_skill_index(index)
            {
                index = rarest;
                // This index has no skill rows: its members hold the rare skill, at any level.
                checks_skills = rule.skills.uses_levels() || self.item.requested_skills().len() > 1;
            } else {
                checks_skills = self.require_skills(index, rule, &mut mask)?;
            }
        }
        // After the choice of the index: the holders of a rare skill can be all people or all AI agents.
        if is_ai && !index.has_ai {
            return None;
        }
        if index.has_ai {
            mask.require_ai(index.ai_row(), is_ai);
        }
        // The row *more* also has members with fewer units than a large item needs.
        let checks_capacity = self.item.size() as usize > index.more_row();
        Some(GroupFilter {
            index,
            rows: self.roster.index().rows(index),
            rule,
            pool,
            mask,
            checks_skills,
            checks_capacity,
            // `has_declines` includes lapsed declines. The members are then checked one by one, with the same result.
            is_exact: !checks_skills
                && !checks_capacity
                && !self.item.request.has_declines
                && rule.custom_gates.is_empty(),
        })
    }

    /// Returns the index of the members who hold the rarest of the mandatory skills; `None` if none of these is rare in the
    /// group.
    ///
    /// The other mandatory skills are then checked per holder: there are few.
    fn rarest_skill_index(&self, index: &GroupIndex) -> Option<&'a GroupIndex> {
        let layout = self.roster.layout();
        let skills = self.mandatory_skills().filter_map(|asked| asked.skill);
        skills
            .filter_map(|skill| layout.rare_skill_index(index, skill))
            .min_by_key(|index| index.members.range().len())
    }

    /// Requires the rows of the mandatory skills. Returns whether the skills of each agent have to be checked as well.
    ///
    /// Returns `None` if no member holds one of the skills at its level, so that the group is skipped.
    // PERF: 2.4 % of the instructions of `assign`.
    #[inline(always)]
    fn require_skills(
        &self,
        index: &GroupIndex,
        rule: &RulePlan,
        mask: &mut RowMask,
    ) -> Option<bool> {
        let (uses_levels, mut checks_skills) = (rule.skills.uses_levels(), false);
        for asked in self.mandatory_skills() {
            // Level 0 is that of every holder.
            let level = if uses_levels { asked.level } else { 0 };
            let (row, is_exact) = self.roster.layout().skill_row(index, asked.skill?, level)?;
            // An inexact row or a full mask admits too many members, and never too few.
            checks_skills |= !mask.require(row) || !is_exact;
        }
        Some(checks_skills)
    }

    /// Iterates over the requested skills that an agent must hold, if the rule requires mandatory skills.
    #[inline]
    fn mandatory_skills(&self) -> impl Iterator<Item = &'a RequestedSkill> + use<'a> {
        let skills = self.item.requested_skills().iter();
        skills.filter(|asked| asked.is_mandatory)
    }
}

/// Gates of one agent.
impl Search<'_> {
    /// Returns `true` if an agent passes the gates that the rows do not decide. INVARIANT: the agent passes the rows.
    ///
    /// A caller skips the call if the filter is [exact](GroupFilter::is_exact).
    pub(crate) fn admits(&mut self, filter: &GroupFilter<'_>, agent: LocalAgent) -> bool {
        let handle = self.roster.handle_of(agent);
        // Custom gates come last, as `passes_custom_gates` requires.
        (!filter.checks_capacity || self.has_capacity(agent))
            && (!filter.checks_skills || self.holds_mandatory(agent, filter.rule))
            && !self.item.is_declined_by(handle, self.now)
            && self.passes_custom_gates(agent, filter.rule, filter.pool)
    }

    /// Returns `true` if an agent has enough spare capacity for the item, on the channel and over all channels: the gate
    /// `capacity`.
    pub(crate) fn has_capacity(&self, agent: LocalAgent) -> bool {
        let spare = self.roster.spare_units(agent, self.item.channel());
        spare >= self.item.size().into()
    }

    /// Returns a requested skill as the agent holds it; `None` if the agent lacks it. The cost is logarithmic in the skills of
    /// the agent.
    pub(crate) fn held(&self, agent: LocalAgent, asked: RequestedSkill) -> Option<HeldSkill> {
        // INVARIANT: sorted by skill. A skill that no agent of the plan holds has no handle.
        let skills = self.tables.agent_skills.get(self.roster.handle_of(agent));
        let position = skills.binary_search_by_key(&asked.skill?, |held| held.skill);
        skills.get(position.ok()?).copied()
    }

    /// Returns `true` if an agent holds all mandatory skills, at the requested levels if the rule uses levels: the
    /// gate `skills`.
    pub(crate) fn holds_mandatory(&self, agent: LocalAgent, rule: &RulePlan) -> bool {
        let ignores_levels = !rule.skills.uses_levels();
        self.mandatory_skills().all(|asked| {
            let held = self.held(agent, *asked);
            held.is_some_and(|held| ignores_levels || held.level >= asked.level)
        })
    }

    /// Returns `true` if an agent passes the custom gates of a rule. INVARIANT: the agent passes the other gates.
    ///
    /// If not, records the moment at which the exclusion ends in [`exclusion_ends`](Self::exclusion_ends).
    pub(crate) fn passes_custom_gates(
        &mut self,
        agent: LocalAgent,
        rule: &RulePlan,
        pool: PoolHandle,
    ) -> bool {
        // The first gate that excludes the agent ends the check. The exclusions of later gates are found when the item is
        // checked again at the end of this one.
        for (_, gate) in &rule.custom_gates {
            let case = Case::new(self.roster, self.item, pool);
            let result = gate.check(&case, &self.candidate(agent));
            // An exclusion whose end has come no longer counts, even if the gate still returns it.
            if let Err(exclusion) = result
                && exclusion.holds_at(self.now)
            {
                let ends = self.exclusion_ends.into_iter().chain(exclusion.ends_at());
                self.exclusion_ends = ends.min();
                return false;
            }
        }
        true
    }
}
