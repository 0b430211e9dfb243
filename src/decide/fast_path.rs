//! The fast path: rules whose best agent follows from the rows, `most_capacity` and `last_assigned`.
//!
//! Both rules compare at most two numbers that the index holds beside the bits: the level row, which is the number of spare
//! units, and the sequence number of the last assignment. So the state of an agent is not read, except for the gates that the
//! filter leaves open and for ties.
//!
//! ```text
//!   most_capacity    the highest level row with an eligible member; in it, the lowest sequence number
//!   last_assigned    all level rows with enough capacity; the lowest sequence number
//! ```
//!
//! A recency index has its members in the order of the sequence numbers, so there the first eligible member ends the search.
//! A bitmap has not: there all members who pass the rows are compared.

#![expect(
    clippy::inline_always,
    reason = "measured: passing the arguments of these functions costs as much as their work"
)]

use core::cmp::Ordering;
use core::ops::ControlFlow;

use crate::base::table::{LocalAgent, Member};
use crate::decide::filter::GroupFilter;
use crate::decide::search::{Choice, Search};
use crate::plan::{FastRule, RulePlan, Stage};
use crate::roster::Roster;
use crate::roster::index::group_index::GroupIndex;

/// An agent as a member of a group, with the numbers by which members are compared.
///
/// Members of different groups of a stage are compared as well: all their indexes are on one channel.
#[derive(Clone, Copy)]
struct RankedMember<'a> {
    /// The level row if the rule compares spare units, else 0.
    row: usize,
    /// The spare units if the rule compares them, else 0.
    spare: u64,
    /// The sequence number of the last assignment, 0 if there was none.
    assigned_seq: u64,
    member: Member,
    /// The index of which the member is one. PERF: the agent is looked up only if it is needed.
    index: &'a GroupIndex,
}

impl RankedMember<'_> {
    /// Returns the agent who is the member.
    fn agent(&self, roster: &Roster) -> LocalAgent {
        roster.layout().member(self.index, self.member)
    }

    /// Returns `true` if the member ranks before another one: more spare units first, then the lower sequence number, then the
    /// agent.
    #[inline]
    fn ranks_before(&self, other: &RankedMember<'_>, roster: &Roster) -> bool {
        // Reversed, since more spare units rank first.
        let by_spare = other.spare.cmp(&self.spare);
        let by_numbers = by_spare.then(self.assigned_seq.cmp(&other.assigned_seq));
        // A tie means two agents who were never assigned an item, or one agent in two groups. In the second case neither ranks
        // before the other, so the member of the first group stays.
        by_numbers
            .then_with(|| self.agent(roster).cmp(&other.agent(roster)))
            .is_lt()
    }
}

impl<'a> Search<'a> {
    /// Finds the best agent of a stage whose rule the index answers.
    ///
    /// The cost is linear in the blocks of the stage's groups. It does not depend on the number of agents who are busy or lack
    /// a skill, except through these.
    #[inline]
    pub(crate) fn find_by_index(
        &mut self,
        stage: &Stage,
        rule: &'a RulePlan,
        fast_rule: FastRule,
        is_ai: bool,
    ) -> Option<Choice> {
        // Shared by the groups, so that a later group is searched only for better members.
        let mut best = None;
        for index in self.indexes(stage) {
            // A group without members who can pass is not searched.
            let Some(filter) = self.filter(index, stage.pool, rule, is_ai) else {
                continue;
            };
            match fast_rule {
                FastRule::MostCapacity => self.find_most_capacity(&filter, &mut best),
                FastRule::LastAssigned => self.find_last_assigned(&filter, &mut best),
            }
        }
        let best = best?;
        Some(Choice {
            agent: best.agent(self.roster),
            group: best.index.group,
            pool: stage.pool,
        })
    }

