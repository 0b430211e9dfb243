//! The filter: which members of a group can take an item. Most gates are rows of the index; the others are checks of each
//! agent who passes the rows.

use core::ops::{ControlFlow, Range};

use crate::base::hint::cold_path;
use crate::base::table::{Handle, LocalAgent, Member, PoolHandle};
use crate::decide::search::Search;
use crate::plan::{HeldSkill, RulePlan};
use crate::roster::index::GroupRows;
use crate::roster::index::bitmap::{BLOCK_MEMBERS, GroupIndex};
use crate::roster::index::bits::{self, Ones, word};
use crate::roster::index::recency::RecencyIndex;
use crate::roster::index::row_mask::RowMask;
use crate::routing::requested_skills::RequestedSkill;

/// The index of a group, with the gates that its members have to pass.
pub(crate) struct Filtered<'a> {
    pub(crate) index: &'a GroupIndex,
    pub(crate) rows: GroupRows<'a>,
    mask: RowMask,
    /// Whether the rows do not decide about skills.
    checks_skills: bool,
    /// Whether the rows do not decide about capacity: the item is larger than the levels tell apart.
    checks_capacity: bool,
    /// Whether the rows decide about all gates.
    pub(crate) is_exact: bool,
}

/// The members of a level row in one block.
#[derive(Clone, Copy)]
pub(crate) struct LevelMembers<'s> {
    /// The member of the first bit.
    first: usize,
    /// The members as bits.
    bits: u64,
    assigned_seqs: &'s [u64],
}

impl LevelMembers<'_> {
    /// Iterates over the members, with the sequence numbers of their last assignments.
    #[inline]
    pub(crate) fn iter(self) -> impl Iterator<Item = (Member, u64)> {
        Ones(self.bits).map(move |bit| {
            (
                Member::from_index(self.first + bit),
                word(self.assigned_seqs, bit),
            )
        })
    }

    /// Returns the member with the least sequence number, and that number.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn least_recent(self) -> (Member, u64) {
        let mut least = (0, u64::MAX);
        for bit in Ones(self.bits) {
            let seq = word(self.assigned_seqs, bit);
            if seq < least.1 {
                least = (bit, seq);
            }
        }
        (Member::from_index(self.first + least.0), least.1)
    }
}

