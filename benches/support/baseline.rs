//! The baseline: what a good engineer writes in an afternoon. One `BTreeSet` per group (there is one channel), ordered by
//! (spare, last assigned, number), with only those agents who have something to spare.

use std::collections::BTreeSet;

use super::desk::Desk;
use super::load::Step;
use super::staff::{Rank, Staff, Want};
use super::workload::World;

pub(crate) struct Sets {
    pub(crate) staff: Staff,
    by_group: Vec<BTreeSet<Rank>>,
}

impl Sets {
    pub(crate) fn new(world: &World) -> Self {
        let staff = Staff::new(world);
        let rank = |&agent: &u32| staff.records[agent as usize].rank(agent);
        let by_group = world
            .groups
            .iter()
            .map(|members| members.iter().map(rank).collect())
            .collect();
        Self { staff, by_group }
    }

    /// Walks the set of each group from its best to the first who has the skills, or to where the other group is better.
    /// Says through which group the best was found.
    #[inline]
    pub(crate) fn best(&self, want: &Want) -> Option<(Rank, u32)> {
        let mut best: Option<(Rank, u32)> = None;
        for &group in want.groups() {
            for &rank in &self.by_group[group as usize] {
                if best.is_some_and(|(known, _)| known <= rank) {
                    break;
                }
                if self.staff.records[rank.1 as usize].skills & want.skills == want.skills {
                    best = Some((rank, group));
                    break;
                }
            }
        }
        best
    }

    /// Moves an agent to where it now belongs, in all of its groups. Without spare capacity it stands in none.
    pub(crate) fn move_from(&mut self, old: Option<Rank>, agent: u32) {
        let record = self.staff.records[agent as usize];
        for &group in record.groups() {
            let set = &mut self.by_group[group as usize];
            if let Some(old) = old {
                set.remove(&old);
            }
            if record.spare > 0 {
                set.insert(record.rank(agent));
            }
        }
    }
}

impl Desk for Sets {
    type Agent = u32;

    fn number(agent: u32) -> usize {
        agent as usize
    }

    fn lay_out(&mut self, arrivals: &[Step]) {
        self.staff.lay_out(arrivals);
    }

    fn arrive(&mut self, place: usize) -> Option<u32> {
        let (best, _) = self.best(&self.staff.laid_out[place])?;
        self.staff.take(best.1);
        self.move_from(Some(best), best.1);
        Some(best.1)
    }

    fn complete(&mut self, agent: u32) {
        let record = self.staff.records[agent as usize];
        let old = (record.spare > 0).then(|| record.rank(agent));
        self.staff.give_back(agent);
        self.move_from(old, agent);
    }
}
