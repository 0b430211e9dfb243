//! The reference system's two rules, answered by the index: most capacity, and longest since the last assignment.

use core::cmp::Ordering;
use core::ops::ControlFlow;

use crate::base::table::{LocalAgent, Member};
use crate::decide::filter::Filtered;
use crate::decide::search::{Found, Search};
use crate::plan::{IndexedRule, RulePlan, Stage};
use crate::roster::{GroupIndex, Roster};

/// The best so far.
#[derive(Clone, Copy)]
struct BestMember<'a> {
    /// The level row it was found in, where levels count; else 0.
    row: usize,
    /// Spare units, where they count; else 0.
    spare: u64,
    stamp: u64,
    member: Member,
    shape: &'a GroupIndex,
}

impl BestMember<'_> {
    fn agent(&self, roster: &Roster) -> Option<LocalAgent> {
        roster.member(self.shape, self.member)
    }
}

/// A group of a stage, sifted.
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
        for shape in self.shapes(stage) {
            let Some(filtered) = self.filter(shape, rule, ai) else {
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
            agent: best.agent(self.roster)?,
            group: best.shape.group,
            pool: stage.pool,
        })
    }

    /// From the highest level down: the first in which anyone comes into question.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: what is handed over costs as much as the search"
    )]
    fn most_capacity(&mut self, group: &Group<'a, '_>, best: &mut Option<BestMember<'a>>) {
        let mut rows = group.filtered.shape.level_rows_for(self.ask.size);
        if let Some(best) = best {
            rows.start = rows.start.max(best.row);
        }
        let more_row = group.filtered.shape.more_row();
        group.filtered.descend(rows, |row, together| {
            if group.filtered.plain && row != more_row {
                let (member, stamp) = together.least();
                if stamp > 0 {
                    let spare = self.spare_in(group, row, member);
                    return self.compare(group, row, spare, stamp, member, best);
                }
            }
            together.each().fold(false, |will_do, (member, stamp)| {
                let spare = self.spare_in(group, row, member);
                self.compare(group, row, spare, stamp, member, best) || will_do
            })
        });
    }

    /// All levels at once: only stamps count.
    #[inline]
    fn last_assigned(&mut self, group: &Group<'a, '_>, best: &mut Option<BestMember<'a>>) {
        let rows = group.filtered.shape.level_rows_for(self.ask.size);
        let in_order = group.filtered.is_in_order();
        let _ = group.filtered.visit(rows, |member, stamp| {
            if self.compare(group, 0, 0, stamp, member, best) && in_order {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }

    /// The spare units of a member of a level row: in the row *more* they differ, above it they have no limit.
    #[inline]
    fn spare_in(&self, group: &Group<'a, '_>, row: usize, member: Member) -> u64 {
        let shape = group.filtered.shape;
        match row.cmp(&shape.more_row()) {
            Ordering::Less => row as u64,
            Ordering::Greater => u64::MAX,
            Ordering::Equal => {
                let agent = self.roster.member(shape, member);
                agent.map_or(0, |agent| self.roster.spare_units(agent, self.ask.channel))
            }
        }
    }

    /// Puts a member in the place of the best so far if it comes before it. Says whether it may take the item, or need not be
    /// asked.
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
        stamp: u64,
        member: Member,
        best: &mut Option<BestMember<'a>>,
    ) -> bool {
        let another = BestMember {
            row,
            spare,
            stamp,
            member,
            shape: group.filtered.shape,
        };
        let comes_after = |best: &BestMember<'_>| !self.comes_before(&another, best);
        if best.as_ref().is_some_and(comes_after) {
            return true;
        }
        let admitted = group.filtered.plain || self.admits_member(group, member);
        if admitted {
            *best = Some(another);
        }
        admitted
    }

    fn admits_member(&mut self, group: &Group<'a, '_>, member: Member) -> bool {
        let agent = self.roster.member(group.filtered.shape, member);
        agent.is_some_and(|agent| self.admits(group.filtered, group.rule, group.stage.pool, agent))
    }

    #[inline]
    fn comes_before(&self, another: &BestMember<'_>, best: &BestMember<'_>) -> bool {
        if (another.spare, another.stamp) == (best.spare, best.stamp) {
            // Neither was ever given anything, or both are the same agent.
            return another.agent(self.roster) < best.agent(self.roster);
        }
        another.spare > best.spare || (another.spare == best.spare && another.stamp < best.stamp)
    }
}
