//! A roster under another configuration: what is true of agents is carried over, by id.

use crate::base::table::{AgentChannelHandle, AgentHandle, Handle, LocalAgent};
use crate::plan::Plan;
use crate::roster::Roster;
use crate::roster::build::whole;
use crate::time::Timestamp;

impl Roster {
    /// Makes a roster of another plan of which everything is true that is true of this one, as far as it is of what both
    /// plans have. Capacities are as configured.
    pub(crate) fn import(&self, plan: &Plan, now: Timestamp) -> Self {
        let mut next = Self::empty(plan, whole(plan));
        let (old, new) = (self.plan.compiled(), plan.compiled());
        for (agent, id) in new.agents.iter() {
            if let Some(before) = old.agents.find(id.as_str()) {
                self.import_agent(before, &mut next, agent, now);
            }
        }
        self.import_cursors(&mut next);
        next.stamp = self.stamp;
        next.finish()
    }

    fn import_agent(
        &self,
        before: AgentHandle,
        next: &mut Self,
        after: AgentHandle,
        now: Timestamp,
    ) {
        let (from, to) = (
            LocalAgent::from_index(before.index()),
            LocalAgent::from_index(after.index()),
        );
        let (old, new) = (self.plan.compiled(), next.plan.clone());
        let new = new.compiled();
        let presence = self.state(from).presence();
        let carried = presence.and_then(|state| {
            new.presence_states
                .find(old.presence_states.name(state).as_str())
        });
        let state = next.agents.at_mut(to);
        state.set_presence(carried);
        state.idle_since = self.state(from).idle_since;
        if new.is_for_work(carried) && !old.is_for_work(presence) {
            state.idle_since = state.idle_since.max(now);
        }
        if let Some(first) = next.layout.scope.first_cell(to) {
            next.agent_channels.at_mut(first).version = self.version(from);
        }
        for (channel, id) in new.channels.iter() {
            let before = old.channels.find(id.as_str());
            let agent_channels = before
                .and_then(|before| self.layout.scope.agent_channel(from, before))
                .zip(next.layout.scope.agent_channel(to, channel));
            if let Some((from, to)) = agent_channels {
                self.import_agent_channel(from, next, to);
            }
        }
    }

    fn import_agent_channel(
        &self,
        from: AgentChannelHandle,
        next: &mut Self,
        to: AgentChannelHandle,
    ) {
        let from = self.agent_channels.at(from);
        let to = next.agent_channels.at_mut(to);
        to.load = from.load;
        to.stamp = from.stamp;
        to.items = from.items;
        to.handled = from.handled;
        to.switch(!from.is_switched_off());
    }

    fn import_cursors(&self, next: &mut Self) {
        let (old, new) = (self.plan.compiled(), next.plan.clone());
        let new = new.compiled();
        for (queue, id) in new.queues.iter() {
            let Some(before) = old.queues.find(id.as_str()) else {
                continue;
            };
            let pools = old.queue_plans.at(before).pools;
            for pool in new.queue_plans.at(queue).pools.handles() {
                let place = new.pools.at(pool).place;
                let before = pools
                    .handles()
                    .find(|pool| old.pools.at(*pool).place == place);
                let agent = before.and_then(|before| self.cursor(before));
                let agent =
                    agent.and_then(|agent| new.agents.find(old.agents.name(agent).as_str()));
                if let Some(agent) = agent {
                    next.move_cursor(pool, agent);
                }
            }
        }
    }
}
