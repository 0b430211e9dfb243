//! The keys of `assign_by`, each as a number, from the rules alone.

use std::collections::BTreeMap;

use handover::{AssignBy, Capacity};

use crate::oracle::fraction::Share;
use crate::oracle::gates::Case;
use crate::oracle::queued_item::built_in;

impl Case<'_> {
    /// By what an agent is compared under one key: less goes first.
    pub(crate) fn share(
        &self,
        key: &AssignBy,
        pool: usize,
        listed: &BTreeMap<&str, usize>,
        id: &str,
    ) -> Share {
        let (desk, line) = (self.desk, self.desk.line(id, self.channel()));
        match key {
            AssignBy::MostCapacity => {
                Share::whole(u64::MAX - desk.spare(self.config, id, self.channel()))
            }
            AssignBy::LastAssigned => Share::whole(line.given),
            AssignBy::LongestIdle if desk.has_something_in_hand(id) => Share::whole(u64::MAX),
            AssignBy::LongestIdle => Share::whole(desk.idle_since(id)),
            AssignBy::FewestItems => Share::whole(line.items),
            AssignBy::FewestHandled => Share::whole(line.handled),
            AssignBy::LowestUtilization => match desk.capacity(self.config, id, self.channel()) {
                Capacity::Unlimited => Share::whole(0_u64),
                Capacity::Units(capacity) => Share(line.load, capacity.max(1).into()),
            },
            AssignBy::InOrder => Share::whole(listed[id]),
            AssignBy::RoundRobin => {
                let last = desk.cursors.get(&(self.question.queue.clone(), pool));
                let first = last
                    .and_then(|last| listed.get(last.as_str()))
                    .map_or(0, |last| last + 1);
                Share::whole((listed[id] + listed.len() - first) % listed.len())
            }
            AssignBy::SpecialistsFirst => {
                let asked = self.question.skills(self.config);
                let skills = self.config.agents.get(id).unwrap().skills.keys();
                Share::whole(
                    skills
                        .filter(|skill| asked.iter().all(|asked| asked.skill != **skill))
                        .count(),
                )
            }
            AssignBy::Custom(name) => self.share(&built_in(name.as_str()), pool, listed, id),
            other => panic!("{other:?} is new"),
        }
    }
}