    /// Searches the level rows of a group from the highest down, to the first one with an eligible member.
    ///
    /// Replaces `best` by that member if it ranks before `best`.
    // PERF: 3 % of the instructions of `assign`.
    #[inline(always)]
    fn find_most_capacity(
        &mut self,
        filter: &GroupFilter<'a>,
        best: &mut Option<RankedMember<'a>>,
    ) {
        let mut rows = filter.index.level_rows_for(self.item.size());
        if let Some(best) = best {
            // INVARIANT: the groups of a stage are on one channel, so their rows mean the same levels.
            // The row of the best member is searched again, since the sequence numbers of two groups can be in any order.
            rows.start = rows.start.max(best.row);
        }
        let more_row = filter.index.more_row();
        filter.descend(rows, |row, members| {
            // PERF: if all members are eligible and have equal spare units, only the one with the lowest sequence number is
            // compared. Several members can have the number 0: then the agent decides, in the loop below.
            if filter.is_exact
                && row != more_row
                && let Some((member, seq)) = members.iter().min_by_key(|(_, seq)| *seq)
                && seq > 0
            {
                let member = self.rank_member(filter, row, member, seq);
                if best
                    .as_ref()
                    .is_none_or(|best| member.ranks_before(best, self.roster))
                {
                    *best = Some(member);
                }
                // Ends the descent in this block: the row has an eligible member, so lower rows cannot win.
                return true;
            }
            // All members are visited, since in the row *more* a later one can have more spare units. If one of them does not
            // rank before the best member, the best one is in this row or in a higher one: lower rows cannot win.
            members.iter().fold(false, |ends_descent, (member, seq)| {
                let member = self.rank_member(filter, row, member, seq);
                self.take_better(filter, member, best) || ends_descent
            })
        });
    }

    /// Searches all level rows of a group that have enough capacity at once: only the sequence numbers count.
    ///
    /// Replaces `best` by the first eligible member if it ranks before `best`.
    #[inline]
    fn find_last_assigned(
        &mut self,
        filter: &GroupFilter<'a>,
        best: &mut Option<RankedMember<'a>>,
    ) {
        let rows = filter.index.level_rows_for(self.item.size());
        let is_ordered = filter.is_ordered();
        let _ = filter.visit(rows, |member, assigned_seq| {
            // As if all members were in row 0: they have equal spare units, so the sequence number decides.
            let member = self.rank_member(filter, 0, member, assigned_seq);
            // In a recency index all later members rank after an eligible one.
            if self.take_better(filter, member, best) && is_ordered {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }

    /// Returns a member of a level row with its spare units.
    ///
    /// The number of the row is the number of the units. Only the row *more* requires reading the agent's load and capacity.
    #[inline]
    fn rank_member(
        &self,
        filter: &GroupFilter<'a>,
        row: usize,
        member: Member,
        assigned_seq: u64,
    ) -> RankedMember<'a> {
        let index = filter.index;
        let spare = match row.cmp(&index.more_row()) {
            // The number of a level row is the number of spare units.
            Ordering::Less => row as u64,
            Ordering::Greater => u64::MAX,
            Ordering::Equal => {
                let agent = self.roster.layout().member(index, member);
                self.roster.spare_units(agent, self.item.channel())
            }
        };
        RankedMember {
            row,
            spare,
            assigned_seq,
            member,
            index,
        }
    }

    /// Replaces the best member by another one that ranks before it and is eligible.
    ///
    /// Returns `true` if the best member now ranks at or before the other one. Then no member that ranks after the other one
    /// can win, whether the best member was replaced or not.
    #[inline]
    fn take_better(
        &mut self,
        filter: &GroupFilter<'a>,
        other: RankedMember<'a>,
        best: &mut Option<RankedMember<'a>>,
    ) -> bool {
        // The gates come last, since only they read rows of the agent.
        if let Some(best) = best
            && !other.ranks_before(best, self.roster)
        {
            return true;
        }
        let is_admitted = filter.is_exact || self.admits(filter, other.agent(self.roster));
        // A member who is not eligible leaves the best one as it is.
        if is_admitted {
            *best = Some(other);
        }
        is_admitted
    }
}
