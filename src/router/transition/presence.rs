//! Presence: chosen, lost, and what that does to open offers.

use crate::router::handles::ItemHandle;
use alloc::vec::Vec;

use crate::base::table::{AgentHandle, ChannelHandle, Handle, PresenceStateHandle};
use crate::id::{AgentId, ChannelId, PresenceStateId};
use crate::model::OnPresenceLost;
use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::output::{OfferEnd, Output, PresenceWhy, RequeueWhy};

impl Router {
    /// An agent chooses a presence state, or none.
    pub(crate) fn set_presence(
        &mut self,
        agent: &AgentId,
        state: Option<&PresenceStateId>,
    ) -> Result<(), RouterError> {
        let agent = self.find_agent(agent)?;
        let chosen = match state {
            None => None,
            Some(state) => {
                let chosen = self.roster.check_presence(agent, state);
                Some(chosen.map_err(RouterError::Presence)?)
            }
        };
        if self.roster.presence_of(agent) != chosen {
            self.change_presence(agent, chosen, PresenceWhy::Asked);
        }
        Ok(())
    }

    /// Sets an agent's presence state, whether the agent could choose it or not.
    pub(crate) fn change_presence(
        &mut self,
        agent: AgentHandle,
        state: Option<PresenceStateHandle>,
        why: PresenceWhy,
    ) {
        self.roster
            .change_presence(self.roster.local(agent), state, self.now);
        let id = state.map(|state| self.compiled().presence_states.name(state).clone());
        let output = Output::PresenceSet {
            agent: self.agent_id(agent),
            state: id,
            why,
        };
        self.output(output);
        self.after_presence(agent);
    }

    /// An agent switches a channel on or off.
    pub(crate) fn set_channel(
        &mut self,
        agent: &AgentId,
        channel: &ChannelId,
        on: bool,
    ) -> Result<(), RouterError> {
        let handle = self.find_agent(agent)?;
        let unknown = || RouterError::UnknownChannel {
            channel: channel.clone(),
        };
        let channel = self.plan().channel(channel.as_str()).ok_or_else(unknown)?;
        self.roster
            .change_switch(self.roster.local(handle), channel, on);
        self.after_presence(handle);
        Ok(())
    }

    /// Withdraws the offers of an agent that is no longer present for them; where it is, it may take more than before.
    pub(crate) fn after_presence(&mut self, agent: AgentHandle) {
        for item in self.offers_without_presence(agent) {
            self.end_offer(item, OfferEnd::Withdrawn, None);
            self.after_offer(item, RequeueWhy::Withdrawn);
        }
        self.mark_freed(agent);
        // Who takes work on every channel has left none: nobody less is left for anything.
        if !self.takes_all_work(agent) {
            self.mark_declined_of(agent, false);
        }
    }

    fn takes_all_work(&self, agent: AgentHandle) -> bool {
        let channels = 0..self.compiled().channels.len();
        let mut channels = channels.map(ChannelHandle::from_index);
        channels.all(|channel| self.roster.takes_work(agent, channel))
    }

    /// The offers to an agent that its presence does not let stand any more, by arrival.
    pub(crate) fn offers_without_presence(&self, agent: AgentHandle) -> Vec<ItemHandle> {
        let compiled = self.compiled();
        let mut lost: Vec<(u64, ItemHandle)> = Vec::new();
        for item in self.held.at(agent).items() {
            let Some(work) = self.items.get(item) else {
                continue;
            };
            let Some(offer) = work.offer().filter(|offer| offer.agent == agent) else {
                continue;
            };
            let keeps = offer
                .rule
                .is_some_and(|rule| compiled.rule(rule).on_presence_lost == OnPresenceLost::Keep);
            if !keeps && !self.roster.takes_work(agent, work.channel()) {
                lost.push((work.arrival, item));
            }
        }
        lost.sort_unstable();
        lost.into_iter().map(|(_, item)| item).collect()
    }
}
