//! Plain scans: no index to keep, and everybody is looked at for every item.

use super::desk::Desk;
use super::load::Step;
use super::staff::{Rank, Staff};
use super::workload::World;

/// Looks at every agent there is.
pub(crate) struct ScanOfEveryone {
    staff: Staff,
}

impl ScanOfEveryone {
    /// Takes over from a desk in service: to warm up by scanning would take minutes.
    pub(crate) fn taking_over(staff: &Staff) -> Self {
        Self {
            staff: staff.clone(),
        }
    }
}

impl Desk for ScanOfEveryone {
    type Agent = u32;

    fn number(agent: u32) -> usize {
        agent as usize
    }

    fn lay_out(&mut self, arrivals: &[Step]) {
        self.staff.lay_out(arrivals);
    }

    fn arrive(&mut self, place: usize) -> Option<u32> {
        let want = &self.staff.laid_out[place];
        let best = (0_u32..)
            .zip(&self.staff.records)
            .filter(|(_, record)| record.fits(want.skills))
            .filter(|(_, record)| {
                record
                    .groups()
                    .iter()
                    .any(|group| want.groups().contains(group))
            })
            .map(|(agent, record)| record.rank(agent))
            .min()?;
        self.staff.take(best.1);
        Some(best.1)
    }

    fn complete(&mut self, agent: u32) {
        self.staff.give_back(agent);
    }
}

/// Looks at every member of the queue's groups: it has lists of members, and is quick while groups are small.
pub(crate) struct ScanOfMembers {
    staff: Staff,
    members: Vec<Vec<u32>>,
}

impl ScanOfMembers {
    /// Takes over from a desk in service.
    pub(crate) fn taking_over(staff: &Staff, world: &World) -> Self {
        Self {
            staff: staff.clone(),
            members: world.groups.clone(),
        }
    }

    fn best_of(&self, group: u32, skills: u32) -> Option<Rank> {
        self.members[group as usize]
            .iter()
            .map(|&agent| (agent, &self.staff.records[agent as usize]))
            .filter(|(_, record)| record.fits(skills))
            .map(|(agent, record)| record.rank(agent))
            .min()
    }
}

impl Desk for ScanOfMembers {
    type Agent = u32;

    fn number(agent: u32) -> usize {
        agent as usize
    }

    fn lay_out(&mut self, arrivals: &[Step]) {
        self.staff.lay_out(arrivals);
    }

    fn arrive(&mut self, place: usize) -> Option<u32> {
        let want = &self.staff.laid_out[place];
        let best = want
            .groups()
            .iter()
            .filter_map(|&group| self.best_of(group, want.skills))
            .min()?;
        self.staff.take(best.1);
        Some(best.1)
    }

    fn complete(&mut self, agent: u32) {
        self.staff.give_back(agent);
    }
}