impl Filtered<'_> {
    /// Visits the members who are in one of the level rows and pass the fixed rows, with the sequence numbers of their last
    /// assignments. A recency index is visited in ascending order of these.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(Member, u64) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        match self.rows {
            GroupRows::Bitmap(words) => {
                for (number, block) in self.index.blocks(words).enumerate() {
                    let in_rows = bits::union(block.rows, &rows);
                    if in_rows == 0 {
                        continue;
                    }
                    for bit in Ones(in_rows & self.mask.passing(block.rows)) {
                        let member = Member::from_index(number * BLOCK_MEMBERS + bit);
                        visit(member, word(block.assigned_seqs, bit))?;
                    }
                }
                ControlFlow::Continue(())
            }
            GroupRows::Recency(recency) => recency.visit(&rows, &self.mask, visit),
        }
    }

    /// Visits the members who pass the fixed rows, from the highest of some level rows down, until `visit` returns `true`: an
    /// agent of that row can take the item.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn descend(
        &self,
        rows: Range<usize>,
        visit: impl FnMut(usize, LevelMembers<'_>) -> bool,
    ) {
        match self.rows {
            GroupRows::Bitmap(words) => self.descend_bitmap(words, rows, visit),
            GroupRows::Recency(recency) => self.descend_recency(recency, rows, visit),
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn descend_bitmap(
        &self,
        words: &[u64],
        rows: Range<usize>,
        mut visit: impl FnMut(usize, LevelMembers<'_>) -> bool,
    ) {
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
                end = lowest + above;
                if visit(end, members) {
                    lowest = end;
                    break;
                }
            }
        }
    }

    // PERF: inlining it into the search of a bitmap makes that one slower.
    #[inline(never)]
    fn descend_recency(
        &self,
        recency: &RecencyIndex,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, LevelMembers<'_>) -> bool,
    ) {
        let equal = |row: usize| row != self.index.more_row();
        for row in rows.rev() {
            let mut is_found = false;
            let _ = recency.visit(&(row..row + 1), &self.mask, |member, seq| {
                let members = LevelMembers {
                    first: member.index(),
                    bits: 1,
                    assigned_seqs: &[seq],
                };
                is_found |= visit(row, members);
                // Members with equal spare units are ranked by recency: the first one is the best.
                if is_found && equal(row) {
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

    /// Returns whether members are visited in the order of their last assignments.
    #[inline]
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.rows, GroupRows::Recency(_))
    }
}

impl<'a> Search<'a> {
    /// Returns the gates for the members of a group; none if no member can take the item.
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
        let mut index = group;
        let mut mask = RowMask::new();
        let mut checks_skills = false;
        if self.ask.has_skills && rule.skills.requires() {
            let rarest = if index.rare_skills.is_empty() {
                None
            } else {
                self.rarest_skill_index(index)
            };
            match rarest {
                Some(rarest) => {
                    index = rarest;
                    checks_skills = rule.skills.levels() || self.item.requested_skills().len() > 1;
                }
                None => checks_skills = self.require_skills(index, rule, &mut mask)?,
            }
        }
        // The index can be that of a rare skill by now, whose holders can be all human or all AI.
        if ai && !index.has_ai {
            return None;
        }
        if index.has_ai {
            cold_path();
            mask.require_ai(index.ai_row(), ai);
        }
        let rows = self.roster.index().rows(index);
        let checks_capacity = self.ask.size as usize > index.more_row();
        let is_exact =
            !checks_skills && !checks_capacity && !self.ask.has_declines && rule.gates.is_empty();
        Some(Filtered {
            index,
            rows,
            mask,
            checks_skills,
            checks_capacity,
            is_exact,
        })
    }

    /// Returns the index of the members who hold the rarest of the mandatory skills, if one of these is rare.
    #[inline(never)]
    fn rarest_skill_index(&self, index: &GroupIndex) -> Option<&'a GroupIndex> {
        let layout = self.roster.layout();
        let mandatory = self
            .item
            .requested_skills()
            .iter()
            .filter(|asked| asked.is_mandatory)
            .filter_map(|asked| asked.skill);
        mandatory
            .filter_map(|skill| layout.rare_skill_index(index, skill))
            .min_by_key(|index| index.members.range().len())
    }

    /// Requires the rows of the mandatory skills. Returns whether skills have to be checked of each agent as well, or none if
    /// no member holds one of them.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn require_skills(
        &self,
        index: &GroupIndex,
        rule: &RulePlan,
        mask: &mut RowMask,
    ) -> Option<bool> {
        let mut checks_skills = false;
        for asked in self
            .item
            .requested_skills()
            .iter()
            .filter(|asked| asked.is_mandatory)
        {
            let level = if rule.skills.levels() { asked.level } else { 0 };
            let (row, exact) = self.roster.layout().skill_row(index, asked.skill?, level)?;
            checks_skills |= !mask.require(row) || !exact;
        }
        Some(checks_skills)
    }

    /// Checks the gates about which the rows do not decide.
    pub(crate) fn admits(
        &mut self,
        filtered: &Filtered<'_>,
        rule: &RulePlan,
        pool: PoolHandle,
        agent: LocalAgent,
    ) -> bool {
        filtered.is_exact
            || (!filtered.checks_capacity || self.has_capacity(agent))
                && (!filtered.checks_skills || self.holds_mandatory(agent, rule))
                && !self
                    .item
                    .is_declined_by(self.roster.handle_of(agent), self.now)
                && self.passes_gates(agent, rule, pool)
    }

    /// Returns whether an agent has enough spare capacity for the item (gate 6).
    pub(crate) fn has_capacity(&self, agent: LocalAgent) -> bool {
        self.roster.spare_units(agent, self.ask.channel) >= self.ask.size.into()
    }

    /// Returns whether an agent in the row *more* has capacity for an item that is larger than the levels tell apart.
    pub(crate) fn has_agent_in_more_row(&self, index: &'a GroupIndex) -> bool {
        let all = Filtered {
            index,
            rows: self.roster.index().rows(index),
            mask: RowMask::new(),
            checks_skills: false,
            checks_capacity: true,
            is_exact: false,
        };
        let more = index.more_row();
        let found = all.visit(more..more + 1, |member, _| {
            let agent = self.roster.layout().member(index, member);
            if self.has_capacity(agent) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found.is_break()
    }

    /// Returns a requested skill as the agent holds it; none if it does not.
    pub(crate) fn held(&self, agent: LocalAgent, asked: RequestedSkill) -> Option<HeldSkill> {
        let skills = self.tables.agent_skills.get(self.roster.handle_of(agent));
        let found = skills.binary_search_by_key(&asked.skill?, |held| held.skill);
        skills.get(found.ok()?).copied()
    }

    /// Returns whether an agent holds all mandatory skills (gate 4).
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

    /// Returns whether an agent passes the custom gates of a rule (gate 7). Notes the earliest time at which an exclusion ends.
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
