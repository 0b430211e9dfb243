//! Load: items that agents get and give back. Handles no input by itself.
//!
//! An agent has the load of the items that it holds and of the items that it is offered.

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::id::RequesterId;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::output::{Output, ReleaseReason};
use crate::router::store::current_agents::CurrentAgents;
use crate::router::store::phase::HeldUnits;

impl Router {
    /// Adds an item to an agent who was not chosen by an assignment. Its size counts as load.
    pub(crate) fn add_to_agent(&mut self, handle: ItemHandle, agent: AgentHandle) {
        let item = self.items.item(handle);
        self.roster
            .add_item(self.roster.local(agent), item.channel(), item.size());
        self.mark_changed(agent);
        self.list_item(agent, handle);
    }

    /// Adds an item to the lists of an agent who holds it or is offered it.
    #[inline]
    pub(crate) fn list_item(&mut self, agent: AgentHandle, handle: ItemHandle) {
        self.agent_items.add(agent, handle);
        if self.tables().has_last_agent {
            self.track_item(agent, handle, CurrentAgents::add);
        }
    }

    /// Removes an item from the lists of an agent.
    #[inline]
    pub(crate) fn unlist_item(&mut self, agent: AgentHandle, handle: ItemHandle) {
        self.agent_items.remove(agent, handle);
        if self.tables().has_last_agent {
            self.track_item(agent, handle, CurrentAgents::remove);
        }
    }

    /// Adds an item to the current agents of its requester, or removes it.
    #[inline(never)]
    fn track_item(
        &mut self,
        agent: AgentHandle,
        handle: ItemHandle,
        change: fn(&mut CurrentAgents, ChannelHandle, &RequesterId, AgentHandle),
    ) {
        let item = self.items.item(handle);
        if let Some(requester) = item.tracked_requester(self.roster.plan().tables()) {
            change(&mut self.current_agents, item.channel(), requester, agent);
        }
    }

    /// Removes an item from its holder, and marks the agent as freed. The caller changes the phase of the item.
    #[inline]
    pub(crate) fn release_item(&mut self, handle: ItemHandle, held: HeldUnits) {
        // INVARIANT: the caller has read `held` before it changes the phase, from which the units follow.
        self.unlist_item(held.agent, handle);
        let agent = self.roster.local(held.agent);
        self.roster
            .remove_item(agent, held.channel, held.units, self.now);
        self.mark_spare_gained(held.agent, held.channel, held.units);
    }

    /// Removes an item from its holder, if it has one, and returns the agent.
    pub(crate) fn release_from_holder(&mut self, handle: ItemHandle) -> Option<AgentHandle> {
        let held = self.items.item(handle).held_units()?;
        self.release_item(handle, held);
        Some(held.agent)
    }

    /// Outputs that an agent no longer holds an item.
    pub(crate) fn output_released(
        &mut self,
        handle: ItemHandle,
        agent: AgentHandle,
        why: ReleaseReason,
    ) {
        let item = self.items.item(handle).id().clone();
        let agent = self.agent_id(agent);
        self.output(Output::Released { item, agent, why });
    }

    /// Evaluates again whether an accepted item counts as load, after its facts, its holder or the configuration have changed.
    ///
    /// An item that has none of the facts that the channel's `utilization` names counts.
    pub(crate) fn recount_load(&mut self, handle: ItemHandle) {
        let tables = self.roster.plan().tables();
        let item = self.items.item_mut(handle);
        let channel = item.channel();
        let counts_as_load = tables.channel_plans.at(channel).always_counts || {
            let utilization = &tables.channel(channel).utilization;
            let facts = &item.work_item().facts;
            !utilization.names_one_of(facts) || utilization.holds(facts)
        };
        if let Some((agent, before, after)) = item.set_counts_as_load(counts_as_load) {
            self.roster
                .set_units(self.roster.local(agent), channel, (before, after));
            // `before` is 0 if the item counts from now on: the agent has gained nothing then.
            self.mark_spare_gained(agent, channel, before);
        }
    }
}
