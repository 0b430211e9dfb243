//! Marks in the dirty set, as the transitions of the router set them.

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::plan::rows::QueuePlan;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::matching::dirty::{FreedAgent, Gain};

impl Router {
    /// Marks the class of a waiting item, for whose items an agent may have become eligible.
    pub(crate) fn mark_dirty(&mut self, item: ItemHandle) {
        // An item with an open offer is in no class. Its class is matched when it is queued again.
        if let Some(class) = self.items.item(item).wait.class {
            self.dirty.mark_class(class);
        }
        self.mark_exhaustion_check(item);
    }

    /// Marks an agent who may take work of any kind that it could not take before.
    pub(crate) fn mark_freed(&mut self, agent: AgentHandle) {
        self.mark_gain(agent, Gain::Any);
    }

    /// Marks an agent who has gained at most `units` of capacity on a channel, and is otherwise unchanged.
    #[inline]
    pub(crate) fn mark_spare_gained(
        &mut self,
        agent: AgentHandle,
        channel: ChannelHandle,
        units: u32,
    ) {
        let units = u64::from(units);
        // An item that did not count as load frees no units, but a custom gate may read the number of items.
        if units > 0 {
            self.mark_gain(agent, Gain::Spare { channel, units });
        } else {
            self.mark_changed(agent);
        }
    }

    /// Marks an agent with a gain. Marks it as changed as well, for queues with custom gates.
    #[inline]
    fn mark_gain(&mut self, agent: AgentHandle, gain: Gain) {
        self.dirty.mark_freed(FreedAgent { agent, gain });
        self.mark_changed(agent);
    }

    /// Marks an agent who has changed, but has gained no capacity: a custom gate may judge it differently now.
    #[inline]
    pub(crate) fn mark_changed(&mut self, agent: AgentHandle) {
        if self.tables().has_custom_gates {
            self.mark_gated(agent);
        }
    }

    // A gate reads only the agent that it judges, so no other agent has to be matched again.
    fn mark_gated(&mut self, agent: AgentHandle) {
        let tables = self.roster.plan().tables();
        let is_gated =
            |queue| tables.queue_plans.at(queue).has_custom_gates && self.waiting.len(queue) > 0;
        if tables.queues_of_agent(agent).any(is_gated) {
            let gain = Gain::Any;
            self.dirty.mark_freed(FreedAgent { agent, gain });
        }
        // The change can also exclude the agent, who may be the last one who has not declined an item.
        self.mark_exhaustion_checks_of(agent, |queue| queue.has_custom_gates);
    }

    /// Marks an item to be checked for exhaustion, if it waits, has declines and is not exhausted yet.
    pub(crate) fn mark_exhaustion_check(&mut self, item: ItemHandle) {
        let waiting = self.items.item(item);
        if waiting.may_have_witness() {
            self.dirty.mark_exhaustion_check(waiting.arrival, item);
        }
    }

    /// Marks an agent as a witness to check in the affected queues. The step then checks the items with this witness for
    /// exhaustion.
    ///
    /// The agent may have been the last one who had not declined an item there.
    pub(crate) fn mark_exhaustion_checks_of(
        &mut self,
        agent: AgentHandle,
        is_affected: impl Fn(&QueuePlan) -> bool,
    ) {
        let tables = self.roster.plan().tables();
        let queues = tables.queues_of_agent(agent).filter(|queue| {
            is_affected(tables.queue_plans.at(*queue))
                && self.declined.of(*queue, agent).next().is_some()
        });
        let pairs = queues.map(|queue| (queue, agent));
        self.dirty.mark_exhaustion_checks_of(pairs);
    }
}
