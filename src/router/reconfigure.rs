//! Everything, or one agent, is configured anew: swapped whole, or refused whole.

pub(crate) mod losses;

use crate::router::handles::ItemHandle;
use crate::router::store::capacity_overrides::CapacityOverrides;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::mem;

use crate::id::{AgentId, GroupId};
use crate::model::{Agent, Config};
use crate::plan::Plan;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::output::{CancelReason, Output, PresenceWhy};
use crate::router::store::items::Items;

use crate::time::Timestamp;
use losses::{agent_after, channel_after};

/// What has become of the items.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) kept: u64,
    pub(crate) moved: u64,
    pub(crate) canceled: u64,
    pub(crate) withdrawn: u64,
}

impl Router {
    /// One agent is configured anew.
    pub(crate) fn set_agent(
        &mut self,
        agent: AgentId,
        value: Option<Box<Agent>>,
        mut groups: Vec<GroupId>,
    ) -> Result<(), RouterError> {
        let mut config = self.plan().config().clone();
        if value.is_none() {
            self.find_agent(&agent)?;
            if let Some(group) = groups.into_iter().next() {
                return Err(RouterError::GoneInGroup { agent, group });
            }
            groups = Vec::new();
        }
        let groups: BTreeSet<GroupId> = groups.into_iter().collect();
        if let Some(group) = groups
            .iter()
            .find(|group| !config.groups.contains_key(group.as_str()))
        {
            let group = group.clone();
            return Err(RouterError::UnknownGroup { group });
        }
        let ids: Vec<GroupId> = config.groups.keys().cloned().collect();
        for (id, group) in ids.iter().zip(config.groups.values_mut()) {
            let is_member = group.members.contains(&agent);
            if groups.contains(id) && !is_member {
                group.members.push(agent.clone());
            } else if is_member && !groups.contains(id) {
                group.members.retain(|member| *member != agent);
            }
        }
        match value {
            Some(value) => drop(config.agents.insert(agent, *value)),
            None => drop(config.agents.remove(agent.as_str())),
        }
        self.reconfigure(config)
    }

    /// Everything is configured anew.
    pub(crate) fn reconfigure(&mut self, config: Config) -> Result<(), RouterError> {
        let plan = self.plan().of_config(config)?;
        let mut counts = Counts::default();
        // None comes in meanwhile: a handle is that of its item, or of none.
        let items = self.items.by_arrival();
        self.cancel_of_lost_channels(&items, &plan, &mut counts);
        self.take_lost_presences(&plan);
        let old = self.swap(&plan);
        for item in &items {
            self.migrate(*item, &old, &mut counts);
        }
        self.dirty.check_all_declined(&self.items, &items);
        self.cancel_overdue(&items, &mut counts);
        self.output(Output::Reconfigured {
            kept: counts.kept,
            moved: counts.moved,
            canceled: counts.canceled,
            withdrawn: counts.withdrawn,
        });
        Ok(())
    }

    /// Cancels everything on the channels that are gone.
    fn cancel_of_lost_channels(&mut self, items: &[ItemHandle], plan: &Plan, counts: &mut Counts) {
        for &item in items {
            let Some(work) = self.items.get(item) else {
                continue;
            };
            if plan.channel(work.routed.item().channel.as_str()).is_none() {
                counts.canceled += 1;
                self.cancel_item(item, CancelReason::ChannelGone, None);
            }
        }
    }

    /// Tells of the agents whose presence state is gone.
    fn take_lost_presences(&mut self, plan: &Plan) {
        let compiled = self.roster.plan().compiled();
        let agents = compiled.agents.iter();
        let kept = agents.filter(|(_, id)| plan.agent(id.as_str()).is_some());
        let lost = kept.filter(|(agent, _)| {
            let state = self.roster.presence_of(*agent);
            state.is_some_and(|state| {
                let id = compiled.presence_states.name(state);
                plan.presence_state(id.as_str()).is_none()
            })
        });
        let lost: Vec<AgentId> = lost.map(|(_, id)| id.clone()).collect();
        for agent in lost {
            self.output(Output::PresenceSet {
                agent,
                state: None,
                why: PresenceWhy::Reconfigured,
            });
        }
    }

    /// Puts the new plan in the place of the old one, which is returned. The items still have the handles of the old one.
    fn swap(&mut self, plan: &Plan) -> Plan {
        let old = self.plan().clone();
        let roster = self.roster.import(plan, self.now);
        let items = mem::replace(&mut self.items, Items::new(plan.compiled().hasher));
        let before = mem::replace(self, Self::with_parts(roster, items));
        self.now = before.now;
        self.last_reconfigured = before.now;
        self.last_agents = before.last_agents;
        self.outputs = before.outputs;
        self.migrate_capacities(&before.capacity_overrides, &old);
        old
    }

    fn migrate_capacities(&mut self, before: &CapacityOverrides, old: &Plan) {
        let plan = self.plan().clone();
        for (agent, channel, set) in before.iter() {
            let Some(agent) = agent_after(old.compiled(), &plan, agent) else {
                continue;
            };
            let after = channel.map(|channel| channel_after(old.compiled(), &plan, channel));
            let channel = match after {
                None => None,
                Some(Some(channel)) => Some(channel),
                Some(None) => continue,
            };
            self.set_capacity_override(agent, channel, set);
        }
    }

    /// Cancels the queued items that have waited as long as the new configuration lets them.
    fn cancel_overdue(&mut self, items: &[ItemHandle], counts: &mut Counts) {
        let mut due: Vec<(Timestamp, u64, ItemHandle)> = Vec::new();
        for &item in items {
            let Some(work) = self.items.get(item).filter(|work| work.is_queued()) else {
                continue;
            };
            let moment = work.max_wait_ends(self.compiled());
            let moment = moment.filter(|moment| *moment <= self.now);
            due.extend(moment.map(|moment| (moment, work.arrival, item)));
        }
        due.sort_unstable();
        for (.., item) in due {
            self.cancel_item(item, CancelReason::MaxWait, None);
            counts.canceled += 1;
            counts.kept -= 1;
        }
    }
}
