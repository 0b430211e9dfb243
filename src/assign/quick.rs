//! The reference system's two rules, answered by the index: most capacity, and longest since the last assignment.

use core::ops::{ControlFlow, Range};

use crate::assign::sift::{Rows, Sifted};
use crate::assign::{Found, Search};
use crate::plan::{Quick, RulePlan, Stage};
use crate::table::{EntryHandle, LocalAgent};

/// The best so far.
#[derive(Clone, Copy)]
struct Best {
    /// Spare units, where they count; else 0.
    spare: u64,
    stamp: u64,
    agent: LocalAgent,
    entry: EntryHandle,
}

impl Best {
    /// Whether another comes before it.
    #[inline]
    fn is_after(&self, spare: u64, stamp: u64, agent: LocalAgent) -> bool {
        spare > self.spare || (spare == self.spare && (stamp, agent) < (self.stamp, self.agent))
    }
}

impl<'a> Search<'a> {
    #[inline]
    pub(super) fn quick(
        &mut self,
        stage: &Stage,
        rule: &RulePlan,
        quick: Quick,
        ai: bool,
    ) -> Option<Found> {
        let mut best = None;
        for entry in stage.entries.handles() {
            let Some(sifted) = self.sift(entry, rule, ai) else {
                continue;
            };
            let group = Group {
                entry,
                sifted: &sifted,
                rule,
                stage,
            };
            match quick {
                Quick::MostCapacity => self.most_capacity(&group, &mut best),
                Quick::LastAssigned => self.last_assigned(&group, &mut best),
            }
        }
        best.map(|best| Found {
            agent: best.agent,
            entry: best.entry,
            pool: stage.pool,
        })
    }

    /// From the highest level down: the first in which anyone comes into question.
    #[inline]
    fn most_capacity(&mut self, group: &Group<'a, '_>, best: &mut Option<Best>) {
        let shape = group.sifted.shape;
        for row in shape.roomy_rows(self.ask.size).rev() {
            // In the row *more* spare units differ; in each other all have as many.
            let (least, most) = if row == shape.unlimited_row() {
                (u64::MAX, u64::MAX)
            } else if row == shape.more_row() {
                (row as u64, u64::MAX - 1)
            } else {
                (row as u64, row as u64)
            };
            if best.is_some_and(|best| best.spare > most) {
                return;
            }
            self.first_of(
                group,
                row..row + 1,
                |search, agent| {
                    if least == most {
                        most
                    } else {
                        search.roster.spare_units(agent, search.ask.channel)
                    }
                },
                least == most,
                best,
            );
        }
    }

    /// All levels at once: only stamps count.
    #[inline]
    fn last_assigned(&mut self, group: &Group<'a, '_>, best: &mut Option<Best>) {
        let rows = group.sifted.shape.roomy_rows(self.ask.size);
        self.first_of(group, rows, |_, _| 0, true, best);
    }

    /// The first of some level rows, if it comes before the best so far. Where all of them are `equal` but for their stamps,
    /// the first of a line is the one.
    #[inline]
    fn first_of(
        &mut self,
        group: &Group<'a, '_>,
        rows: Range<usize>,
        spare: impl Fn(&Self, LocalAgent) -> u64,
        equal: bool,
        best: &mut Option<Best>,
    ) {
        let in_order = equal && matches!(group.sifted.rows, Rows::Line(_));
        let search = self;
        let layout = search.roster.layout();
        let _ = group.sifted.visit(layout, rows, |agent, stamp| {
            let spare = spare(search, agent);
            if best.is_none_or(|best| best.is_after(spare, stamp, agent)) {
                if !search.admits(group.sifted, group.rule, group.stage.pool, agent) {
                    return ControlFlow::Continue(());
                }
                *best = Some(Best {
                    spare,
                    stamp,
                    agent,
                    entry: group.entry,
                });
            }
            if in_order {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }
}

/// A group of a stage, sifted.
struct Group<'a, 's> {
    entry: EntryHandle,
    sifted: &'s Sifted<'a>,
    rule: &'s RulePlan,
    stage: &'s Stage,
}
