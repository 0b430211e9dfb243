//! Exhaustion: everyone who could take an item has declined it.

use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::table::AgentHandle;
use crate::decide::search::is_anyone_left;
use crate::model::WhenExhausted;
use crate::router::Router;
use crate::router::output::Output;

impl Router {
    /// Looks at the items that somebody has declined in the queues of an agent, or only in those with gates of the service's
    /// own: the agent may have been the last who was left for them.
    pub(crate) fn check_declined_by(&mut self, agent: AgentHandle, only_gated: bool) {
        let compiled = self.roster.plan().compiled();
        let queues = compiled.queues_served_by(agent);
        let queues =
            queues.filter(|queue| !only_gated || compiled.queue_plans.at(*queue).has_gates);
        let queues = queues.filter(|queue| !self.declined.of(*queue).is_empty());
        self.dirty.declined_in.extend(queues);
    }

    /// Says of which items everyone who could take them has declined them.
    #[inline(never)]
    pub(crate) fn process_exhaustion(&mut self) {
        let queues = core::mem::take(&mut self.dirty.declined_in);
        let mut declined: Vec<(u64, ItemHandle)> = core::mem::take(&mut self.dirty.declined);
        let items = queues.iter().flat_map(|queue| self.declined.of(*queue));
        declined.extend(items.copied());
        declined.sort_unstable();
        declined.dedup();
        for (arrival, item) in declined {
            if self.is_exhausted_now(arrival, item) {
                self.exhaust(item);
            }
        }
    }

    /// Whether a queued item, of this arrival, has just lost the last who was left for it.
    fn is_exhausted_now(&self, arrival: u64, item: ItemHandle) -> bool {
        let work = self.items.get(item).filter(|work| work.arrival == arrival);
        work.is_some_and(|work| {
            work.is_queued()
                && !work.notes().exhausted
                && work.is_declined(self.now)
                && !is_anyone_left(&self.roster, &work.routed, self.now)
        })
    }

    fn exhaust(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let now = self.now;
        let work = self.items.item_mut(item);
        let Some(queue) = work.queue() else {
            return;
        };
        let notes = work.notes_mut();
        notes.exhausted = true;
        if let WhenExhausted::StartOverSecs(secs) = compiled.queue(queue).when_exhausted {
            notes.start_over = now.in_secs(secs);
        }
        let id = work.routed.item().id.clone();
        self.arm(item);
        let queue = self.queue_id(queue);
        self.output(Output::Exhausted { item: id, queue });
    }
}
