//! Marks classes and agents as dirty, so that they are matched before the step ends.

use crate::base::table::AgentHandle;
use crate::base::table::ChannelHandle;
use crate::router::Router;
use crate::router::handles::ItemHandle;
use crate::router::matching::dirty::FreedAgent;
use crate::router::matching::dirty::Gain;
use crate::router::matching::dirty::SpareGain;

/// What the calls of a router report.
impl Router {
    /// An item may be taken by somebody who could not before.
    pub(crate) fn mark_dirty(&mut self, item: ItemHandle) {
        let class = self.items.item(item).wait.class;
        self.dirty.classes.extend(class);
        self.check_exhaustion_later(item);
    }

    /// An agent may take work that it could not take before.
    pub(crate) fn freed(&mut self, agent: AgentHandle) {
        self.gained(agent, Gain::Any);
    }

    /// An agent has so many units more to spare, at most; otherwise it is as it was.
    #[inline]
    pub(crate) fn mark_spare_gained(
        &mut self,
        agent: AgentHandle,
        channel: ChannelHandle,
        size: u32,
    ) {
        let units = u64::from(size);
        if units > 0 {
            self.gained(agent, Gain::Spare(SpareGain { channel, units }));
        } else {
            self.changed(agent);
        }
    }

    #[inline]
    fn gained(&mut self, agent: AgentHandle, gain: Gain) {
        self.dirty.freed.push(FreedAgent { agent, gain });
        self.changed(agent);
    }

    /// Something about an agent has changed that does not let it take more: gates of the service's own may see it.
    #[inline]
    pub(crate) fn changed(&mut self, agent: AgentHandle) {
        if self.compiled().has_gates {
            self.mark_gated_dirty(agent);
        }
    }

    /// A gate sees no agent but the one that it is asked about: so only that one may take more than before. Kept apart, as few
    /// services have gates of their own.
    #[cold]
    fn mark_gated_dirty(&mut self, agent: AgentHandle) {
        let compiled = self.roster.plan().compiled();
        let may_see =
            |queue| compiled.queue_plans.at(queue).has_gates && self.waiting.len(queue) > 0;
        if compiled.queues_served_by(agent).any(may_see) {
            let gain = Gain::Any;
            self.dirty.freed.push(FreedAgent { agent, gain });
        }
        self.check_declined_by(agent, true);
    }

    /// Whether everyone has declined the item is asked when the step ends.
    pub(crate) fn check_exhaustion_later(&mut self, item: ItemHandle) {
        let work = self.items.item(item);
        if work.is_queued() && work.has_declines() && !work.notes().exhausted {
            self.dirty.declined.push((work.arrival, item));
        }
    }
}
