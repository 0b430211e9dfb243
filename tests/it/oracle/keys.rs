//! The keys of `assign_by`, as numbers.

use std::collections::BTreeMap;

use handover::{AssignBy, Capacity};

use super::Oracle;
use super::fraction::Fraction;
use super::queued_item::built_in_key;

impl Oracle<'_> {
    /// Returns the value of a key for an agent. Lower is better.
    pub(super) fn key_value(
        &self,
        key: &AssignBy,
        pool: usize,
        members: &BTreeMap<&str, usize>,
        id: &str,
    ) -> Fraction {
        let (roster, channel) = (self.roster, self.roster.channel(id, self.channel()));
        match key {
            AssignBy::MostCapacity => {
                Fraction::whole(u64::MAX - roster.spare(self.config, id, self.channel()))
            }
            AssignBy::LastAssigned => Fraction::whole(channel.assigned_seq),
            AssignBy::LongestIdle if roster.has_items(id) => Fraction::whole(u64::MAX),
            AssignBy::LongestIdle => Fraction::whole(roster.idle_since(id)),
            AssignBy::FewestItems => Fraction::whole(channel.items),
            AssignBy::FewestHandled => Fraction::whole(channel.handled),
            AssignBy::LowestUtilization => match roster.capacity(self.config, id, self.channel()) {
                Capacity::Unlimited => Fraction::whole(0_u64),
                Capacity::Units(capacity) => Fraction(channel.load, capacity.max(1).into()),
            },
            AssignBy::InOrder => Fraction::whole(members[id]),
            AssignBy::RoundRobin => {
                let last = roster.cursors.get(&(self.item.queue.clone(), pool));
                let first_position = last
                    .and_then(|last| members.get(last.as_str()))
                    .map_or(0, |last| last + 1);
                Fraction::whole((members[id] + members.len() - first_position) % members.len())
            }
            AssignBy::SpecialistsFirst => {
                let requested = self.item.skills(self.config);
                let skills = self.config.agents.get(id).unwrap().skills.keys();
                let is_other =
                    |skill: &&_| requested.iter().all(|request| request.skill != **skill);
                Fraction::whole(skills.filter(is_other).count())
            }
            AssignBy::Custom(name) => {
                self.key_value(&built_in_key(name.as_str()), pool, members, id)
            }
            other => panic!("{other:?} is not in the oracle"),
        }
    }
}
