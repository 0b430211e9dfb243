//! A new configuration, or a new agent within the present one. It is applied completely or not at all.
//!
//! Handles belong to one plan. A reconfiguration therefore replaces the plan and translates every handle of the router by id,
//! in this order:
//!
//! 1. The configuration is compiled. If it has problems, nothing has changed yet.
//! 2. Items of removed channels are canceled, under the old plan.
//! 3. The roster, the items and the capacities that inputs set move to the new plan.
//! 4. Each item is [migrated](migration), by arrival.
//! 5. Items that have waited longer than the new configuration allows are canceled.
//!
//! The step ends with matching, as after every input.

pub(crate) mod migration;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::mem;

use crate::id::{AgentId, GroupId};
use crate::model::{Agent, Config};
use crate::plan::{Plan, PlanBuilder};
use crate::router::Router;
use crate::router::error::{Result, RouterError};
use crate::router::handles::ItemHandle;
use crate::router::output::{CancelReason, OfferEnd, Output, PresenceChangeReason, RequeueReason};
use crate::router::store::capacity_overrides::CapacityOverrides;
use crate::router::store::items::Items;
use crate::time::Timestamp;

impl Router {
    /// Handles [`Input::SetAgent`](crate::Input::SetAgent): adds, replaces or removes one agent, with its group memberships.
    ///
    /// Copies the configuration, edits the copy and applies it: the cost is that of [`reconfigure`](Self::reconfigure).
    pub(crate) fn set_agent(
        &mut self,
        agent: AgentId,
        value: Option<Box<Agent>>,
        groups: Vec<GroupId>,
    ) -> Result {
        let is_removed = value.is_none();
        if is_removed {
            self.find_agent(&agent)?;
        }
        let known = &self.plan().config().groups;
        let is_unknown = |group: &&GroupId| !known.contains_key(group.as_str());
        if let Some(group) = groups.iter().find(is_unknown) {
            let group = group.clone();
            return Err(RouterError::UnknownGroup { group });
        }
        let mut given = BTreeSet::new();
        for group in groups {
            let fault = if is_removed {
                "is given, although the agent is removed"
            } else if given.contains(&group) {
                "is given twice, expected once"
            } else {
                given.insert(group);
                continue;
            };
            return Err(RouterError::InvalidGroups {
                agent,
                group,
                fault,
            });
        }
        let groups = given;
        let mut config = self.plan().config().clone();
        // A `Map` has no iterator over keys and mutable values at once.
        let ids: Vec<GroupId> = config.groups.keys().cloned().collect();
        for (id, group) in ids.iter().zip(config.groups.values_mut()) {
            if !groups.contains(id) {
                group.members.retain(|member| *member != agent);
            } else if !group.members.contains(&agent) {
                // A member keeps its position in the group: `in_order` and `round_robin` read it.
                group.members.push(agent.clone());
            }
        }
        match value {
            Some(value) => drop(config.agents.insert(agent, *value)),
            None => drop(config.agents.remove(agent.as_str())),
        }
        self.reconfigure(config)
    }

    /// Handles [`Input::Reconfigure`](crate::Input::Reconfigure): replaces the configuration and migrates every agent and item.
    ///
    /// Takes time in proportion to the configuration and the items, with a factor of log n for n items.
    pub(crate) fn reconfigure(&mut self, config: Config) -> Result {
        let plan = PlanBuilder::after(self.plan(), config).build()?;
        // Outputs of earlier steps may not have been polled yet.
        let first_output = self.outputs.len();
        let mut items = self.items.by_arrival();
        items.retain(|item| {
            let channel = &self.items.item(*item).work_item().channel;
            let is_kept = plan.channel(channel.as_str()).is_some();
            // Under the old plan: the new one may lack the holder of the item.
            if !is_kept {
                self.cancel_item(*item, CancelReason::ChannelGone, None);
            }
            is_kept
        });
        self.report_removed_presences(&plan);
        // From here on, all lookups use the new plan. `old` is needed to translate the handles that the items still have.
        let old = self.swap_plan(&plan);
        // The last agent who could take a declined item may be gone. Each item that enters its queue is checked for exhaustion.
        for item in &items {
            self.migrate(*item, &old);
        }
        self.cancel_overdue(&items);
        self.report_reconfigured(first_output);
        Ok(())
    }

