//! The fast path: rules whose best agent follows from the index, `most_capacity` and `last_assigned`.

use core::cmp::Ordering;
use core::ops::ControlFlow;

use crate::base::table::{LocalAgent, Member};
use crate::decide::filter::Filtered;
use crate::decide::search::{Found, Search};
use crate::plan::{IndexedRule, RulePlan, Stage};
use crate::roster::Roster;
use crate::roster::index::bitmap::GroupIndex;

/// The best agent found so far, as a member of a group.
#[derive(Clone, Copy)]
struct BestMember<'a> {
    /// The agent's level row if the rule ranks by spare units, else 0.
    row: usize,
    /// The agent's spare units if the rule ranks by them, else 0.
    spare: u64,
    assigned_seq: u64,
    member: Member,
    index: &'a GroupIndex,
}

impl BestMember<'_> {
    fn agent(&self, roster: &Roster) -> LocalAgent {
        roster.layout().member(self.index, self.member)
    }
}

/// A group of a stage, with the rule of the stage.
struct Group<'a, 's> {
    filtered: &'s Filtered<'a>,
    rule: &'s RulePlan,
    stage: &'s Stage,
}

impl<'a> Search<'a> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    pub(crate) fn quick(
        &mut self,
        stage: &Stage,
        rule: &RulePlan,
        quick: IndexedRule,
        ai: bool,
    ) -> Option<Found> {
        let mut best = None;
        for index in self.indexes(stage) {
            let Some(filtered) = self.filter(index, rule, ai) else {
                continue;
            };
            let group = Group {
                filtered: &filtered,
                rule,
                stage,
            };
            match quick {
                IndexedRule::MostCapacity => self.most_capacity(&group, &mut best),
                IndexedRule::LastAssigned => self.last_assigned(&group, &mut best),
            }
        }
        let best = best?;
        Some(Found {
            agent: best.agent(self.roster),
            group: best.index.group,
            pool: stage.pool,
        })
    }

    /// Searches the level rows from the highest down, for the first one with an agent who can take the item.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn most_capacity(&mut self, group: &Group<'a, '_>, best: &mut Option<BestMember<'a>>) {
        let mut rows = group.filtered.index.level_rows_for(self.ask.size);
        if let Some(best) = best {
            rows.start = rows.start.max(best.row);
        }
        let more_row = group.filtered.index.more_row();
        group.filtered.descend(rows, |row, members| {
            if group.filtered.is_exact && row != more_row {
                // All of them have as many spare units: only the sequence number counts, unless it is 0 and so not unique.
                let (member, seq) = members.least_recent();
                if seq > 0 {
                    let spare = self.spare_in(group, row, member);
                    return self.compare(group, row, spare, seq, member, best);
                }
            }
            members.iter().fold(false, |is_found, (member, seq)| {
                let spare = self.spare_in(group, row, member);
                self.compare(group, row, spare, seq, member, best) || is_found
            })
        });
    }

    /// Searches all level rows at once: only the sequence numbers count.
    #[inline]
    fn last_assigned(&mut self, group: &Group<'a, '_>, best: &mut Option<BestMember<'a>>) {
        let rows = group.filtered.index.level_rows_for(self.ask.size);
        let is_ordered = group.filtered.is_ordered();
        let _ = group.filtered.visit(rows, |member, seq| {
            if self.compare(group, 0, 0, seq, member, best) && is_ordered {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }

    /// Returns the spare units of a member of a level row. Only the row *more* does not determine them.
    #[inline]
    fn spare_in(&self, group: &Group<'a, '_>, row: usize, member: Member) -> u64 {
        let index = group.filtered.index;
        match row.cmp(&index.more_row()) {
            Ordering::Less => row as u64,
            Ordering::Greater => u64::MAX,
            Ordering::Equal => {
                let agent = self.roster.layout().member(index, member);
                self.roster.spare_units(agent, self.ask.channel)
            }
        }
    }

    /// Replaces the best member by one that ranks before it and can take the item. Returns `false` only if the member ranks
    /// first and cannot take the item.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn compare(
        &mut self,
        group: &Group<'a, '_>,
        row: usize,
        spare: u64,
        assigned_seq: u64,
        member: Member,
        best: &mut Option<BestMember<'a>>,
    ) -> bool {
        let another = BestMember {
            row,
            spare,
            assigned_seq,
            member,
            index: group.filtered.index,
        };
        let comes_after = |best: &BestMember<'_>| !self.comes_before(&another, best);
        if best.as_ref().is_some_and(comes_after) {
            return true;
        }
        let admitted = group.filtered.is_exact || self.admits_member(group, member);
        if admitted {
            *best = Some(another);
        }
        admitted
    }

    fn admits_member(&mut self, group: &Group<'a, '_>, member: Member) -> bool {
        let agent = self.roster.layout().member(group.filtered.index, member);
        self.admits(group.filtered, group.rule, group.stage.pool, agent)
    }

    #[inline]
    fn comes_before(&self, another: &BestMember<'_>, best: &BestMember<'_>) -> bool {
        if (another.spare, another.assigned_seq) == (best.spare, best.assigned_seq) {
            // Both are 0: neither was ever assigned anything. Or both are the same agent, in two groups.
            return another.agent(self.roster) < best.agent(self.roster);
        }
        another.spare > best.spare
            || (another.spare == best.spare && another.assigned_seq < best.assigned_seq)
    }
}
