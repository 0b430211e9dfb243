//! A new configuration, of everything or of one agent. It is applied whole, or rejected whole.

pub(crate) mod losses;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::mem;

use crate::base::table::{Handle, QueueHandle};
use crate::id::{AgentId, GroupId};
use crate::model::{Agent, Config};
use crate::plan::Plan;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, Output, PresenceChangeReason};
use crate::router::reconfigure::losses::Counts;
use crate::router::resolver::Resolver;
use crate::router::store::capacity_overrides::CapacityOverrides;
use crate::router::store::items::Items;
use crate::time::Timestamp;

impl Router {
    /// Handles `set_agent`: replaces, adds or removes one agent and its group memberships.
    ///
    /// Copies the configuration, edits the copy and applies it, so that its cost is that of [`reconfigure`](Self::reconfigure).
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

    /// Handles `reconfigure`: replaces the configuration and migrates every item and agent by id.
    ///
    /// Takes time in proportion to the configuration and the items.
    pub(crate) fn reconfigure(&mut self, config: Config) -> Result<(), RouterError> {
        let plan = self.plan().with_config(config)?;
        let mut counts = Counts::default();
        // No item arrives during the migration, so that a handle in this list never names another item.
        let items = self.items.by_arrival();
        self.cancel_items_of_removed_channels(&items, &plan, &mut counts);
        self.report_removed_presences(&plan);
        let old = self.swap_plan(&plan);
        for item in &items {
            self.migrate(*item, &old, &mut counts);
        }
        let queues = (0..self.tables().queues.len()).map(QueueHandle::from_index);
        self.dirty.mark_declined_in(queues);
        self.cancel_overdue(&items, &mut counts);
        self.output(Output::Reconfigured {
            kept: counts.kept,
            moved: counts.moved,
            canceled: counts.canceled,
            withdrawn: counts.withdrawn,
        });
        Ok(())
    }

    fn cancel_items_of_removed_channels(
        &mut self,
        items: &[ItemHandle],
        plan: &Plan,
        counts: &mut Counts,
    ) {
        for &item in items {
            let Some(row) = self.items.get(item) else {
                continue;
            };
            if plan.channel(row.routed.item().channel.as_str()).is_none() {
                counts.canceled += 1;
                self.cancel_item(item, CancelReason::ChannelGone, None);
            }
        }
    }

    /// Outputs `presence_set` for each remaining agent whose presence state the new plan lacks.
    fn report_removed_presences(&mut self, plan: &Plan) {
        let tables = self.roster.plan().tables();
        let remaining = tables
            .agents
            .iter()
            .filter(|(_, id)| plan.agent(id.as_str()).is_some());
        let removed = remaining.filter(|(agent, _)| {
            let state = self.roster.presence_of(*agent);
            state.is_some_and(|state| {
                let id = tables.presence_states.id(state);
                plan.presence_state(id.as_str()).is_none()
            })
        });
        let agents: Vec<AgentId> = removed.map(|(_, id)| id.clone()).collect();
        for agent in agents {
            self.output(Output::PresenceSet {
                agent,
                state: None,
                why: PresenceChangeReason::Reconfigured,
            });
        }
    }

    /// Replaces the plan, and returns the old one. The items still hold handles of the old plan afterwards.
    fn swap_plan(&mut self, plan: &Plan) -> Plan {
        let old = self.plan().clone();
        let roster = self.roster.import(plan, self.now);
        let items = mem::replace(&mut self.items, Items::new(plan.tables().hasher));
        let before = mem::replace(self, Self::with_parts(roster, items));
        self.now = before.now;
        self.last_reconfigured = before.now;
        self.last_agents = before.last_agents;
        self.outputs = before.outputs;
        self.migrate_capacities(&before.capacity_overrides, &old);
        old
    }

    /// Keeps the capacities that were set at run time, but those of removed agents and channels.
    fn migrate_capacities(&mut self, overrides: &CapacityOverrides, old: &Plan) {
        let plan = self.plan().clone();
        let (resolver, old) = (Resolver::new(&plan), old.tables());
        for (agent, channel, set) in overrides.iter() {
            let channel = channel.map(|channel| old.channels.id(channel));
            let key = resolver.capacity_key(old.agents.id(agent), channel);
            if let Ok((agent, channel)) = key {
                self.set_capacity_override(agent, channel, set);
            }
        }
    }

    /// Cancels the queued items whose `max_wait_secs` under the new configuration has passed, earliest deadline first.
    fn cancel_overdue(&mut self, items: &[ItemHandle], counts: &mut Counts) {
        let mut due: Vec<(Timestamp, u64, ItemHandle)> = Vec::new();
        for &item in items {
            let Some(row) = self.items.get(item).filter(|row| row.is_queued()) else {
                continue;
            };
            let deadline = row.max_wait_ends(self.tables());
            let deadline = deadline.filter(|deadline| *deadline <= self.now);
            due.extend(deadline.map(|deadline| (deadline, row.arrival, item)));
        }
        due.sort_unstable();
        for (.., item) in due {
            self.cancel_item(item, CancelReason::MaxWait, None);
            counts.canceled += 1;
            counts.kept -= 1;
        }
    }
}
