//! Requesters that are forgotten: [`Input::Forget`](crate::Input::Forget).

use crate::id::RequesterId;
use crate::router::Router;
use crate::router::output::Output;

impl Router {
    /// Handles [`Input::Forget`](crate::Input::Forget): removes a requester from all live items and from the memory of last agents.
    ///
    /// Takes time in proportion to the live items and the acceptances that are remembered.
    pub(crate) fn forget(&mut self, requester: RequesterId) {
        let mut is_known = self.last_agents.forget(&requester);
        for handle in self.items.by_arrival() {
            let item = self.items.item(handle);
            if item.work_item().requester.as_ref() != Some(&requester) {
                continue;
            }
            is_known = true;
            let (is_queued, agents) = (item.is_queued(), item.agents());
            // A custom gate may read the requester, so the class of the item may change.
            if is_queued {
                self.leave_queue(handle);
            }
            for agent in agents {
                self.unlist_item(agent, handle);
            }
            self.items.item_mut(handle).routed.clear_requester();
            for agent in self.items.item(handle).agents() {
                self.list_item(agent, handle);
            }
            if is_queued {
                self.enter_queue(handle);
            }
        }
        let known = is_known;
        self.output(Output::Forgotten { requester, known });
    }

    /// Drops the last agents of channels that are removed, or whose queues no longer have the affinity *last agent*.
    pub(crate) fn forget_unused_channels(&mut self) {
        let tables = self.roster.plan().tables();
        self.last_agents.retain_channels(|channel| {
            let channel = tables.channels.find(channel.as_str());
            let days = channel.and_then(|channel| tables.channel_plans.at(channel).last_agent_days);
            days.is_some()
        });
    }
}