    /// Outputs `presence_set` for each remaining agent whose presence state the new plan lacks.
    ///
    /// The roster drops these states when it is migrated. Without the output, the host would show them forever.
    fn report_removed_presences(&mut self, plan: &Plan) {
        let (old, new) = (self.tables(), plan.tables());
        let (old_states, new_states) = (&old.presence_states, &new.presence_states);
        let agents = old.agents.iter().filter(|(agent, id)| {
            let state = self.roster.presence_of(*agent);
            let is_removed = |state| old_states.handle_in(state, new_states).is_none();
            state.is_some_and(is_removed) && new.agents.find(id.as_str()).is_some()
        });
        let agents: Vec<AgentId> = agents.map(|(_, id)| id.clone()).collect();
        for agent in agents {
            self.output(Output::PresenceSet {
                agent,
                state: None,
                why: PresenceChangeReason::Reconfigured,
            });
        }
    }

    /// Replaces the plan, and returns the old one.
    ///
    /// The items still have handles of the old plan afterwards. They are in no class, list or timer until they are migrated.
    fn swap_plan(&mut self, plan: &Plan) -> Plan {
        let old = self.plan().clone();
        let roster = self.roster.migrated_to(plan, self.now);
        let items = mem::replace(&mut self.items, Items::new(plan.tables().hasher));
        // All other fields hold handles of the old plan. They start empty, and the migration of the items fills them.
        let before = mem::replace(self, Self::with_parts(roster, items));
        self.now = before.now;
        self.inputs = before.inputs;
        self.is_in_step = before.is_in_step;
        self.last_reconfigured = before.now;
        self.last_agents = before.last_agents;
        self.forget_unused_channels();
        self.outputs = before.outputs;
        self.outputs_before_input = before.outputs_before_input;
        self.migrate_capacities(&before.capacity_overrides, &old);
        old
    }

    /// Keeps the capacities that inputs set, except for removed agents and channels. Arms their timers again.
    fn migrate_capacities(&mut self, overrides: &CapacityOverrides, old: &Plan) {
        let (old, plan) = (old.tables(), self.plan().clone());
        let new = plan.tables();
        for ((agent, channel), capacity) in overrides.iter() {
            let agent = old.agents.handle_in(agent, &new.agents);
            let kept = channel.and_then(|channel| old.channels.handle_in(channel, &new.channels));
            // A capacity without a channel applies over all channels. That of a removed channel must not become one.
            if let Some(agent) = agent.filter(|_| kept.is_some() == channel.is_some()) {
                // Also sets the capacity in the new roster, and the timer at which it ends.
                self.set_capacity_override((agent, kept), capacity);
            }
        }
    }

    /// Cancels the queued items whose `max_wait_secs` under the new configuration has passed, earliest deadline first.
    fn cancel_overdue(&mut self, items: &[ItemHandle]) {
        let mut overdue: Vec<(Timestamp, u64, ItemHandle)> = Vec::new();
        for &handle in items {
            // The migration may have closed or canceled the item. No item has come in since, so that no other has its handle.
            let item = self.items.get(handle).filter(|item| item.is_queued());
            let Some(item) = item else { continue };
            let deadline = item.max_wait_ends(self.tables());
            let passed = deadline.filter(|deadline| *deadline <= self.now);
            overdue.extend(passed.map(|deadline| (deadline, item.arrival, handle)));
        }
        overdue.sort_unstable();
        for (.., item) in overdue {
            self.cancel_item(item, CancelReason::MaxWait, None);
        }
    }

    /// Outputs `reconfigured`. Its counts are those of the outputs from `first_output` on, which this reconfiguration caused.
    fn report_reconfigured(&mut self, first_output: usize) {
        let (mut moved, mut canceled, mut withdrawn) = (0, 0, 0);
        for output in self.outputs.range(first_output..) {
            match output {
                Output::Requeued {
                    why: RequeueReason::AgentGone | RequeueReason::QueueGone,
                    ..
                } => moved += 1,
                Output::Canceled { .. } => canceled += 1,
                Output::OfferEnded {
                    why: OfferEnd::Withdrawn,
                    ..
                } => withdrawn += 1,
                _ => {}
            }
        }
        // All other live items stay. A moved item is live: its wait has just begun, so that it cannot be overdue.
        let live: u64 = self.items.iter().map(|_| 1).sum();
        self.output(Output::Reconfigured {
            kept: live - moved,
            moved,
            canceled,
            withdrawn,
        });
    }
}
