//! The agents of an item's requester, for the affinity *last agent*.

use crate::router::Router;
use crate::router::store::item::Item;
use crate::routing::last_agent::RequesterAgents;

impl Router {
    /// Returns the agents of an item's requester: those who hold or are offered another item of it, and the one who last
    /// accepted one. None if the item has no requester, or if its queue does not use them.
    ///
    /// O(a + log n) for a agents with items of the requester and n live items.
    pub(crate) fn requester_agents(&self, item: &Item) -> RequesterAgents {
        let tables = self.tables();
        let queue = item.queue().map(|queue| tables.queue_plans.at(queue));
        let uses_last_agent = queue.is_some_and(|queue| {
            let mut affinities = queue.affinity.iter();
            affinities.any(|affinity| affinity.within_days().is_some())
        });
        let requester = item.tracked_requester(tables);
        let Some(requester) = requester.filter(|_| uses_last_agent) else {
            return RequesterAgents::NONE;
        };
        // `explain` can be called for an item that an agent holds. The item itself is not counted.
        let own = |agent| item.agents().filter(|other| *other == agent).count();
        let agents = self.current_agents.of(item.channel(), requester);
        let current = agents.filter(|(agent, items)| *items as usize > own(*agent));
        RequesterAgents {
            current: current.map(|(agent, _)| agent).collect(),
            last: self.last_agents.find(self.plan(), item.work_item()),
        }
    }
}
