//! What agents have in hand, and what they may hold.

use crate::router::handles::ItemHandle;
use crate::router::store::capacity_overrides::CapacityOverride;

use crate::base::table::{AgentHandle, ChannelHandle};
use crate::id::{AgentId, ChannelId};
use crate::model::Capacity;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::output::{Output, ReleaseWhy};
use crate::router::store::item::{HeldUnits, Item, ItemPhase};

use crate::router::store::timers::TimerOf;
use crate::time::Timestamp;

/// What agents may hold.
impl Router {
    /// What an agent may hold is set, for good or until a moment; none takes both back.
    pub(crate) fn set_capacity(
        &mut self,
        agent: &AgentId,
        channel: Option<&ChannelId>,
        capacity: Option<Capacity>,
        until: Option<Timestamp>,
    ) -> Result<(), RouterError> {
        let agent = self.find_agent(agent)?;
        let find = |channel: &ChannelId| {
            let unknown = || RouterError::UnknownChannel {
                channel: channel.clone(),
            };
            self.plan().channel(channel.as_str()).ok_or_else(unknown)
        };
        let channel = channel.map(find).transpose()?;
        let until = until.filter(|_| capacity.is_some());
        if let Some(until) = until.filter(|until| *until <= self.now) {
            let now = self.now;
            return Err(RouterError::UntilNotAhead { until, now });
        }
        let mut set = self.capacities.of(agent, channel);
        match (capacity, until) {
            (None, _) => set = CapacityOverride::default(),
            (Some(capacity), None) => set.for_good = Some(capacity),
            (Some(capacity), Some(until)) => set.temporary = Some((until, capacity)),
        }
        self.put_set_capacity(agent, channel, set);
        self.mark_freed(agent);
        Ok(())
    }

    /// A temporary capacity ends.
    pub(crate) fn end_capacity(&mut self, agent: AgentHandle, channel: Option<ChannelHandle>) {
        let set = CapacityOverride {
            temporary: None,
            ..self.capacities.of(agent, channel)
        };
        self.put_set_capacity(agent, channel, set);
        self.mark_freed(agent);
    }

    /// Puts what inputs have set in the place of what they had set before: here, on the roster, and among the timers.
    pub(crate) fn put_set_capacity(
        &mut self,
        agent: AgentHandle,
        channel: Option<ChannelHandle>,
        set: CapacityOverride,
    ) {
        let before = self.capacities.put(agent, channel, set);
        let of = TimerOf::Capacity { agent, channel };
        if let Some((until, _)) = before.temporary {
            self.timers.unset(until, of);
        }
        if let Some((until, _)) = set.temporary {
            self.timers.set(until, of);
        }
        self.roster
            .change_capacity(self.roster.local(agent), channel, set.shown());
    }
}

/// What agents have in hand.
impl Router {
    /// Puts an item into the hand of an agent, where nothing was decided: it counts as load from now on.
    pub(crate) fn hand_over(&mut self, agent: AgentHandle, item: ItemHandle) {
        if let Some(work) = self.items.get(item) {
            self.roster
                .add_item(self.roster.local(agent), work.channel(), work.size());
            self.mark_changed(agent);
            self.hold(agent, item);
        }
    }

    /// An agent has an item in hand, or it is offered to it.
    #[inline]
    pub(crate) fn hold(&mut self, agent: AgentHandle, item: ItemHandle) {
        self.held.at_mut(agent).put(item);
    }

    /// An agent has an item no more, nor is it offered to it.
    #[inline]
    pub(crate) fn drop_hold(&mut self, agent: AgentHandle, item: ItemHandle) {
        self.held.at_mut(agent).take(item);
    }

    /// An agent no longer has an item that it had accepted.
    #[inline]
    pub(crate) fn release_item(&mut self, item: ItemHandle, in_hand: HeldUnits) {
        let HeldUnits {
            agent,
            channel,
            units,
        } = in_hand;
        let now = self.now;
        self.drop_hold(agent, item);
        self.roster
            .remove_item(self.roster.local(agent), channel, units, now);
        self.mark_spare_gained(agent, channel, units);
    }

    /// Whoever has an item, or wraps it up, has it no more. Says who that was.
    pub(crate) fn release_from_holder(&mut self, item: ItemHandle) -> Option<AgentHandle> {
        let in_hand = self.items.get(item)?.in_hand()?;
        self.release_item(item, in_hand);
        Some(in_hand.agent)
    }

    pub(crate) fn output_released(
        &mut self,
        item: ItemHandle,
        agent: AgentHandle,
        why: ReleaseWhy,
    ) {
        if let Some(work) = self.items.get(item) {
            let item = work.routed.item().id.clone();
            let agent = self.agent_id(agent);
            self.output(Output::Released { item, agent, why });
        }
    }

    /// Works out anew whether an accepted item counts as load.
    pub(crate) fn weigh_again(&mut self, item: ItemHandle) {
        let compiled = self.roster.plan().compiled();
        let Some(work) = self.items.get_mut(item) else {
            return;
        };
        let (channel, size) = (work.channel(), work.size());
        let facts = &work.routed.item().facts;
        let counts = compiled.channel_plans.at(channel).always_counts || {
            let utilization = &compiled.channel(channel).utilization;
            !utilization.names_one_of(facts) || utilization.holds(facts)
        };
        let ItemPhase::Accepted(held) = &mut work.state else {
            return;
        };
        let before = core::mem::replace(&mut held.counts, counts);
        let agent = held.agent;
        if before != counts {
            let units = |counts| if counts { size } else { 0 };
            self.roster.set_units(
                self.roster.local(agent),
                channel,
                (units(before), units(counts)),
            );
            self.mark_spare_gained(agent, channel, units(before));
        }
    }

    /// Remembers that an agent has work of a requester.
    pub(crate) fn remember_acceptance(&mut self, item: ItemHandle, agent: AgentHandle) {
        let Some(work) = self.items.get(item) else {
            return;
        };
        let item = work.routed.item();
        if let Some(requester) = &item.requester {
            let agent = self.agent_id(agent);
            self.last_agents
                .remember(&item.channel, requester, agent, self.now);
        }
    }

    /// Who last had work of an item's requester on its channel, and when.
    pub(crate) fn last_agent_of(&self, work: &Item) -> Option<(AgentHandle, Timestamp)> {
        let item = work.routed.item();
        let requester = item.requester.as_ref()?;
        let last = self.last_agents.get(&item.channel, requester)?;
        Some((self.plan().agent(last.agent.as_str())?, last.at))
    }
}
